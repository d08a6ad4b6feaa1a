// @ts-check
// Draws again from recorded answers. Every chance was computed exactly when the book was built; here they are shown.
(function (ITS) {
  "use strict";

  /** @type {Record<string, [string, number]>} */
  const FORMS = { first: ["dot", 5], vote: ["line", 2], score: ["dashdot", 4], both: ["dashdot", 1], checker: ["dash", 3] };

  /** @type {(chance: number) => string} */
  function inWords(chance) {
    if (chance <= 0 || chance >= 1) return chance >= 1 ? "always" : "never";
    const hundred = Math.floor(100 * chance + 0.5);
    if (hundred === 0 || hundred === 100) return hundred ? "more than 99 times in 100" : "less than 1 time in 100";
    return `${hundred} time${hundred === 1 ? "" : "s"} in 100`;
  }

  /** @type {(pool: Pool, pick: string, drawn: number[]) => number} */
  function picked(pool, pick, drawn) {
    /** @type {(test: (sample: number) => boolean) => number} */
    const first = (test) => drawn.find(test) ?? drawn[0];
    if (pick === "checker") return first((sample) => pool.right[sample] === "1");
    if (pick === "vote") {
      const votes = new Map();
      for (const sample of drawn) if (pool.answer[sample] >= 0) votes.set(pool.answer[sample], (votes.get(pool.answer[sample]) || 0) + 1);
      const most = Math.max(...votes.values());
      return first((sample) => votes.get(pool.answer[sample]) === most);
    }
    const ranks = pool.ranks[pick];
    return ranks ? drawn.reduce((best, sample) => (ranks[sample] > ranks[best] ? sample : best)) : drawn[0];
  }

  /* The first draw is the recorded order; every other is shuffled by its number. */
  /** @type {(size: number, seed: number) => number[]} */
  function draw(size, seed) {
    const order = Array.from({ length: size }, (_, i) => i);
    if (seed === 1) return order;
    const random = ITS.random(seed);
    for (let i = size - 1; i > 0; i -= 1) {
      const j = Math.floor(random() * (i + 1));
      [order[i], order[j]] = [order[j], order[i]];
    }
    return order;
  }

  const TIMES = 100, LABEL = 22, COLUMNS = 7, TALL = 34;

  ITS.votes = {
    picked,
    draw,
    /* The drawn samples by their answers, the most frequent first; the last column takes what is too rare for one of its
       own. What gave no answer casts no vote. */
    stacks(pool, drawn) {
      /** @type {Map<number, number[]>} */
      const by = new Map();
      for (const sample of drawn) if (pool.answer[sample] >= 0) by.set(pool.answer[sample], [...(by.get(pool.answer[sample]) || []), sample]);
      const found = [...by].map(([answer, samples]) => ({ answer, samples })).sort((a, b) => b.samples.length - a.samples.length);
      if (found.length <= COLUMNS) return found;
      const rare = found.splice(COLUMNS - 1);
      return [...found, { answer: null, samples: rare.flatMap((one) => one.samples) }];
    },
  };

  ITS.define("its-ask", function (host, /** @type {Ask} */ payload) {
    const { size, grid, stops, rules, words, pools } = payload;
    const rest = { ...payload.rest, draw: 1 };
    let state = { ...rest }, bet = /** @type {number | null} */ (null);
    /** @type {(name: string) => any} */
    const find = (name) => host.querySelector(`.its-${name}`);
    /** @type {(pool: Pool, pick: string, k: number) => number} */
    const at = (pool, pick, k) => (pool.curves[pick].length === 1 ? pool.curves[pick][0] : pool.curves[pick][grid.indexOf(k)]);
    /** @type {(pool: Pool, sample: number) => string} */
    const text = (pool, sample) => (pool.names ? pool.names[pool.answer[sample]] : pool.texts[sample]);

    function sentence() {
      const pool = pools[state.pool], { k, rule } = state;
      const label = rules.find((one) => one.pick === rule)?.label;
      const chance = at(pool, rule, k);
      if (k === size && rule !== "first") {
        const verdict = chance >= 1 ? "right" : chance <= 0 ? "wrong" : "a tie";
        return `All ${k} ${words.many}, ${label}: ${verdict}. This is one recorded pool, not a chance.`;
      }
      const head = `${k} ${k === 1 ? words.one : words.many}, ${label}: right ${inWords(chance)}.`;
      return rule === "checker" ? head : `${head} ${words.there} ${inWords(at(pool, "checker", k))}.`;
    }

    /** @type {() => Plot} */
    function spec() {
      const pool = pools[state.pool];
      /** @type {Series[]} */
      const series = [];
      for (const { pick, label } of rules) {
        const strong = pick === state.rule, [style, colour] = FORMS[pick];
        const ends = pick === "first" || pick === "checker" ? size : size - 1;
        series.push({ id: pick, label, points: grid.filter((k) => k <= ends).map((k) => [k, at(pool, pick, k)]), style, colour, strong });
        if (ends < size) series.push({ id: `${pick}-all`, label: "", points: [[size, at(pool, pick, size)]], style: "points", colour, strong });
      }
      const chance = at(pool, state.rule, state.k);
      return {
        title: `${pool.label} ${words.alt} From ${at(pool, state.rule, 1).toFixed(2)} at k = 1 to ${chance.toFixed(2)} at k = ${state.k}. ${sentence()}`,
        x: { label: words.x, min: 1, max: size, log: 2, ticks: stops.filter((k) => k !== size || size / stops[stops.length - 2] > 1.3) },
        y: { label: "chance that the picked one is right", min: 0, max: 1 },
        series, marks: [{ x: state.k, y: chance, label: chance.toFixed(2) }],
      };
    }

    const tiles = Array.from({ length: size }, () => ITS.el("span", {}));
    find("tiles").replaceChildren(...tiles);
    const votes = rules.some((one) => one.pick === "vote");
    let stacked = false;
    const tally = ITS.tally((right, count) => `${state.k} ${state.k === 1 ? words.one : words.many}, ${rules.find((one) => one.pick === state.rule)?.label}: right in ${right} of ${count} draws.`);
    let told = "", seed = 0;
    const player = ITS.play(() => {
      const pool = pools[state.pool];
      seed += 1;
      tally.add(pool.right[picked(pool, state.rule, draw(size, seed).slice(0, state.k))] === "1");
      return tally.count < TIMES;
    });
    function many() {
      player.stop();
      tally.clear();
      seed = state.draw;
      player.start();
      ITS.announce(host, tally.node.textContent || "", 2500);
    }
    /* Where each tile stands: in its place of the grid, or on the stack of its answer. Tiles go there, unless less motion is asked for. */
    /** @type {(drawn: number[], shown: number[], move: boolean) => void} */
    function place(drawn, shown, move) {
      const box = /** @type {HTMLElement} */ (find("tiles"));
      const before = move && !ITS.calm() ? tiles.map((tile) => tile.getBoundingClientRect()) : [];
      box.querySelectorAll(".its-under").forEach((one) => one.remove());
      box.classList.remove("its-stacked");
      box.removeAttribute("style");
      tiles.forEach((tile) => tile.removeAttribute("style"));
      if (stacked) {
        // The stacks have the room of the grid, so that nothing below them moves.
        Object.assign(box.style, { height: `${box.offsetHeight}px`, width: `${box.offsetWidth}px` });
        box.classList.add("its-stacked");
        const stacks = ITS.votes.stacks(pools[state.pool], drawn), most = Math.max(1, ...stacks.map((one) => one.samples.length));
        const high = Math.min(TALL, (box.clientHeight - 2 * LABEL) / most), wide = box.clientWidth / Math.max(4, stacks.length);
        stacks.forEach(({ answer, samples }, column) => {
          samples.forEach((sample, row) => Object.assign(tiles[shown.indexOf(sample)].style, {
            left: `${column * wide}px`, bottom: `${2 * LABEL + row * high}px`, width: `${wide - 4}px`, height: `${Math.max(2, high - 2)}px`,
            fontSize: high < 14 ? "0" : "",
          }));
          const name = answer === null ? "others" : text(pools[state.pool], samples[0]);
          box.append(ITS.el("span", { class: "its-under", style: `left:${column * wide}px;width:${wide - 4}px` }, name, ITS.el("br"), `× ${samples.length}`));
        });
      }
      before.forEach((old, i) => {
        const now = tiles[i].getBoundingClientRect();
        if (old.width && now.width && (old.x !== now.x || old.y !== now.y)) {
          tiles[i].animate([{ transform: `translate(${old.x - now.x}px, ${old.y - now.y}px)` }, { transform: "none" }], { duration: 450, easing: "ease-in-out" });
        }
      });
    }
    const plot = ITS.plot(find("picture"), spec());
    const says = find("says"), note = find("note");

    function paint(move = false) {
      const pool = pools[state.pool];
      const order = draw(size, state.draw), drawn = order.slice(0, state.k);
      const chosen = picked(pool, state.rule, drawn), inside = new Set(drawn);
      const shown = Array.from({ length: size }, (_, i) => i);
      if (payload.ranked) shown.sort((a, b) => pool.ranks.score[b] - pool.ranks.score[a]);
      shown.forEach((sample, i) => {
        const good = pool.right[sample] === "1";
        const kind = `its-tile${inside.has(sample) ? " its-drawn" : ""}${sample === chosen ? " its-picked" : ""}${good ? " its-good" : ""}`;
        if (tiles[i].className !== kind) tiles[i].className = kind;
        const label = text(pool, sample) + (good ? "✓" : "");
        if (tiles[i].textContent !== label) tiles[i].replaceChildren(text(pool, sample), ...(good ? [ITS.el("b", {}, "✓")] : []));
      });
      place(drawn, shown, move);
      // What was counted was counted of another question, rule or number.
      const of = `${state.pool} ${state.rule} ${state.k}`;
      if (of !== told) { player.stop(); tally.clear(); }
      told = of;
      const right = [...pool.right].filter((one) => one === "1").length;
      find("tiles").setAttribute("aria-label", `${size} ${words.tiles}, ${right} right, marked with a tick. ${state.k} drawn. ` +
        `Picked: ${text(pool, chosen)}${words.unit}, ${pool.right[chosen] === "1" ? "right" : "wrong"}.`);
      find("asked").textContent = pool.label;
      plot.update(spec());
      says.textContent = sentence();
      note.textContent = pool.note || "";
      find("data").querySelector("table").replaceChildren(...ITS.dataTable(["k", ...rules.map((rule) => rule.label)],
        stops.map((k) => [String(k), ...rules.map(({ pick }) => at(pool, pick, k).toFixed(3))])));
      range.value = String(stops.indexOf(state.k));
      range.setAttribute("aria-valuetext", `${state.k} ${state.k === 1 ? words.one : words.many}`);
      count.textContent = String(state.k);
      // Never `disabled`: it would drop the keyboard's place at the last step.
      less.setAttribute("aria-disabled", String(state.k === stops[0]));
      more.setAttribute("aria-disabled", String(state.k === size));
      if (other) other.value = others.some((one) => one.value === state.pool) ? String(state.pool) : "";
      host.querySelectorAll('.its-radios input').forEach((input) => { input.checked = input.value === String(input.name.endsWith("-rule") ? state.rule : state.pool); });
    }
    /** @type {(next: Partial<typeof state>) => void} */
    function change(next) {
      state = { ...state, ...next };
      message.textContent = "";
      paint(true);
      write();
      ITS.announce(host, says.textContent);
    }
    const inLink = () => ({ q: state.pool, k: state.k, rule: state.rule, draw: state.draw, ...(bet === null ? {} : { bet }) });
    const write = () => ITS.link.write(payload.id, inLink());
    const { button: share, said: shared } = ITS.share("Share", () => `${location.href.split("#")[0]}#${ITS.link.text(payload.id, inLink())}`);
    const stack = ITS.el("button", { type: "button", "aria-pressed": "false", onclick: () => {
      stacked = !stacked;
      stack.setAttribute("aria-pressed", String(stacked));
      paint(true);
    } }, "Stack the votes");
    /** @type {(by: number) => void} */
    const step = (by) => change({ k: stops[Math.min(stops.length - 1, Math.max(0, stops.indexOf(state.k) + by))] });

    const range = ITS.el("input", { type: "range", min: 0, max: stops.length - 1, step: 1, "aria-label": words.x, oninput: () => change({ k: stops[Number(range.value)] }) });
    const count = ITS.el("output", {});
    const less = ITS.el("button", { type: "button", "aria-label": `Fewer ${words.many}`, onclick: () => step(-1) }, "−");
    const more = ITS.el("button", { type: "button", "aria-label": `More ${words.many}`, onclick: () => step(1) }, "+");
    const message = ITS.el("p", { class: "its-message", role: "alert" });
    const options = pools.map((pool, i) => ({ value: i, label: pool.label, story: pool.story }));
    const ask = ITS.radios(`${payload.id}-pool`, words.choose, options.filter((one) => one.story), state.pool, (value) => change({ pool: value }));
    const others = options.filter((one) => !one.story);
    // Folded by nature: a list of twenty would push away what it is about.
    /** @type {HTMLSelectElement | null} */
    const other = others.length ? ITS.el("select", { "aria-label": words.more, onchange: () => { if (other?.value) change({ pool: Number(other.value) }); } },
      ITS.el("option", { value: "" }, `${others.length} ${words.more}`), others.map((one) => ITS.el("option", { value: one.value }, one.label))) : null;
    if (other) ask.append(other);
    find("menu").append(ask);
    find("panel").append(
      ITS.radios(`${payload.id}-rule`, "Take", rules.map((rule) => ({ value: rule.pick, label: rule.label })), state.rule, (value) => change({ rule: value })),
      ITS.el("div", { class: "its-steps" }, ITS.el("span", { class: "its-name" }, `${words.x}: `, count), less, range, more,
        ITS.el("button", { type: "button", onclick: () => change({ draw: state.draw + 1 }) }, "Draw again"),
        ITS.el("button", { type: "button", onclick: many }, `Draw ${TIMES} times`), votes && stack, share, shared, tally.node));
    // The sender's bet, or why a link cannot be read, is said before the reader has bet, too.
    const answer = host.querySelector(":scope > .its-veiled");
    if (answer) answer.before(message);
    else find("panel").append(message);

    function follow() {
      const found = ITS.link.read(payload.id);
      if (!found) return;
      /** @type {(text: string, low: number, high: number) => number | null} */
      const whole = (text, low, high) => (/^\d{1,6}$/.test(text) && Number(text) >= low && Number(text) <= high ? Number(text) : null);
      const read = ITS.link.understood(found, {
        q: (value) => whole(value, 0, pools.length - 1),
        k: (value) => (stops.includes(whole(value, 1, size) ?? 0) ? Number(value) : null),
        rule: (value) => (rules.some((one) => one.pick === value) ? value : null),
        draw: (value) => whole(value, 1, 999999),
        bet: (value) => whole(value, 0, 9),
      });
      const { q, bet: theirs, ...more } = read.state || {};
      state = { ...rest, ...more, ...(q === undefined ? {} : { pool: q }) };
      const offered = [...host.querySelectorAll(".its-reply summary")][theirs];
      message.textContent = read.reason ? ITS.link.sorry(read.reason) : offered ? `The bet in this link: ${offered.textContent.toLowerCase()}.` : "";
      paint();
      host.querySelector(".its-stage").scrollIntoView({ block: "nearest" });
    }
    host.addEventListener("its-predicted", (event) => { bet = /** @type {CustomEvent} */ (event).detail.given; write(); });
    addEventListener("hashchange", follow);
    paint();
    follow();
  });
})(globalThis.ITS);
