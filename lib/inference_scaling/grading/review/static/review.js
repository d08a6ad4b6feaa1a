// Marking by keyboard. Every change is saved at once, with the version of the mark that it replaces: where another window
// was faster, both marks are shown and the person chooses.
(() => {
  "use strict";
  /** @typedef {{answer: string, of: number, state: string, seen: string, items: string[], adjust: number, points: number, comment: string}} Mark */

  const board = /** @type {HTMLElement} */ (document.getElementById("answers"));
  const cards = /** @type {HTMLElement[]} */ ([...board.querySelectorAll(".answer")]);
  const said = /** @type {HTMLElement} */ (document.getElementById("said"));
  const keys = /** @type {HTMLInputElement} */ (document.getElementById("keys"));
  const onlyOpen = /** @type {HTMLInputElement} */ (document.getElementById("only-open"));
  const STATES = /** @type {Record<string, string>} */ ({ open: "open", marked: "marked", again: "to be looked at again" });
  /** @type {HTMLElement | undefined} */
  let current;

  /** @template {HTMLElement} T @param {HTMLElement} card @param {string} name @returns {T} */
  const part = (card, name) => /** @type {T} */ (card.querySelector(name));
  /** @param {HTMLElement} card */
  const comment = (card) => /** @type {HTMLTextAreaElement} */ (part(card, ".comment"));
  /** @param {HTMLElement} card */
  const adjust = (card) => /** @type {HTMLInputElement} */ (part(card, ".adjust"));
  /** @param {HTMLElement} card */
  const items = (card) => /** @type {HTMLButtonElement[]} */ ([...card.querySelectorAll(".item")]);
  /** @param {HTMLElement} card */
  const title = (card) => part(card, "h2").textContent ?? "";

  /** @param {HTMLElement} card */
  const given = (card) =>
    items(card).flatMap((one) => {
      const pressed = one.getAttribute("aria-pressed");
      return pressed === "true" ? [one.dataset.name ?? ""] : pressed === "mixed" ? [one.dataset.inPart ?? ""] : [];
    });

  const count = () => {
    const marked = cards.filter((card) => card.dataset.state === "marked").length;
    /** @type {HTMLProgressElement} */ (document.getElementById("progress")).value = marked;
    /** @type {HTMLElement} */ (document.getElementById("counted")).textContent = `${marked} of ${cards.length}`;
  };

  /** What is known of a card's mark on the server's side is shown; what the person has in hand stays.
   * @param {HTMLElement} card @param {Mark} mark */
  const settle = (card, mark) => {
    card.dataset.seen = mark.seen;
    card.dataset.state = mark.state;
    part(card, ".points").textContent = mark.state === "open" ? "–" : String(mark.points);
    part(card, ".state").textContent = STATES[mark.state];
    part(card, ".take-back").hidden = mark.state === "open";
    if (mark.state === "open") delete card.dataset.none;
    card.querySelector(".why")?.remove();
    count();
  };

  /** @param {HTMLElement} card @param {Mark} mark */
  const take = (card, mark) => {
    for (const one of items(card)) {
      const whole = mark.items.includes(one.dataset.name ?? "");
      const partly = !!one.dataset.inPart && mark.items.includes(one.dataset.inPart);
      one.setAttribute("aria-pressed", whole ? "true" : partly ? "mixed" : "false");
    }
    adjust(card).value = mark.adjust ? String(mark.adjust) : "";
    if (mark.state !== "open" && !mark.items.length && !mark.adjust) card.dataset.none = "yes";
    comment(card).value = mark.comment;
    settle(card, mark);
  };

  /** @param {HTMLElement} card @param {string} words @param {[string, () => void][]} choices */
  const ask = (card, words, choices) => {
    const box = part(card, ".conflict");
    const line = document.createElement("p");
    line.textContent = words;
    const buttons = choices.map(([name, act]) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = name;
      button.addEventListener("click", () => {
        box.hidden = true;
        box.replaceChildren();
        act();
        card.focus({ preventScroll: true });
      });
      return button;
    });
    box.replaceChildren(line, ...buttons);
    box.hidden = false;
  };

  /** @param {Mark} mark */
  const inWords = (mark) => {
    if (mark.state === "open") return "the mark was taken back";
    const given = mark.items.length ? `: ${mark.items.join("; ")}` : "";
    const words = mark.comment ? `, “${mark.comment}”` : "";
    return `${mark.points} of ${mark.of} points${given}${words}`;
  };

  const saving = new Set(), changed = new Set();

  /** @param {HTMLElement} card @param {boolean} [takeBack] */
  const save = async (card, takeBack = false) => {
    changed.add(card);
    if (saving.has(card) || !part(card, ".conflict").hidden) return;
    saving.add(card);
    try {
      while (changed.has(card)) {
        changed.delete(card);
        if (!await sent(card, takeBack)) return;
        takeBack = false;
      }
    } finally {
      saving.delete(card);
    }
  };

  /** @param {HTMLElement} card @param {boolean} takeBack */
  const sent = async (card, takeBack) => {
    const body = JSON.stringify({
      answer: card.dataset.answer,
      seen: card.dataset.seen,
      items: given(card),
      adjust: adjust(card).value === "" ? null : Number(adjust(card).value),
      none: card.dataset.none === "yes",
      comment: comment(card).value,
      take_back: takeBack,
    });
    let reply, content;
    try {
      reply = await fetch(board.dataset.to ?? "", { method: "POST", headers: { "Content-Type": "application/json" }, body });
      content = await reply.json();
    } catch {
      changed.add(card);
      const again = () => void save(card, takeBack);
      ask(card, "This is not saved: the command `inference-scaling review` does not answer.", [["Try again", again]]);
      return false;
    }
    if (reply.status === 409) {
      changed.add(card);
      const theirs = () => {
        changed.delete(card);
        take(card, content);
      };
      const mine = () => {
        card.dataset.seen = content.seen;
        void save(card, takeBack);
      };
      ask(card, `Another window has marked this answer since: ${inWords(content)}. Yours is not saved.`, [
        ["Keep theirs", theirs],
        ["Save mine", mine],
      ]);
      return false;
    }
    if (!reply.ok) {
      changed.add(card);
      ask(card, `This is not saved: ${content.says}`, [["Try again", () => void save(card, takeBack)]]);
      return false;
    }
    if (takeBack) take(card, content);
    else settle(card, content);
    const now = content.state === "open" ? "open" : `${content.points} of ${content.of} points`;
    said.textContent = `${title(card)}: ${now}, saved`;
    return true;
  };

  /** @param {HTMLElement} card @param {boolean} [focus] */
  const go = (card, focus = true) => {
    current?.classList.remove("current");
    current?.removeAttribute("aria-current");
    current = card;
    card.classList.add("current");
    card.setAttribute("aria-current", "true");
    if (focus) {
      card.focus({ preventScroll: true });
      card.scrollIntoView({ block: "nearest" });
    }
  };

  /** @param {HTMLButtonElement} one */
  const turn = (one) => {
    const card = one.closest(".answer");
    if (card instanceof HTMLElement) delete card.dataset.none;
    const pressed = one.getAttribute("aria-pressed");
    const next = pressed === "false" ? "true" : pressed === "true" && one.dataset.inPart ? "mixed" : "false";
    one.setAttribute("aria-pressed", next);
  };

  /** @param {HTMLElement} card */
  function none(card) {
    for (const one of items(card)) one.setAttribute("aria-pressed", "false");
    card.dataset.none = "yes";
    void save(card);
  }

  /** @param {number} step @param {(card: HTMLElement) => boolean} [wanted] */
  const move = (step, wanted = () => true) => {
    const shown = cards.filter((card) => !card.hidden);
    const at = current ? shown.indexOf(current) : -1;
    const ahead = step > 0 ? shown.slice(at + 1) : shown.slice(0, Math.max(at, 0)).reverse();
    const to = ahead.find(wanted);
    if (to) go(to);
    else said.textContent = step > 0 ? "There is none behind this one." : "There is none before this one.";
  };

  for (const card of cards) {
    for (const one of items(card)) {
      one.addEventListener("click", () => {
        turn(one);
        void save(card);
      });
    }
    card.addEventListener("focusin", () => go(card, false));
    adjust(card).addEventListener("change", () => void save(card));
    // Something is to be saved from the first letter on, should the window be closed now.
    comment(card).addEventListener("input", () => changed.add(card));
    comment(card).addEventListener("blur", () => changed.has(card) && void save(card));
    part(card, ".none").addEventListener("click", () => none(card));
    part(card, ".take-back").addEventListener("click", () => void save(card, true));
    part(card, ".bank").addEventListener("change", (event) => {
      const bank = /** @type {HTMLSelectElement} */ (event.target);
      if (!bank.value) return;
      comment(card).value = [comment(card).value.trim(), bank.value].filter(Boolean).join("\n");
      bank.value = "";
      void save(card);
    });
  }

  onlyOpen.addEventListener("change", () => {
    for (const card of cards) card.hidden = onlyOpen.checked && card.dataset.state === "marked";
  });

  /** @type {Record<string, (card: HTMLElement) => void>} */
  const CARD_KEYS = {
    c: (card) => comment(card).focus(),
    b: (card) => part(card, ".bank").focus(),
    0: none,
  };

  document.addEventListener("keydown", (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    const typing = target.closest("textarea, select, input:not([type=checkbox])");
    if (event.key === "Escape" && typing && current) {
      // Leaving the field saves it.
      current.focus({ preventScroll: true });
      return;
    }
    if (typing || !keys.checked || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "j") move(1);
    else if (event.key === "k") move(-1);
    else if (event.key === "n") move(1, (card) => card.dataset.state !== "marked");
    else if (current && CARD_KEYS[event.key]) {
      event.preventDefault();
      CARD_KEYS[event.key](current);
    } else if (current && /^[1-9]$/.test(event.key)) items(current)[Number(event.key) - 1]?.click();
  });

  addEventListener("beforeunload", (event) => {
    if (saving.size || changed.size) event.preventDefault();
  });
})();
