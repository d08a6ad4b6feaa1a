// @ts-check
// A reader's guess before the figure: committed by a press, answered by its own reply, kept on this device alone.
(function (ITS) {
  "use strict";

  const KEPT = "prediction:";
  /** @type {Set<() => void>} */
  const open = new Set();

  ITS.verdict = (right, yes) => ITS.el("strong", { class: right ? "its-yes" : "its-no" }, right ? `✓ ${yes} ` : "✗ Not so. ");

  ITS.define("its-prediction", function (host, /** @type {Prediction} */ payload) {
    const key = KEPT + payload.id;
    const answer = host.querySelector(".its-answer"), listed = host.querySelector(".its-replies");
    const veil = ITS.veils.of(payload.id);
    const controls = ITS.el("div", { class: "its-bets" });
    const said = ITS.el("div", { class: "its-said", role: "status" });
    /** @type {HTMLButtonElement[]} */
    const chips = [];
    /** @type {any} */
    let field = null;
    /** @type {any} */
    let place = null;
    /** @type {any} */
    let draw = null;

    /** @type {(given: number) => boolean} */
    const right = (given) => (payload.choices ? given === payload.right : Math.abs(given - payload.number.value) <= payload.number.tolerance * (1 + 1e-9));
    /** @type {(given: number) => string} */
    const reply = (given) => {
      if (payload.choices) return payload.choices[given].reply;
      if (right(given)) return "";
      const fuzz = payload.number.step * 1e-6;
      const belief = payload.beliefs.find((one) => given >= one.low - fuzz && given <= one.high + fuzz);
      return belief ? belief.reply : "";
    };
    const unit = payload.number && payload.number.unit ? ` ${payload.number.unit}` : "";
    /** @type {(given: number) => string} */
    const text = (given) => (payload.choices ? payload.choices[given].text : `${ITS.format(given)}${unit}`);
    /** @type {(given: any) => boolean} */
    const valid = (given) => (payload.choices
      ? Number.isInteger(given) && given >= 0 && given < payload.choices.length
      : typeof given === "number" && given >= payload.number.low && given <= payload.number.high);

    /** @type {(given: number) => void} */
    function show(given) {
      const ok = right(given);
      said.replaceChildren(
        ITS.el("p", {}, ITS.verdict(ok, "As it is."),
          `You said: ${text(given)}. `, ITS.el("span", { class: "its-truth" }, payload.truth)),
        reply(given) ? ITS.el("p", {}, reply(given)) : "",
        ITS.el("p", { class: "its-own" },
          ITS.el("button", { type: "button", onclick: again }, "Answer again"),
          ITS.el("button", { type: "button", onclick: erase }, "Erase all my predictions"),
          ITS.el("small", {}, " Kept on this device only; nothing is sent.")));
      chips.forEach((chip, i) => chip.setAttribute("aria-pressed", String(i === given)));
      if (field) { field.value = given; move(given, true); }
      answer.open = false;
      listed.hidden = false;
      veil.open(false);
    }
    /** @type {(given: number) => void} */
    function commit(given) {
      ITS.store.set(key, given);
      show(given);
      if (veil.any) ITS.announce(host, "What answers the question is shown now.");
      host.dispatchEvent(new CustomEvent("its-predicted", { bubbles: true, detail: { id: payload.id, given } }));
    }
    function reset() {
      said.replaceChildren();
      chips.forEach((chip) => chip.setAttribute("aria-pressed", "false"));
      answer.open = false;
      listed.hidden = true;
      listed.querySelectorAll("details").forEach((/** @type {HTMLDetailsElement} */ one) => { one.open = false; });
      if (place) draw.update(payload.dot.plot);
      veil.shut();
    }
    function again() {
      ITS.store.clear(key);
      reset();
      (chips[0] || field).focus();
    }
    function erase() {
      ITS.store.clear(KEPT);
      ITS.veils.forget();
      open.forEach((one) => one());
      said.replaceChildren(ITS.el("p", {}, "All predictions on this device are erased."));
    }
    /** @type {(given: number, known?: boolean) => void} */
    function move(given, known) {
      if (!place) return;
      const marks = [{ x: payload.dot.x, y: given, label: "you" }];
      if (known) marks.push({ x: payload.dot.x, y: payload.number.value, label: "measured" });
      draw.update({ ...payload.dot.plot, marks });
    }

    if (payload.choices) {
      payload.choices.forEach((choice, i) => {
        const chip = ITS.el("button", { type: "button", "aria-pressed": "false", onclick: () => commit(i) }, choice.text);
        chips.push(chip);
        controls.append(chip);
      });
    } else {
      place = payload.dot ? host.querySelector(".its-picture") : null;
      draw = place ? ITS.plot(place, payload.dot.plot) : null;
      const { low, high, step } = payload.number;
      const remark = ITS.el("span", { class: "its-remark", role: "alert" });
      const typed = () => ITS.expr.number(field.value).number;
      field = ITS.numberField({ "aria-label": `Your prediction, from ${low} to ${high}${unit}`, oninput: () => {
        const given = typed();
        if (given === undefined || !slider) return;
        slider.value = String(given);
        move(given);
      } });
      const slider = payload.dot && ITS.el("input", { type: "range", min: low, max: high, step, value: (low + high) / 2, "aria-label": "Move the dot", oninput: () => { field.value = slider.value; move(Number(slider.value)); } });
      const bet = () => {
        const given = typed();
        const fits = given !== undefined && valid(given);
        remark.textContent = fits ? "" : `A number from ${low} to ${high}, please.`;
        if (fits) commit(given);
      };
      field.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => { if (event.key === "Enter") bet(); });
      controls.append(...[slider, ITS.el("span", {}, field, unit), ITS.el("button", { type: "button", onclick: bet }, "That is my guess"), remark].filter(Boolean));
    }
    // The list of beliefs and replies waits until the reader has answered or asked to be shown.
    listed.hidden = true;
    listed.before(controls, said);
    answer.addEventListener("toggle", () => {
      if (!answer.open) return;
      listed.hidden = false;
      veil.open(true);
    });
    open.add(reset);
    const kept = ITS.store.get(key);
    if (kept !== null && valid(kept)) show(kept);
  });
})(globalThis.ITS);
