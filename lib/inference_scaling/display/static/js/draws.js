// @ts-check
/* Answers drawn by the reader: each is right or wrong, its score follows a ROC curve of straight pieces, and the best
   scored is picked. The chance that this one is right was computed by the library; here it can be counted. */
(function (ITS) {
  "use strict";

  const MOST = 200, TIMES = 100;

  ITS.drawing = {
    /* The share of wrong answers above a score; `rank` is the share of its own kind above it, drawn evenly. */
    share(corners, right, rank) {
      if (!right) return rank;
      const at = Math.max(1, corners.findIndex(([, t]) => t >= rank));
      const [f0, t0] = corners[at - 1], [f1, t1] = corners[at];
      return t1 > t0 ? f0 + (f1 - f0) * (rank - t0) / (t1 - t0) : f1;
    },
    /* Each answer takes three numbers, whatever the state: the same seed gives the same answers, which only move. */
    answers(random, p, k, corners) {
      return Array.from({ length: k }, () => {
        const right = random() < p;
        return { right, share: ITS.drawing.share(corners, right, random()), height: random() };
      });
    },
    /* How many times denser right answers are than wrong ones at a score. */
    slope(corners, share) {
      const at = Math.max(1, corners.findIndex(([f]) => f >= share));
      const [f0, t0] = corners[at - 1], [f1, t1] = corners[at];
      return f1 > f0 ? (t1 - t0) / (f1 - f0) : 1;
    },
    best: (answers) => answers.reduce((best, one, i) => (one.share < answers[best].share ? i : best), 0),
    score: (share) => Math.log((1 - share) / share),
  };

  ITS.draws = function (place, draws, redraw) {
    let seed = 1, told = "", chance = 0;
    /** @type {{ p: number; k: number; corners: [number, number][] }} */
    let now = { p: 0, k: 1, corners: [] };
    const tally = ITS.tally((right, count) => `Right in ${right} of ${count} draws of ${now.k}; the law says ${ITS.explore.formats.chance(chance)}.`);
    /* Right or wrong of the draw that this seed gives. */
    function once() {
      const { p, k, corners } = now;
      const answers = ITS.drawing.answers(ITS.random(seed), p, k, corners);
      return answers[ITS.drawing.best(answers)].right;
    }
    const player = ITS.play(() => {
      seed += 1;
      tally.add(once());
      redraw();
      return tally.count < TIMES;
    });
    function one() { player.stop(); if (tally.count >= TIMES) tally.clear(); seed += 1; tally.add(once()); redraw(); }
    function many() { tally.clear(); player.start(); }
    const button = ITS.el("button", { type: "button", onclick: one }, "Draw");
    place.append(ITS.el("div", { class: "its-own its-draws" },
      ITS.el("p", { class: "its-legend" }, "Discs: right answers drawn. Crosses: wrong ones. Ring: the best scored, which is picked."),
      button, ITS.el("button", { type: "button", onclick: many }, `Draw ${TIMES} times`), tally.node));
    return {
      dots(env) {
        /** @type {(tree: Tree) => number} */
        const value = (tree) => ITS.expr.evaluate(tree, env);
        now = { p: value(draws.p), k: Math.round(value(draws.k)), corners: draws.corners.map(([x, y]) => [value(x), value(y)]) };
        chance = env[draws.chance];
        // What was counted was counted of another state.
        const state = JSON.stringify(now);
        if (told !== state) { player.stop(); tally.clear(); }
        told = state;
        button.textContent = now.k === 1 ? "Draw 1" : `Draw ${now.k}`;
        const answers = ITS.drawing.answers(ITS.random(seed), now.p, now.k, now.corners);
        const best = answers[ITS.drawing.best(answers)];
        return answers.sort((a, b) => a.share - b.share).slice(0, MOST).map((one) => {
          const density = one.share * (1 - one.share) * (one.right ? ITS.drawing.slope(now.corners, one.share) : 1);
          return { x: ITS.drawing.score(one.share), y: one.height * density, right: one.right, picked: one === best };
        });
      },
    };
  };
})(globalThis.ITS);
