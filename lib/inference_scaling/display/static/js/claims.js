// @ts-check
/* The register of claims: filters by verdict, kind, part and words, an order, and all of it in the address. */
(function (ITS) {
  "use strict";
  const { el } = ITS;

  const ID = "claims";
  const REST = { verdict: "", kind: "", part: "", sort: "book", words: "" };
  /** @type {Record<string, string>} */
  const ORDERS = { book: "order of the book", belief: "belief, A to Z", verdict: "verdict", kind: "kind" };
  // Heads of the columns that sort; what was measured has no order across quantities.
  const SORTING = ["belief", null, "verdict", "kind"];
  const KINDS = ["exact", "simulated", "recorded", "published", "open"];

  /** @type {(host: HTMLElement) => void} */
  function register(host) {
    const table = /** @type {HTMLTableElement} */ (host.querySelector("table"));
    const homes = [...table.tBodies];
    const sorted = el("tbody", { role: "rowgroup" });
    const chips = /** @type {HTMLElement[]} */ ([...host.querySelectorAll(".its-claims__verdicts .its-verdict")]);
    const verdicts = chips.map((chip) => chip.dataset.verdict || "");
    const rows = homes.flatMap((home) => [...home.rows].slice(1).map((row) => ({
      row, home, fits: true, text: (row.textContent || "").toLowerCase(), belief: (row.cells[0].textContent || "").trim(),
      verdict: row.dataset.verdict || "", kind: row.dataset.kind || "", part: row.dataset.part || "",
    })));
    const parts = [...new Set(rows.map((one) => one.part))];
    let state = { ...REST };

    // Where rows are cards the register is a hundred screens long: while nothing is chosen, a part opens on request.
    /** @type {Set<HTMLElement>} */
    const opened = new Set();
    const folds = homes.map((home) => {
      const head = home.rows[0].cells[0];
      const fold = el("button", { type: "button", class: "its-fold", onclick: () => { if (!opened.delete(home)) opened.add(home); show(); } });
      fold.append(...head.childNodes);
      head.append(fold);
      return fold;
    });
    /** @type {(label: string, name: "kind" | "part" | "sort", options: [string, string][]) => HTMLSelectElement} */
    function choice(label, name, options) {
      const select = el("select", { onchange: () => change({ [name]: select.value }) },
        options.map(([value, text]) => el("option", { value }, text)));
      bar.append(el("label", {}, `${label} `, select));
      return select;
    }
    const bar = el("div", { class: "its-claims__bar", role: "group", "aria-label": "Filter and sort the claims" });
    const input = el("input", { type: "search", oninput: () => change({ words: input.value.slice(0, 80) }) });
    bar.append(el("label", {}, "With the words ", input));
    const kind = choice("Kind", "kind", [["", "all"], ...KINDS.map((one) => /** @type {[string, string]} */ ([one, one]))]);
    const part = choice("Part", "part", [["", "all"], ...parts.map((one) => /** @type {[string, string]} */ ([one, one[0].toUpperCase() + one.slice(1)]))]);
    const sort = choice("Sort by", "sort", Object.entries(ORDERS));
    const count = el("span", { class: "its-claims__count" });
    const remark = el("span", { role: "alert" });
    bar.append(el("span", {}, el("button", { type: "button", onclick: () => { homes.forEach((home) => opened.add(home)); change(REST); } }, "Show all"), " ", count), remark);
    table.before(el("p", {}, "Press one verdict or several to see only their claims. The page’s address keeps what you choose, so that you can link to it."), bar);

    const buttons = chips.map((chip, i) => {
      const button = el("button", { type: "button", class: chip.className, "data-verdict": verdicts[i], onclick: press }, verdicts[i]);
      function press() {
        const chosen = verdicts.filter((_, j) => (buttons[j].getAttribute("aria-pressed") === "true") !== (j === i));
        change({ verdict: chosen.length === verdicts.length ? "" : chosen.join() });
      }
      chip.replaceWith(button);
      return button;
    });
    const heads = [.../** @type {HTMLTableSectionElement} */ (table.tHead).rows[0].cells];
    heads.forEach((head, column) => {
      const by = SORTING[column];
      if (!by) return;
      head.replaceChildren(el("button", { type: "button", class: "its-sort", onclick: () => change({ sort: state.sort === by ? "book" : by }) }, head.textContent));
    });

    /** @type {(asked: Partial<typeof REST>) => void} */
    function change(asked) {
      state = { ...state, ...asked };
      remark.textContent = "";
      show();
      ITS.announce(host, count.textContent || "");
      ITS.link.write(ID, Object.fromEntries(Object.entries(state).filter(([name, value]) => value !== REST[/** @type {keyof typeof REST} */ (name)])));
    }

    function show() {
      const chosen = state.verdict ? state.verdict.split(",") : [];
      const words = state.words.toLowerCase().split(/\s+/).filter(Boolean);
      // As wide as 34rem, where `claims.css` makes cards of the rows.
      const folded = host.clientWidth < 544 && JSON.stringify(state) === JSON.stringify(REST);
      let left = 0;
      for (const one of rows) {
        one.fits = (!chosen.length || chosen.includes(one.verdict)) && (!state.kind || one.kind === state.kind)
          && (!state.part || one.part === state.part) && words.every((word) => one.text.includes(word));
        one.row.hidden = !one.fits || (folded && !opened.has(one.home));
        left += one.row.hidden ? 0 : 1;
      }
      folds.forEach((fold, i) => {
        fold.disabled = !folded;
        fold.setAttribute("aria-expanded", String(!folded || opened.has(homes[i])));
      });
      arrange();
      count.textContent = folded && !left ? `${rows.length} claims, by part` : `${left} of ${rows.length} shown`;
      buttons.forEach((button, i) => button.setAttribute("aria-pressed", String(chosen.includes(verdicts[i]))));
      heads.forEach((head, column) => {
        if (state.sort === SORTING[column]) head.setAttribute("aria-sort", "ascending");
        else head.removeAttribute("aria-sort");
      });
      if (input.value !== state.words) input.value = state.words;
      [kind.value, part.value, sort.value] = [state.kind, state.part, state.sort];
    }

    function arrange() {
      /** @type {Record<string, (a: typeof rows[0], b: typeof rows[0]) => number>} */
      const before = {
        belief: (a, b) => a.belief.localeCompare(b.belief, "en"),
        verdict: (a, b) => verdicts.indexOf(a.verdict) - verdicts.indexOf(b.verdict),
        kind: (a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind),
      };
      const order = before[state.sort];
      if (order) {
        sorted.append(...[...rows].sort(order).map((one) => one.row));
        table.append(sorted);
      } else {
        rows.forEach((one) => one.home.append(one.row));
        sorted.remove();
      }
      homes.forEach((home) => { home.hidden = Boolean(order) || rows.every((one) => one.home !== home || !one.fits); });
    }

    /* The address may hold a state, or name one row, which then must be in sight. */
    function follow() {
      const found = ITS.link.read(ID);
      if (found) {
        /** @type {(all: string[]) => (text: string) => string | null} */
        const among = (all) => (text) => (all.includes(text) ? text : null);
        const read = ITS.link.understood(found, {
          verdict: (text) => (text.split(",").every((one) => verdicts.includes(one)) ? text : null),
          kind: among(KINDS), part: among(parts), sort: among(Object.keys(ORDERS)), words: (text) => text.slice(0, 80),
        });
        state = { ...REST, ...read.state };
        remark.textContent = read.reason ? `The link could not be used: ${read.reason}. All claims are shown.` : "";
        show();
        host.scrollIntoView();
        return;
      }
      const row = rows.find((one) => `#${one.row.id}` === location.hash);
      if (row?.row.hidden) {
        state = { ...REST };
        opened.add(row.home);
        show();
        row.row.scrollIntoView();
      }
    }
    show();
    follow();
    globalThis.addEventListener("hashchange", follow);
    globalThis.addEventListener("resize", show);
  }

  const ready = () => /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(".its-claims")).forEach(register);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", ready);
  else ready();
})(globalThis.ITS);
