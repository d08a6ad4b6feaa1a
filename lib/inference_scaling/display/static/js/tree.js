// @ts-check
/* Steps through a search: the page holds the whole tree and every sentence; here what is still to come is hidden. */
(function (ITS) {
  "use strict";

  const PACE = 300;

  ITS.define("its-tree", function (host, /** @type {Branches & { most: number, ended: boolean }} */ payload) {
    const el = ITS.el;
    const nodes = [...host.querySelectorAll(".its-nodes li")];
    const items = [...host.querySelectorAll("ol > li")];
    const stepper = host.querySelector(".its-stepper"), outline = host.querySelector(".its-outline");
    const last = items.length - 1;
    /** @type {(i: number) => string} */
    const round = (i) => items[i].dataset.round;
    let at = payload.ended ? last : 0;

    host.querySelectorAll("details").forEach((one) => { one.open = false; });
    const signs = [...host.querySelectorAll("[data-open]")].map((sign) => [sign, sign.closest("li"), sign.textContent]);
    const count = el("span", { class: "its-count" });
    const meter = el("progress", { max: payload.most, "aria-label": "Budget spent" });
    const says = el("p", { class: "its-says" });
    const spent = el("span", {});
    const picture = ITS.branching(host.querySelector(".its-branches"), () => `The tree after ${count.textContent}. ${says.textContent}`);

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
      picture.show(payload, at);
      bar.done([at === 0, at === 0, at === last, at === last, at === last, at === last]);
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
      const now = host.querySelector(outline.open ? ".its-now > .its-row" : ".its-newest");
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
    const player = ITS.play(() => { go(at + 1); return at < last; }, PACE);
    /* A press while it plays ends the playing. */
    /** @type {(to: () => number) => () => void} */
    const move = (to) => () => { player.stop(); go(to()); };
    const bar = ITS.toolbar("Step through the search", [
      ["Start", move(() => 0)], ["Back", move(() => at - 1)], ["Next", move(() => at + 1)], ["Next round", move(nextRound)], ["End", move(() => last)],
      ["Play", () => { if (player.running) player.stop(); else if (at < last) player.start(); }],
    ], payload.ended ? "Start" : "Next");
    stepper.append(bar.node, el("p", { class: "its-spending" }, count, meter, spent), says);
    // Paper gets the whole tree, wherever the reader stands.
    let stood = 0;
    addEventListener("beforeprint", () => { player.stop(); stood = at; at = last; paint(); });
    addEventListener("afterprint", () => { at = stood; paint(); });
    paint();
  });
})(globalThis.ITS);
