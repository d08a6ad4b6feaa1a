// @ts-check
// Questions from memory: a choice is answered at once, kept on this device alone, and asked again with other numbers.
(function (ITS) {
  "use strict";

  // Under its own key each question keeps what was chosen at each place, and whether its last answer was wrong.
  const KEPT = "recall:", ROUND = "recall-round:", KEYS = "Press Enter to answer.";
  /** @type {Set<() => void>} */
  const open = new Set();

  /** @type {(template: Template, fields: string[]) => string} */
  const filled = (template, fields) => [template].flat().map((piece) => (typeof piece === "number" ? fields[piece] : piece)).join("");

  ITS.define("its-recall", function (host, /** @type {FromMemory} */ payload) {
    const el = ITS.el;
    const list = host.querySelector(".its-recall__list"), items = [...list.children];
    const tally = el("p", { class: "its-recall__tally" });
    // On paper every reply stands behind the last question.
    const printed = el("div", { class: "its-recall__print" });
    /** @type {(id: string) => Record<string, any>} */
    const kept = (id) => ITS.store.get(KEPT + id) || {};
    const round = () => (payload.quiz && ITS.store.get(ROUND + payload.place)) || 0;
    let given = new Map();

    function count() {
      const right = [...given.values()].filter((choice) => choice === 0).length;
      tally.textContent = `${given.size} of ${items.length} answered, ${right} right.`;
    }

    /** Shows a question, and returns the replies to all of its choices. @type {(one: Remembered, item: HTMLElement) => HTMLElement} */
    function ask(one, item) {
      const which = round() % one.sets.length, { fields, order } = one.sets[which];
      const said = el("div", { class: "its-said", role: "status" });
      /** @type {(choice: number) => (HTMLElement | string)[]} */
      const reply = (choice) => [ITS.verdict(choice === 0, "Right."), filled(one.choices[choice].reply, fields)];
      /** @type {(choice: number) => void} */
      const show = (choice) => {
        given.set(one.id, choice);
        said.replaceChildren(el("p", {}, reply(choice)));
        count();
      };
      /** @type {(choice: number) => void} */
      const commit = (choice) => {
        ITS.store.set(KEPT + one.id, { ...kept(one.id), [payload.place]: [which, choice], wrong: choice !== 0 });
        show(choice);
      };
      // Arrow keys choose while they move. Who moves on has not answered yet.
      let moving = false;
      const before = kept(one.id)[payload.place] || [];
      const known = before[0] === which && before[1] in one.choices ? before[1] : null;
      const field = ITS.radios(`${host.id}-${one.id}`, filled(one.asks, fields),
        order.map((choice) => ({ value: choice, label: filled(one.choices[choice].text, fields) })), known,
        (choice) => (moving ? said.replaceChildren(el("p", {}, KEYS)) : commit(choice)));
      field.addEventListener("keydown", (event) => {
        moving = event.key.startsWith("Arrow");
        const chosen = /** @type {HTMLInputElement | null} */ (field.querySelector("input:checked"));
        if (chosen && (event.key === "Enter" || event.key === " ")) commit(Number(chosen.value));
      });
      field.addEventListener("keyup", () => { moving = false; });
      item.replaceChildren(field, said, ...item.querySelectorAll(".its-recall__from"));
      if (known !== null) show(known);
      return el("li", {}, order.map((choice) => el("p", {}, el("em", {}, filled(one.choices[choice].text, fields)), " ", reply(choice))));
    }

    function paint() {
      given = new Map();
      const replies = payload.questions.map((one, i) => ask(one, items[i]));
      // What was answered wrong comes first where the reader practises; a lesson keeps its order.
      const wrong = payload.questions.map((one) => Number(payload.quiz && Boolean(kept(one.id).wrong)));
      const sorted = items.map((item, i) => ({ item, replied: replies[i], first: wrong[i] })).sort((a, b) => b.first - a.first);
      list.append(...sorted.map((one) => one.item));
      printed.replaceChildren(el("p", {}, el("strong", {}, "Answers")), el("ol", {}, sorted.map((one) => one.replied)));
      count();
    }

    function again() {
      payload.questions.forEach((one) => {
        const { [payload.place]: here, ...rest } = kept(one.id);
        if (here) ITS.store.set(KEPT + one.id, rest);
      });
      ITS.store.set(ROUND + payload.place, round() + 1);
      paint();
      ITS.announce(host, "The questions have other numbers now. Those that you answered wrong come first.");
    }
    function forget() {
      ITS.store.clear(KEPT);
      ITS.store.clear(ROUND);
      open.forEach((one) => one());
      ITS.announce(host, "All your answers from memory are forgotten.");
    }

    list.after(tally, el("p", { class: "its-own" },
      payload.quiz && el("button", { type: "button", onclick: again }, "New numbers"),
      el("button", { type: "button", onclick: forget }, "Forget my answers"),
      el("small", {}, "Kept on this device only; nothing is sent.")), printed);
    open.add(paint);
    paint();
  });
})(globalThis.ITS);
