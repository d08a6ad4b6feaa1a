// @ts-check
/* A derivation opens line by line, takes a typed next line, and moves its values; without this script every line simply stands there. */
(function (ITS) {
  "use strict";

  const AGREE = 1e-7, TRIES = 40, NEEDED = 6, SAMPLES = 60;
  const STYLES = ["line", "dash", "dot", "dashdot"];
  const el = ITS.el;
  /** @type {(tree: Tree, point: Point) => number} */
  const value = (tree, point) => ITS.expr.evaluate(tree, point);
  /** @type {(a: number, b: number) => boolean} */
  const close = (a, b) => Math.abs(a - b) <= AGREE * Math.max(Math.abs(a), Math.abs(b)) || Math.max(Math.abs(a), Math.abs(b)) < 1e-250;

  /** @type {(symbol: Symbol_, share: number) => number} */
  function place(symbol, share) {
    const { low, high } = symbol;
    const at = symbol.log ? low * (high / low) ** share : low + (high - low) * share;
    return symbol.integer ? Math.floor(at + 0.5) : at;
  }

  /* The same points for everyone: first where the sliders stand, then drawn ones. */
  /** @type {(symbols: Symbol_[], first: Point | null) => Point[]} */
  function points(symbols, first) {
    const draw = ITS.random(7);
    /** @type {Point[]} */
    const found = [];
    // The outer tenths are left out: there double precision runs out first.
    while (found.length < TRIES) {
      found.push(Object.fromEntries(symbols.map((symbol) => [symbol.name, place(symbol, 0.1 + 0.8 * draw())])));
    }
    return [{ ...found[0], ...first }, ...found];
  }

  /* Whether values and a tree agree wherever both have a value; the first point that differs ends it. */
  /** @type {(xs: number[], tree: Tree, at: Point[]) => { same: boolean; differs: { point: Point; x: number; y: number } | null }} */
  function agreement(xs, tree, at) {
    let told = 0;
    for (const [i, x] of xs.entries()) {
      const y = Number.isFinite(x) ? value(tree, at[i]) : NaN;
      if (!Number.isFinite(y)) continue;
      told += 1;
      if (!close(x, y)) return { same: false, differs: { point: at[i], x, y } };
    }
    return { same: told >= NEEDED, differs: null };
  }

  /** @type {(point: Point, names: string[]) => string} */
  const shownPoint = (point, names) => names.map((name) => `${name} = ${ITS.format(point[name])}`).join(", ");

  /* How far a line of the right value has come: the line itself, the line above once more, the author's form or not. */
  /** @type {(tree: Tree, xs: number[], step: Step, above: Tree[], at: Point[]) => Verdict} */
  function finished(tree, xs, step, above, at) {
    const written = ITS.expr.alike(tree), same = (/** @type {Tree} */ other) => JSON.stringify(ITS.expr.alike(other)) === JSON.stringify(written);
    if (same(step.tree)) return { kind: "right", says: "Right." };
    if (above.some(same)) return { kind: "above", says: "True, but that is the line above again: take it one step further." };
    const { size, names } = ITS.expr, form = step.form;
    if (form) {
      const used = names(written);
      const kept = (form.most === null || size(tree) <= form.most) && form.uses.every((name) => used.includes(name))
        && !form.avoids.some((name) => used.includes(name));
      return kept ? { kind: "right", says: "Right." } : { kind: "simplify", says: form.says };
    }
    if (size(tree) <= size(step.tree)) return { kind: "right", says: "Right." };
    const long = above.some((one) => size(tree) >= size(one) && agreement(xs, one, at).same);
    return { kind: "simplify", says: long ? "Right, and as long as the line before: simplify further if you like." : "Right: simplify further if you like." };
  }

  /* What a typed line is: right, right but not finished, the line above again, a named mistake, wrong, or not understood. */
  ITS.judgeLine = function (text, payload, index, here) {
    const names = payload.symbols.map((symbol) => symbol.name);
    const step = payload.steps[index];
    const read = ITS.expr.parse(text, names);
    if (read.error) return { kind: "not understood", position: read.position, says: `${read.says} ${ITS.expr.HINT}` };
    const at = points(payload.symbols, here);
    const xs = at.map((point) => value(read.tree, point));
    const found = agreement(xs, step.tree, at);
    if (found.same) {
      const above = [step.left, index ? payload.steps[index - 1].tree : null].filter((one) => one !== null && one !== undefined);
      return { tree: read.tree, ...finished(read.tree, xs, step, above, at) };
    }
    const mistake = (step.mistakes || []).find((one) => agreement(xs, one.tree, at).same);
    if (mistake) return { kind: "mistake", tree: read.tree, says: `Not this line: ${mistake.says}` };
    if (!found.differs) {
      return { kind: "wrong", tree: read.tree, says: "Wrong: this has no value where the line has one." };
    }
    const { point, x, y } = found.differs;
    const used = JSON.stringify([read.tree, step.tree]);
    return {
      kind: "wrong", tree: read.tree,
      says: `Wrong: at ${shownPoint(point, names.filter((name) => used.includes(`"${name}"`)))} yours is ${ITS.format(x, 6)}, the line is ${ITS.format(y, 6)}.`,
    };
  };

  /* The same plot that the build drew, at the sliders' point. */
  ITS.derivationPlot = function (payload, point) {
    const { over, lines, y } = payload.plot;
    const symbol = /** @type {Symbol_} */ (payload.symbols.find((one) => one.name === over));
    const places = Array.from({ length: SAMPLES }, (_, i) => place(symbol, i / (SAMPLES - 1)));
    const xs = symbol.integer ? [...new Set(places)].sort((a, b) => a - b) : places;
    /** @type {(tree: Tree, x: number) => number | null} */
    const at = (tree, x) => {
      const found = value(tree, { ...point, [over]: x });
      return Number.isFinite(found) ? found : null;
    };
    const series = lines.map(([index, label], i) => {
      const step = payload.steps[index];
      /** @type {Series} */
      const one = { id: String(index), label, style: STYLES[i % 4], colour: i + 1, points: xs.map((x) => [x, at(step.tree, x)]) };
      const { band } = step;
      if (band) one.band = /** @type {any[]} */ (xs.map((x) => [x, ...band.map((end) => at(end, x))])).filter((row) => !row.includes(null));
      return one;
    });
    const fixed = payload.symbols.filter((one) => one.start !== null && one.name !== over).map((one) => one.name);
    return {
      title: `${lines.map(([, label]) => label).join(", ")}, against ${over}${fixed.length ? ` at ${shownPoint(point, fixed)}` : ""}.`,
      x: { label: `${over}, ${symbol.meaning}`, min: symbol.low, max: symbol.high, log: symbol.log }, y, series,
    };
  };

  /** @type {(step: Step, point: Point, names: string[]) => string} */
  function sides(step, point, names) {
    const used = JSON.stringify([step.tree, step.left || null]);
    if (names.some((name) => used.includes(`"${name}"`) && !(name in point))) return "";
    const ends = [step.tree, ...(step.left ? [step.left] : []), ...(step.band || [])];
    if (!ends.every((tree) => Number.isFinite(value(tree, point)))) return "beyond what this page's arithmetic holds";
    const right = ITS.format(value(step.tree, point), 6);
    if (!step.left) return `value ${right}`;
    const left = ITS.format(value(step.left, point), 6);
    if (!step.band) return `left ${left}, right ${right}`;
    const [low, high] = step.band.map((end) => ITS.format(value(end, point), 6));
    return `exact ${left}, approximate ${right}; the bound puts it between ${low} and ${high}`;
  }

  ITS.define("its-derivation", function (host, /** @type {Derivation} */ payload) {
    const items = [...host.querySelectorAll(".its-step")];
    const names = payload.symbols.map((symbol) => symbol.name);
    const key = `derivation:${payload.id}`;
    const kept = ITS.store.get(key) || {};
    const movable = payload.symbols.filter((symbol) => symbol.start !== null);
    const point = Object.fromEntries(movable.map((symbol) => [symbol.name, symbol.start]));
    for (const symbol of movable) {
      const old = kept.point && kept.point[symbol.name];
      if (Number.isFinite(old) && old >= symbol.low && old <= symbol.high) point[symbol.name] = old;
    }
    /** @type {string[]} */
    const tried = Array.isArray(kept.tried) ? kept.tried.map((/** @type {unknown} */ text) => (typeof text === "string" ? text : "")) : [];
    let shown = 0;

    const keep = () => ITS.store.set(key, { shown, point, tried });

    /* Lines that are wider than their place can be scrolled by keyboard; others are no stop. */
    function reach() {
      for (const box of host.querySelectorAll(".its-scroll")) {
        if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
        else box.removeAttribute("tabindex");
      }
    }

    /* The typed next line */
    const forms = payload.steps.map((step, index) => {
      if ((step.mistakes || []).length < 2 || !step.question) return null;
      const id = `${host.id}-try-${index + 1}`;
      const input = el("input", { id, type: "text", autocomplete: "off", autocapitalize: "off", spellcheck: "false",
        maxlength: 400, "aria-describedby": `${id}-seen ${id}-says`, value: tried[index] || "" });
      const seen = el("span", { class: "its-seen", id: `${id}-seen` });
      const says = el("p", { class: "its-verdict", id: `${id}-says` });
      const used = names.filter((name) => JSON.stringify([step.tree, step.left || null, step.mistakes]).includes(`"${name}"`));
      const keys = [...used, "^", "(", ")", "/", "ln("].map((text) => el("button", { type: "button", class: "its-sign",
        "aria-label": `insert ${text === "^" ? "to the power" : text === "ln(" ? "logarithm" : text}`,
        onclick: () => {
          const at = input.selectionStart ?? input.value.length;
          input.setRangeText(text, at, input.selectionEnd ?? at, "end");
          input.focus();
          preview();
        } }, text.replace("(", text === "(" ? "(" : "")));
      function preview() {
        const read = ITS.expr.parse(input.value, names);
        says.textContent = "";
        delete says.dataset.kind;
        if (read.tree === undefined) seen.textContent = input.value.trim() ? `not understood yet: ${read.message}` : ITS.expr.HINT;
        else seen.replaceChildren("read as ", ITS.expr.mathml(read.tree));
      }
      /** @type {(event: Event) => void} */
      function check(event) {
        event.preventDefault();
        const verdict = ITS.judgeLine(input.value, payload, index, point);
        says.textContent = verdict.says;
        says.dataset.kind = verdict.kind;
        input.setAttribute("aria-invalid", String(verdict.kind === "not understood"));
        if (verdict.position !== undefined) input.setSelectionRange(verdict.position, verdict.position + 1);
        tried[index] = input.value.slice(0, 200);
        keep();
        if (verdict.kind === "right") goOn(index, verdict.says);
        else ITS.announce(host, verdict.says);
      }
      input.addEventListener("input", preview);
      const form = el("form", { class: "its-try", onsubmit: check },
        el("label", { for: id }, "I’ll try"), el("div", { class: "its-entry" }, input, el("button", { type: "submit" }, "Check")),
        el("div", { class: "its-keys" }, keys), el("p", { class: "its-preview" }, seen), says);
      items[index].querySelector(".its-line").before(form);
      preview();
      return form;
    });

    /* What was typed right is said above the line that it opened. */
    const praise = items.map((item) => {
      const said = el("p", { class: "its-verdict" });
      item.querySelector(".its-line").before(said);
      return said;
    });

    /* Values of both sides, and the sliders that move them */
    const values = items.map((item) => {
      const said = el("p", { class: "its-values" });
      item.querySelector(".its-reason").after(said);
      return said;
    });
    const drawn = host.querySelector(".its-curves");
    const plot = drawn && ITS.plot ? ITS.plot(drawn, ITS.derivationPlot(payload, point)) : null;
    const there = movable.map((symbol) => {
      const said = el("output", {});
      /** @type {(at: number) => number} */
      const share = (at) => (symbol.log ? Math.log(at / symbol.low) / Math.log(symbol.high / symbol.low) : (at - symbol.low) / (symbol.high - symbol.low));
      const range = el("input", { type: "range", min: 0, max: 1, step: symbol.integer && !symbol.log ? 1 / (symbol.high - symbol.low) : 0.002,
        oninput: () => {
          point[symbol.name] = Number(place(symbol, Number(range.value)).toPrecision(symbol.integer ? 15 : 3));
          move();
          ITS.announce(host, `${symbol.name} is ${ITS.format(point[symbol.name])}. ${values[shown - 1].textContent}`);
          keep();
        } });
      range.value = String(share(point[symbol.name]));
      const show = () => {
        said.textContent = `${symbol.name} = ${ITS.format(point[symbol.name])}${symbol.unit ? ` ${symbol.unit}` : ""}`;
        range.setAttribute("aria-valuetext", said.textContent);
      };
      return { show, row: el("label", { class: "its-slider" }, el("span", {}, symbol.meaning), range, said) };
    });
    const sliders = there.length ? el("fieldset", { class: "its-sliders" }, el("legend", {}, "Values"), there.map((one) => one.row)) : null;

    function move() {
      there.forEach((one) => one.show());
      const at = shownPoint(point, movable.map((symbol) => symbol.name));
      payload.steps.forEach((step, i) => {
        const said = movable.length ? sides(step, point, names) : "";
        values[i].hidden = !said;
        values[i].textContent = said ? `At ${at}: ${said}.` : "";
      });
      if (plot) plot.update(ITS.derivationPlot(payload, point));
    }

    const next = el("button", { type: "button", onclick: () => open(shown + 1, true) }, "Next line");
    const back = el("button", { type: "button", onclick: () => open(shown - 1, true) }, "Hide last line");
    const all = el("button", { type: "button", onclick: () => open(items.length, true) }, "Show all lines");
    const count = el("span", { class: "its-count" });
    host.querySelector("ol").after(el("div", { class: "its-controls" }, next, back, all, count), sliders || "");
    host.classList.add("its-live-steps");

    /* The last of the lines is a place for the keyboard when no control is: from there nothing is folded by mistake. */
    function rest() {
      const line = items[shown - 1].querySelector(".its-line");
      line.tabIndex = -1;
      line.focus({ preventScroll: true });
      line.scrollIntoView({ block: "nearest" });
    }

    /* After a right line: it opens, and the next one is asked for. */
    /** @type {(index: number, says: string) => void} */
    function goOn(index, says) {
      praise[index].textContent = says;
      praise[index].dataset.kind = "right";
      open(index + 1, false);
      keep();
      const asked = forms[shown];
      const last = shown === items.length;
      ITS.announce(host, `${says} ${last ? "That was the last line." : `Next, line ${shown + 1} of ${items.length}. ${payload.steps[shown].question || ""}`}`.trim());
      if (asked) asked.querySelector("input")?.focus();
      else if (last) rest();
      else next.focus();
    }

    /** @type {(number: number, byHand: boolean) => void} */
    function open(number, byHand) {
      shown = Math.max(1, Math.min(items.length, number));
      items.forEach((item, i) => {
        const state = i < shown ? "open" : i === shown ? "asked" : "closed";
        item.dataset.state = state;
        item.querySelector(".its-line").hidden = state !== "open";
        if (forms[i]) forms[i].hidden = state !== "asked";
        praise[i].hidden = state !== "open";
        if (state !== "open") praise[i].textContent = "";
        item.hidden = state === "closed" || (state === "asked" && !payload.steps[i].question);
      });
      next.disabled = all.disabled = shown === items.length;
      back.disabled = shown === 1;
      count.textContent = `${shown} of ${items.length} lines`;
      reach();
      if (!byHand) return;
      keep();
      ITS.announce(host, `Line ${shown} of ${items.length}. ${payload.steps[shown - 1].reason}`);
      // A button that has just been disabled drops the keyboard's place: hand it on.
      const here = /** @type {HTMLButtonElement} */ (document.activeElement);
      if (here === document.body || here.disabled) {
        if (shown === items.length) rest();
        else next.focus({ preventScroll: true });
      }
    }

    move();
    open(Number.isInteger(kept.shown) ? kept.shown : 1, false);
    addEventListener("resize", reach);

    // Paper has no buttons.
    addEventListener("beforeprint", () => items.forEach((item, i) => {
      item.hidden = false;
      item.querySelector(".its-line").hidden = false;
      if (forms[i]) forms[i].hidden = true;
    }));
    addEventListener("afterprint", () => open(shown, false));
  });
})(globalThis.ITS);
