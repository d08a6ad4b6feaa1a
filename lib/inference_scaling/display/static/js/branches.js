// @ts-check
/* A search as nodes and links that grow from the top down: round is right, square is wrong, larger is a higher score,
   hollow is dropped. What is computed stands first and needs no page. */
(function (ITS) {
  "use strict";

  const LEVEL = 46, EDGE = 14, LETTER = 6.7, SMALL = 3, LARGE = 8, NEAR = 26;
  const LEGEND = "Round: right. Square: wrong. Larger: higher score. Hollow: pruned. Point at one to read it.";
  /** @type {Record<string, string>} */
  const FATES = { start: "start", kept: "kept", open: "left open", pruned: "pruned", rollout: "rollout", finished: "finished", chosen: "chosen" };

  ITS.branches = {
    /* Level by level, children in the order of their parents, so that no two links cross. */
    places(nodes) {
      /** @type {number[]} */
      const depth = [], x = nodes.map(() => 0.5);
      nodes.forEach(({ parent }, i) => { depth[i] = parent < 0 ? 0 : depth[parent] + 1; });
      const levels = Math.max(...depth) + 1, wide = Array(levels).fill(1);
      for (let level = 1; level < levels; level += 1) {
        const here = nodes.map((_, i) => i).filter((i) => depth[i] === level);
        here.sort((a, b) => x[nodes[a].parent] - x[nodes[b].parent] || a - b);
        here.forEach((node, i) => { x[node] = (i + 0.5) / here.length; });
        wide[level] = here.length;
      }
      return { x, depth, wide };
    },
    /* From 0, the lowest score of this search, to 1; chances as they are. A node that nobody scored is in the middle. */
    sizes(nodes) {
      const scores = nodes.flatMap(({ score }) => (score === undefined ? [] : [score]));
      const low = Math.min(0, ...scores), high = Math.max(...scores, scores.every((one) => one >= 0 && one <= 1) ? 1 : -Infinity);
      return nodes.map(({ score }) => (score === undefined || high <= low ? 0.5 : Math.sqrt((score - low) / (high - low))));
    },
    way(nodes) {
      /** @type {Set<number>} */
      const found = new Set();
      for (let i = nodes.findIndex(({ fate }) => fate === "chosen"); i > 0; i = nodes[i].parent) found.add(i);
      return found;
    },
    words(data, i, at) {
      const { label, score, right, fate, known } = data.nodes[i];
      const said = score === undefined ? "" : `${data.score} ${ITS.format(score, 3)}`;
      return [label, said, right === undefined ? "" : data.words[right ? 0 : 1], known > at ? "drawn" : FATES[fate]].filter(Boolean).join(", ");
    },
    /* The place of each node in a picture of this width. */
    spots(nodes, width) {
      const { x, depth, wide } = ITS.branches.places(nodes), sizes = ITS.branches.sizes(nodes);
      return nodes.map((_, i) => {
        const slot = (width - 2 * EDGE) / wide[depth[i]];
        return { x: EDGE + x[i] * (width - 2 * EDGE), y: EDGE + depth[i] * LEVEL, slot, size: Math.min(SMALL + sizes[i] * (LARGE - SMALL), Math.max(2, slot / 2)) };
      });
    },
    svg(data, at, width, name) {
      const { nodes } = data, spots = ITS.branches.spots(nodes, width), way = ITS.branches.way(nodes);
      const over = nodes.every(({ known }) => known <= at);
      const high = Math.max(...spots.map(({ y }) => y)) + LEVEL / 2 + EDGE;
      let links = "", marks = "";
      nodes.forEach((node, i) => {
        const { x, y, size, slot } = spots[i];
        // What is still to come leaves a dot, so that the whole can be seen from the start.
        if (node.born > at) { marks += `<circle class="its-to-come" cx="${x.toFixed(1)}" cy="${y}" r="1.6"/>`; return; }
        const known = node.known <= at, cut = known && node.fate === "pruned";
        const on = over && way.has(i), kind = `${node.right === undefined ? "its-plain" : node.right ? "its-yes" : "its-no"}${cut ? " its-cut" : ""}`;
        if (i) {
          const from = spots[node.parent], bend = (from.y + y) / 2;
          links += `<path class="its-link${on ? " its-on" : ""}${cut || node.fate === "rollout" ? " its-faint" : ""}" d="M${from.x.toFixed(1)} ${from.y}C${from.x.toFixed(1)} ${bend} ${x.toFixed(1)} ${bend} ${x.toFixed(1)} ${y}"/>`;
        }
        marks += node.right === false
          ? `<rect class="its-node ${kind}" x="${(x - size).toFixed(1)}" y="${(y - size).toFixed(1)}" width="${(2 * size).toFixed(1)}" height="${(2 * size).toFixed(1)}"/>`
          : `<circle class="its-node ${kind}" cx="${x.toFixed(1)}" cy="${y}" r="${size.toFixed(1)}"/>`;
        if (known && node.fate === "chosen") marks += `<circle class="its-ring" cx="${x.toFixed(1)}" cy="${y}" r="${(size + 4.5).toFixed(1)}"/>`;
        if (node.born === at && at > 0 && !over) marks += `<circle class="its-newest" cx="${x.toFixed(1)}" cy="${y}" r="${(size + 3.5).toFixed(1)}"/>`;
        // The start's label stands beside it, where no link leaves.
        if (!i) marks += `<text x="${(x + size + 5).toFixed(1)}" y="${y + 1}">${ITS.escape(node.label)}</text>`;
        else if (node.label.length * LETTER < slot) marks += `<text x="${x.toFixed(1)}" y="${(y + size + 13).toFixed(1)}" text-anchor="middle">${ITS.escape(node.label)}</text>`;
      });
      return `<svg class="its-growing" viewBox="0 0 ${width} ${high}" width="${width}" height="${high}" role="img" aria-label="${ITS.escape(name)}">${links}${marks}</svg>`;
    },
  };

  /* The picture in its place. `show` draws it as it is after a step; a node that is pointed at is read out below. */
  ITS.branching = function (place, name, says = ITS.el("p", { class: "its-note its-pointed" })) {
    const drawing = ITS.el("div", { class: "its-drawn-tree" });
    /** @type {Branches | null} */
    let data = null;
    let at = 0, width = 0;
    place.append(drawing);
    if (!says.isConnected) place.append(says);
    function draw() {
      width = Math.max(120, Math.floor(drawing.clientWidth) || 320);
      if (data) drawing.innerHTML = ITS.branches.svg(data, at, width, name());
    }
    /** @type {(event: PointerEvent) => void} */
    function point(event) {
      const box = drawing.firstElementChild?.getBoundingClientRect();
      if (!data || !box) return;
      const here = data.nodes.map((_, i) => i).filter((i) => data && data.nodes[i].born <= at), spots = ITS.branches.spots(data.nodes, width);
      const [x, y] = [event.clientX - box.left, event.clientY - box.top];
      const near = here[ITS.hand.nearest(here.map((i) => [spots[i].x, spots[i].y]), x, y)];
      if (near !== undefined && Math.hypot(spots[near].x - x, spots[near].y - y) < NEAR) says.textContent = `${ITS.branches.words(data, near, at)}.`;
    }
    drawing.addEventListener("pointermove", point);
    drawing.addEventListener("pointerdown", point);
    new ResizeObserver(() => { if (Math.floor(drawing.clientWidth) !== width) draw(); }).observe(drawing);
    return {
      show(next, step) {
        if (data !== next) says.textContent = LEGEND;
        [data, at] = [next, step];
        draw();
      },
    };
  };

  /* Buttons that are one stop for the tab key; arrows, Home and End move within, as in any toolbar. `done` says of each
     button whether it has nothing left to do: never `disabled`, which would drop the keyboard's place. */
  ITS.toolbar = function (label, moves, first) {
    const buttons = moves.map(([name, go]) => ITS.el("button", { type: "button", tabindex: name === first ? 0 : -1, onclick: go }, name));
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
    const node = ITS.el("div", { class: "its-controls", role: "toolbar", "aria-label": label, onkeydown: move }, buttons);
    node.addEventListener("focusin", (event) => buttons.forEach((button) => { button.tabIndex = button === event.target ? 0 : -1; }));
    return { node, buttons, done: (told) => buttons.forEach((button, i) => button.setAttribute("aria-disabled", String(Boolean(told[i])))) };
  };
})(globalThis.ITS);
