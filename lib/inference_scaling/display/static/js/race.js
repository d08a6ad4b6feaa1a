// @ts-check
/* Two searches side by side on one budget: the reader chooses the problem, the verifier and both, and lets them spend. */
(function (ITS) {
  "use strict";

  const PACE = 180;

  ITS.race = {
    /* A run's nodes from the short form in which the page holds them; a node is drawn when its own step is spent. */
    nodes: (run) => run.nodes.split(";").map((text, i) => {
      const [parent, known, fate, label, score, right] = text.split(",");
      return { parent: Number(parent), known: Number(known), fate, label, born: i, ...(score ? { score: Number(score) } : {}), ...(right ? { right: right === "1" } : {}) };
    }),
    sentence({ left, right, tries, names, problem }) {
      return `On “${names.problem[problem]}” ${left.said}; ${right.said}. Of ${tries} such races the first is right in ${left.won}, the second in ${right.won}.`;
    },
  };

  ITS.define("its-race", function (host, /** @type {Race} */ payload) {
    const { el } = ITS, { names, limit, rest } = payload;
    let state = { ...rest, at: limit };
    const says = host.querySelector(".its-says"), lanes = host.querySelector(".its-lanes"), steps = host.querySelector(".its-steps");
    host.querySelectorAll("details").forEach((one) => { one.open = false; });
    /** @type {Record<string, Branches>} */
    const kept = {};
    /** @type {(strategy: number) => Run} */
    const run = (strategy) => payload.runs[state.problem][state.verifier][strategy];
    /** @type {(strategy: number) => Branches} */
    function data(strategy) {
      const key = [state.problem, state.verifier, strategy].join();
      return kept[key] || (kept[key] = { nodes: ITS.race.nodes(run(strategy)), score: payload.score, words: payload.words });
    }
    /** @type {(node: HTMLElement, side: "left" | "right", label: string) => { now(): string; show(): void; choose: HTMLSelectElement }} */
    function lane(node, side, label) {
      const choose = el("select", { "aria-label": label, onchange: () => { player.stop(); put({ [side]: Number(choose.value), at: limit }); } },
        names.strategy.map((name, i) => el("option", { value: i }, name)));
      const now = el("p", { class: "its-lane-says" }), place = el("div", { class: "its-branches" });
      node.replaceChildren(el("p", { class: "its-lane-name" }, choose), now, place);
      const picture = ITS.branching(place, () => `${names.strategy[state[side]]}: ${now.textContent}`, legend);
      return {
        choose,
        now: () => now.textContent || "",
        show() {
          const own = data(state[side]), { correct } = run(state[side]), last = own.nodes.length - 1, spent = Math.min(state.at, last), over = state.at >= last;
          choose.value = String(state[side]);
          now.textContent = over ? `${correct ? "✓ Right" : "✗ Wrong"} after ${spent} of ${limit} steps.`
            : spent ? `Step ${spent}: ${ITS.branches.words(own, spent, spent)}.` : "Nothing drawn yet.";
          now.className = `its-lane-says${over ? (correct ? " its-yes" : " its-no") : ""}`;
          picture.show(own, spent);
        },
      };
    }
    const legend = el("p", { class: "its-note its-pointed" });
    lanes.after(legend);
    const places = [...lanes.children].map((node) => /** @type {HTMLElement} */ (node));
    const sides = [lane(places[0], "left", "First search"), lane(places[1], "right", "Second search")];
    const spent = el("input", { type: "range", min: 0, max: limit, step: 1, "aria-label": "Steps spent by each", oninput: () => { player.stop(); put({ at: Number(spent.value) }); } });
    const shown = el("span", { class: "its-count" });
    /** @type {("problem" | "verifier")[]} */
    const asked = ["problem", "verifier"];
    const choices = asked.map((name) => ITS.radios(`${payload.id}-${name}`, payload.asks[name], names[name].map((label, value) => ({ label, value })), rest[name],
      (value) => { player.stop(); put({ [name]: value, at: limit }); }));
    const player = ITS.play(() => { put({ at: state.at + 1 }); return state.at < limit; }, PACE);
    function play() {
      if (player.running) player.stop();
      else { if (state.at >= limit) put({ at: 0 }); player.start(); }
    }
    /** @type {(to: () => number) => () => void} */
    const move = (to) => () => { player.stop(); put({ at: Math.max(0, Math.min(limit, to())) }); };
    const bar = ITS.toolbar("Let both search", [
      ["Start", move(() => 0)], ["Back", move(() => state.at - 1)], ["Next", move(() => state.at + 1)], ["End", move(() => limit)], ["Play", play],
    ], "Play");
    const message = el("p", { class: "its-message", role: "alert" });
    const { button, said } = ITS.share("Share", () => `${location.href.split("#")[0]}#${ITS.link.text(payload.id, state)}`);
    host.querySelector(".its-menu").append(el("div", { class: "its-spending" }, shown, spent), bar.node, ...choices, el("p", { class: "its-own" }, button, said), message);

    function paint() {
      sides.forEach((one) => one.show());
      spent.value = String(state.at);
      shown.textContent = `${state.at} of ${limit} steps`;
      spent.setAttribute("aria-valuetext", `${shown.textContent}. ${sides.map((one, i) => `${names.strategy[i ? state.right : state.left]}: ${one.now()}`).join(" ")}`);
      says.textContent = ITS.race.sentence({ ...payload, problem: state.problem, left: run(state.left), right: run(state.right) });
      bar.done([state.at === 0, state.at === 0, state.at === limit, state.at === limit, false]);
      asked.forEach((name, i) => choices[i].querySelectorAll("input").forEach((one) => { one.checked = Number(one.value) === state[name]; }));
      if (host.querySelector(".its-outline").open) words();
    }
    /* The same for who cannot see the pictures: every step of both so far. */
    function words() {
      steps.replaceChildren(...[state.left, state.right].map((strategy) => {
        const own = data(strategy), until = Math.min(state.at, own.nodes.length - 1);
        const lines = own.nodes.slice(1, until + 1).map((node, i) => el("li", {}, `After ${own.nodes[node.parent].label}: ${ITS.branches.words(own, i + 1, until)}.`));
        return el("div", {}, el("p", { class: "its-lane-name" }, names.strategy[strategy]), el("ol", {}, lines));
      }));
    }
    /** @type {(changes: Partial<typeof state>) => void} */
    function put(changes) {
      state = { ...state, ...changes };
      message.textContent = "";
      paint();
      ITS.link.write(payload.id, state);
      ITS.announce(host, `${shown.textContent}. ${says.textContent}`);
    }
    function follow() {
      const found = ITS.link.read(payload.id);
      if (!found) return;
      /** @type {(most: number) => (text: string) => number | null} */
      const whole = (most) => (text) => (/^\d{1,4}$/.test(text) && Number(text) <= most ? Number(text) : null);
      const read = ITS.link.understood(found, {
        problem: whole(names.problem.length - 1), verifier: whole(names.verifier.length - 1),
        left: whole(names.strategy.length - 1), right: whole(names.strategy.length - 1), at: whole(limit),
      });
      player.stop();
      state = { ...rest, at: limit, ...read.state };
      paint();
      message.textContent = read.reason ? ITS.link.sorry(read.reason) : "";
      host.scrollIntoView({ block: "start" });
    }
    host.querySelector(".its-outline").addEventListener("toggle", paint);
    addEventListener("hashchange", follow);
    let stood = 0;
    addEventListener("beforeprint", () => { player.stop(); stood = state.at; state.at = limit; paint(); });
    addEventListener("afterprint", () => { state.at = stood; paint(); });
    paint();
    follow();
  });
})(globalThis.ITS);
