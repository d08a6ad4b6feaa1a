// @ts-check
/* Steps through a search: the page holds the whole tree and every sentence; here what is still to come is hidden. */
(function (ITS) {
  "use strict";

  ITS.define("its-tree", function (host, /** @type {{ most: number, ended: boolean }} */ payload) {
    const el = ITS.el;
    const nodes = [...host.querySelectorAll(".its-nodes li")];
    const items = [...host.querySelectorAll("ol > li")];
    const stepper = host.querySelector(".its-stepper");
    const last = items.length - 1;
    /** @type {(i: number) => string} */
    const round = (i) => items[i].dataset.round;
    let at = payload.ended ? last : 0;

    host.querySelector("details").open = false;
    const signs = [...host.querySelectorAll("[data-open]")].map((sign) => [sign, sign.closest("li"), sign.textContent]);
    const count = el("span", { class: "its-count" });
    const meter = el("progress", { max: payload.most, "aria-label": "Budget spent" });
    const says = el("p", { class: "its-says" });
    const spent = el("span", {});

    function paint() {
      for (const node of nodes) {
        const { born, known } = node.dataset;
        node.classList.toggle("its-later", born > at);
        node.classList.toggle("its-undecided", known > at);
        node.classList.toggle("its-now", Number(born) === at && at > 0);
      }
      for (const [sign, node, text] of signs) sign.textContent = node.dataset.known > at ? sign.dataset.open : text;
      host.classList.toggle("its-over", at === last);
      const item = items[at];
      says.textContent = item.firstChild.textContent;
      spent.textContent = item.querySelector(".its-spent").textContent.trim();
      meter.value = item.dataset.spent;
      count.textContent = `Step ${at} of ${last}`;
      // Never `disabled`: it would drop the keyboard's place at the last step.
      buttons.forEach((button, i) => button.setAttribute("aria-disabled", String(at === (i < 2 ? 0 : last))));
    }
    /** @type {(to: number) => void} */
    function go(to) {
      const next = Math.max(0, Math.min(last, to));
      if (next === at) return;
      at = next;
      paint();
      inSight();
      ITS.announce(host, `${count.textContent}. ${items[at].textContent}`);
    }
    /* The buttons stay at the top of the window; the step that they show must not lie below it or behind them. */
    function inSight() {
      const now = host.querySelector(".its-now > .its-row");
      if (!now) return;
      const row = now.getBoundingClientRect();
      const low = row.bottom + 8 - innerHeight;
      const high = stepper.getBoundingClientRect().bottom + 8 - row.top;
      if (low > 0) scrollBy(0, low);
      else if (high > 0) scrollBy(0, -high);
    }
    function nextRound() {
      let to = Math.min(at + 1, last);
      while (to < last - 1 && round(to + 1) === round(to)) to += 1;
      return to;
    }
    /** @type {[string, () => number][]} */
    const moves = [
      ["Start", () => 0], ["Back", () => at - 1], ["Next", () => at + 1], ["Next round", nextRound], ["End", () => last],
    ];
    const buttons = moves.map(([name, to]) => el("button", { type: "button", tabindex: name === (payload.ended ? "Start" : "Next") ? 0 : -1, onclick: () => go(to()) }, name));

    /* One stop for the tab key; arrows, Home and End move within, as in any toolbar. */
    /** @type {(event: KeyboardEvent) => void} */
    function move(event) {
      const here = buttons.findIndex((button) => button === document.activeElement);
      /** @type {Record<string, number>} */
      const keys = { ArrowRight: here + 1, ArrowDown: here + 1, ArrowLeft: here - 1, ArrowUp: here - 1, Home: 0, End: -1 };
      const to = keys[event.key];
      if (to === undefined || here < 0) return;
      event.preventDefault();
      buttons.at(to % buttons.length)?.focus();
    }
    const bar = el("div", { class: "its-controls", role: "toolbar", "aria-label": "Step through the search", onkeydown: move }, buttons);
    bar.addEventListener("focusin", (event) => buttons.forEach((button) => { button.tabIndex = button === event.target ? 0 : -1; }));
    stepper.append(bar, el("p", { class: "its-spending" }, count, meter, spent), says);
    // Paper gets the whole tree, wherever the reader stands.
    let stood = 0;
    addEventListener("beforeprint", () => { stood = at; at = last; paint(); });
    addEventListener("afterprint", () => { at = stood; paint(); });
    paint();
  });
})(globalThis.ITS);
