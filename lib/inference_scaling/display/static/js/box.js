// @ts-check
/* Number tasks on a page: the notebook's check and its replies, on this device only. */
(function (ITS) {
  "use strict";

  const CLOSE = 5;
  /** @type {Record<string, string>} */
  const SIGNS = { right: "✓", "not yet": "✗", "wrong kind": "?", untouched: "…" };

  /* The rules are mixed with the task's id so that the page's source does not tell the answer. */
  /** @type {(key: string, text: string) => Rules} */
  function opened(key, text) {
    const mixed = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    const stream = new TextEncoder().encode(key);
    return JSON.parse(new TextDecoder().decode(mixed.map((byte, i) => byte ^ stream[i % stream.length] ^ 0x5a)));
  }

  /** @type {(number: number) => string} */
  function shown(number) {
    return String(Number(number.toPrecision(6)));
  }

  /* A typed number, or the reply to what is none. */
  /** @type {Its["box"]["typed"]} */
  function typed(text) {
    if (!text.trim()) return { verdict: "untouched", says: "Not started: type a number." };
    const read = ITS.expr.number(text);
    return read.number === undefined ? { verdict: "wrong kind", says: read.says } : { number: read.number };
  }

  /* The same order of questions as the notebook's check, so that both give one reply. */
  /** @type {Its["box"]["judged"]} */
  function judged(number, rules, asked) {
    /** @type {(value: number) => boolean} */
    const near = (value) => Math.abs(number - value) <= rules.width;
    if (near(rules.right)) return { verdict: "right", says: rules.says };
    const fitting = rules.misconceptions.filter((one) => near(one.value));
    if (fitting.length === 1) return { verdict: "not yet", says: fitting[0].says };
    if (rules.whole && !Number.isInteger(number)) {
      return { verdict: "wrong kind", says: `This is ${shown(number)}. ${asked}` };
    }
    if ((rules.low !== null && number < rules.low) || (rules.high !== null && number > rules.high)) {
      return { verdict: "wrong kind", says: `This is ${shown(number)}. ${rules.outside}` };
    }
    const cut = !rules.whole && Number(rules.right.toPrecision(3)) === number;
    if (cut || Math.abs(number - rules.right) <= CLOSE * rules.width) return { verdict: "not yet", says: rules.close };
    return { verdict: "not yet", says: `${shown(number)} is too ${number < rules.right ? "small" : "large"}.` };
  }

  ITS.box = { judged, opened, typed };

  ITS.define("its-box", function (host, /** @type {Box} */ payload) {
    const el = ITS.el;
    const rules = opened(payload.id, payload.sealed);
    const hints = [...host.querySelectorAll(".its-box__hints details")];
    const tried = new Set();
    const id = `box-field-${payload.id}`;
    const field = el("input", { id, type: "text", autocomplete: "off", autocapitalize: "off", spellcheck: "false",
      maxlength: 200, "aria-describedby": `${id}-form` });
    const label = el("label", { for: id }, payload.unit ? `Your answer, in ${payload.unit}` : "Your answer");
    const form = el("form", { class: "its-box__form" }, label, field, el("button", { type: "submit" }, "Check"),
      el("small", { id: `${id}-form` }, "A number such as 0.5, or a quotient such as ln(0.5)/2."));
    const reply = el("div", { class: "its-box__reply", role: "status" });

    /** @type {(verdict: string, says: string) => HTMLElement} */
    function show(verdict, says) {
      const sign = el("span", { "aria-hidden": "true" }, `${SIGNS[verdict]} `);
      const head = el("p", { class: "its-check__head" }, sign, verdict[0].toUpperCase() + verdict.slice(1));
      const box = el("div", { class: `its-check its-check--${verdict.replace(" ", "-")}` }, head, el("p", {}, says));
      reply.replaceChildren(box);
      return box;
    }

    form.addEventListener("submit", function (event) {
      event.preventDefault();
      const read = typed(field.value);
      const { verdict, says } = read.number === undefined ? read : judged(read.number, rules, payload.asked);
      const box = show(verdict, says);
      field.toggleAttribute("aria-invalid", verdict !== "right");
      if (verdict !== "not yet") return;
      tried.add(read.number);
      const stage = Math.min(tried.size, hints.length);
      hints[stage - 1].open = true;
      box.append(el("p", {}, `Hint ${stage} is open below.`));
      // As in the notebook: who has had the last hint may be shown the answer.
      if (stage === hints.length) {
        const tell = el("button", { type: "button" }, "Show the answer");
        tell.addEventListener("click", function () {
          show("right", `The answer is ${shown(rules.right)}. ${rules.says}`).classList.add("its-check--shown");
        });
        box.append(tell);
      }
    });
    host.querySelector(".its-box__try").replaceChildren(form, reply);
  });
})(globalThis.ITS);
