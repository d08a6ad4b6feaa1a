// @ts-check
/* The reader's own counts on the page "Your numbers", and on no other: nothing that is pasted or dropped leaves it. */
(function (ITS) {
  "use strict";

  /** @typedef {{ label: string, n: number, c: number }} Counted */
  /** @typedef {{ value: number[], low: number[], high: number[] }} Estimated */

  // More rows than this would keep the page busy for seconds.
  const MOST_ROWS = 200000, MOST_BYTES = 20e6, LEVEL = 0.95, END = 1e-12;
  /** @type {Record<string, boolean>} */
  const JUDGED = { 1: true, true: true, yes: true, right: true, correct: true, 0: false, false: false, no: false, wrong: false, incorrect: false };
  const PROBLEM = ["problem", "problem_id", "task", "task_id", "question", "id", "doc_id"];
  const CORRECT = ["correct", "passed", "pass", "is_correct", "right", "success"];

  /** @type {(line: string) => string[]} */
  function cells(line) {
    const sign = ["\t", ";", ","].find((one) => line.includes(one));
    if (!sign) return line.trim().split(/\s+/);
    /** @type {string[]} */
    const found = [];
    let cell = "", quoted = false;
    for (let i = 0; i < line.length; i += 1) {
      if (line[i] === '"') {
        if (quoted && line[i + 1] === '"') { cell += '"'; i += 1; } else quoted = !quoted;
      } else if (line[i] === sign && !quoted) { found.push(cell.trim()); cell = ""; } else cell += line[i];
    }
    return [...found, cell.trim()];
  }

  /** @type {(text: string) => number | null} */
  const whole = (text) => (/^\d{1,9}$/.test(text) ? Number(text) : null);
  /** @type {(text: string) => string} */
  const shown = (text) => JSON.stringify(text.slice(0, 40));

  /** Counts of each problem from lines "n, c" or "name, n, c", or from a table with a row a sample.
   * @type {(text: string) => { problems: Counted[], says?: undefined } | { says: string, problems?: undefined }} */
  function read(text) {
    const lines = text.replace(/^\ufeff/, "").split(/\r\n?|\n/).map((line, i) => ({ line, at: i + 1 }))
      .filter((one) => one.line.trim() && !one.line.trim().startsWith("#"));
    if (lines.length === 0) return { says: "There is nothing to read yet: paste a line “n, c” for each problem." };
    if (lines.length > MOST_ROWS) return { says: `${lines.length.toLocaleString("en-GB")} lines: at most ${MOST_ROWS.toLocaleString("en-GB")} fit here. The library has no such limit.` };
    const head = cells(lines[0].line).map((one) => one.toLowerCase());
    const named = head.some((one) => /[a-z_]/.test(one)) && head.every((one) => whole(one) === null);
    if (named && head.length > 1) {
      const correct = head.findIndex((one) => CORRECT.includes(one)), problem = head.findIndex((one) => PROBLEM.includes(one));
      if (correct >= 0 && problem >= 0) return samples(lines.slice(1), head, problem, correct);
      const n = head.indexOf("n"), c = head.indexOf("c");
      if (n < 0 || c < 0) return { says: `Line ${lines[0].at} names the columns ${head.map(shown).join(", ")}: there must be “n” and “c”, or “problem” and “correct”.` };
      return counts(lines.slice(1), [n, c], problem);
    }
    const width = head.length;
    if (width < 2 || width > 3) return { says: `Line ${lines[0].at} has ${width === 1 ? "1 field" : `${width} fields`}: a line is “n, c”, or “name, n, c”.` };
    return counts(lines, [width - 2, width - 1], width === 3 ? 0 : -1);
  }

  /** @type {(lines: { line: string, at: number }[], at: [number, number], name: number) => ReturnType<typeof read>} */
  function counts(lines, [first, second], name) {
    /** @type {Counted[]} */
    const problems = [];
    for (const { line, at } of lines) {
      const row = cells(line), n = whole(row[first] || ""), c = whole(row[second] || "");
      if (n === null || c === null) return { says: `Line ${at}: ${shown(line)} must end in two whole numbers, the samples n and the right ones c.` };
      if (n < 1) return { says: `Line ${at}: n = ${n}, but a problem has at least one sample.` };
      if (c > n) return { says: `Line ${at}: c = ${c} is more than n = ${n}; a line is “n, c”.` };
      problems.push({ label: name < 0 ? `${problems.length + 1}` : row[name], n, c });
    }
    return problems.length ? { problems } : { says: "There is a head and no line below it." };
  }

  /** @type {(lines: { line: string, at: number }[], head: string[], problem: number, correct: number) => ReturnType<typeof read>} */
  function samples(lines, head, problem, correct) {
    /** @type {Map<string, Counted>} */
    const found = new Map();
    for (const { line, at } of lines) {
      const row = cells(line), label = row[problem], judged = JUDGED[(row[correct] || "").toLowerCase()];
      if (!label) return { says: `Line ${at}: the column ${shown(head[problem])} is empty.` };
      if (judged === undefined) return { says: `Line ${at}: the column ${shown(head[correct])} holds ${shown(row[correct] || "")}; it must be true or false (or 1 or 0).` };
      const one = found.get(label) || { label, n: 0, c: 0 };
      one.n += 1;
      one.c += judged ? 1 : 0;
      found.set(label, one);
    }
    return found.size ? { problems: [...found.values()] } : { says: "There is a head and no row below it." };
  }

  /** The chance that none of k samples of a pool is among `few` of its n, for each k in increasing order.
   * @type {(n: number, few: number, ks: number[]) => number[]} */
  function none(n, few, ks) {
    let chance = 1, i = 0;
    return ks.map((k) => {
      for (; i < k; i += 1) chance *= Math.max(0, n - few - i) / (n - i);
      return chance;
    });
  }

  /** Logarithm of the gamma function for x > 0, by Stirling's series above 10.
   * @type {(x: number) => number} */
  function logGamma(x) {
    let shift = 0;
    while (x < 10) { shift -= Math.log(x); x += 1; }
    const s = 1 / (x * x);
    const series = (1 / 12 - s * (1 / 360 - s * (1 / 1260 - s * (1 / 1680 - s * (1 / 1188 - s * (691 / 360360 - s / 156)))))) / x;
    return shift + (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + series;
  }

  /** The incomplete beta function ratio I_x(a, b) by its continued fraction (Lentz), for x below a / (a + b).
   * @type {(x: number, a: number, b: number) => number} */
  function betaRatio(x, a, b) {
    if (x > (a + 1) / (a + b + 2)) return 1 - betaRatio(1 - x, b, a);
    const front = Math.exp(a * Math.log(x) + b * Math.log1p(-x) + logGamma(a + b) - logGamma(a) - logGamma(b)) / a;
    let c = 1, d = 1 - ((a + b) * x) / (a + 1);
    d = 1 / d;
    let value = d;
    for (let m = 1; m < 2000; m += 1) {
      const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
      d = 1 / (1 + even * d);
      c = 1 + even / c;
      value *= d * c;
      const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
      d = 1 / (1 + odd * d);
      c = 1 + odd / c;
      value *= d * c;
      if (Math.abs(d * c - 1) < 1e-16) break;
    }
    return front * value;
  }

  /** The t with P(|T| > t) = tail, for Student's distribution with so many degrees of freedom: by bisection, then Newton's steps.
   * @type {(df: number, tail: number) => number} */
  function studentReach(df, tail) {
    /** @type {(t: number) => number} */
    const beyond = (t) => betaRatio(df / (df + t * t), df / 2, 0.5);
    let low = 0, high = 2;
    while (beyond(high) > tail) high *= 2;
    for (let i = 0; i < 60 && high - low > 1e-9 * high; i += 1) {
      const middle = (low + high) / 2;
      if (beyond(middle) > tail) low = middle; else high = middle;
    }
    let t = (low + high) / 2;
    const scale = 2 * Math.exp(logGamma((df + 1) / 2) - logGamma(df / 2)) / Math.sqrt(df * Math.PI);
    for (let i = 0; i < 3; i += 1) t += (beyond(t) - tail) / (scale * Math.exp(-((df + 1) / 2) * Math.log1p((t * t) / df)));
    return t;
  }

  /** The mean over problems with its interval: Student's t on the logit of the mean, half a problem added at each end.
   * @type {(values: number[], reach: number) => [number, number, number]} */
  function interval(values, reach) {
    const m = values.length;
    const snapped = values.map((one) => (one < END ? 0 : one > 1 - END ? 1 : one));
    let mean = values.reduce((sum, one) => sum + one, 0) / m;
    const plain = mean;
    mean = mean < END ? 0 : mean > 1 - END ? 1 : mean;
    if (m === 1) return [plain, 0, 1];
    const size = m + 1, middle = (snapped.reduce((sum, one) => sum + one, 0) + 0.5) / size;
    let squares = 0.5 * (middle ** 2 + (1 - middle) ** 2);
    for (const one of snapped) squares += (one - middle) ** 2;
    const error = Math.sqrt(squares / (size - 1) / size) / (middle * (1 - middle));
    const at = Math.log(middle / (1 - middle));
    /** @type {(x: number) => number} */
    const back = (x) => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x)));
    const unseen = 1 - (1 - LEVEL) ** (1 / m);
    const low = mean === 1 ? 1 - unseen : Math.min(back(at - reach * error), mean);
    const high = mean === 0 ? unseen : Math.max(back(at + reach * error), mean);
    return [plain, low, high];
  }

  /** @type {(rows: number[][], ks: number[]) => Estimated} */
  function over(rows, ks) {
    const reach = rows.length > 1 ? studentReach(rows.length, 1 - LEVEL) : 0;
    const found = ks.map((_, i) => interval(rows.map((row) => row[i]), reach));
    return { value: found.map((one) => one[0]), low: found.map((one) => one[1]), high: found.map((one) => one[2]) };
  }

  /** pass@k and pass^k with their intervals, and what the mean chance would promise, at each k.
   * @type {(problems: Counted[], ks: number[]) => { pass: Estimated, all: Estimated, promise: number[] }} */
  function estimate(problems, ks) {
    // Problems with the same counts have the same values.
    /** @type {Map<string, { pass: number[], all: number[] }>} */
    const known = new Map();
    const rows = problems.map(({ n, c }) => {
      const key = `${n} ${c}`;
      let row = known.get(key);
      if (!row) {
        row = { pass: none(n, c, ks).map((one) => 1 - one), all: none(n, n - c, ks) };
        known.set(key, row);
      }
      return row;
    });
    const mean = problems.reduce((sum, { n, c }) => sum + c / n, 0) / problems.length;
    const promise = ks.map((k) => (mean === 1 ? 1 : -Math.expm1(k * Math.log1p(-mean))));
    return { pass: over(rows.map((row) => row.pass), ks), all: over(rows.map((row) => row.all), ks), promise };
  }

  /** @type {(most: number) => number[]} */
  function grid(most) {
    const found = [];
    for (let k = 1; k < most; k *= 2) found.push(k);
    return [...found, most];
  }

  ITS.yourNumbers = { read, estimate, grid, studentReach };

  /** @type {(x: number) => string} */
  const three = (x) => x.toFixed(3);
  /** @type {(one: Estimated, i: number) => string} */
  const ranged = (one, i) => `${three(one.value[i])} [${three(one.low[i])}, ${three(one.high[i])}]`;
  /** @type {(name: string, text: string, type: string) => void} */
  function save(name, text, type) {
    const url = URL.createObjectURL(new Blob([text], { type }));
    const link = ITS.el("a", { href: url, download: name });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(url), 10000);
  }

  /** A picture that stands alone: what the page's style gives it is written into it.
   * @type {(svg: SVGElement) => string} */
  function alone(svg) {
    const copy = /** @type {SVGElement} */ (svg.cloneNode(true));
    const [from, to] = [svg, copy].map((root) => [root, .../** @type {any} */ (root).querySelectorAll("*")]);
    from.forEach((node, i) => {
      const style = getComputedStyle(node);
      const kept = ["fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "opacity", "font-size", "font-weight"];
      to[i].setAttribute("style", kept.map((name) => `${name}:${style.getPropertyValue(name)}`).join(";") + ";font-family:sans-serif");
    });
    copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
    copy.setAttribute("width", "720");
    copy.setAttribute("style", `background:${getComputedStyle(document.body).backgroundColor}`);
    return copy.outerHTML;
  }

  ITS.define("its-your-numbers", (host, payload) => {
    const { el } = ITS;
    const field = /** @type {HTMLTextAreaElement} */ (el("textarea", {
      rows: 8, spellcheck: "false", autocomplete: "off", "aria-describedby": "your-numbers-form", oninput: () => later(),
    }));
    const file = el("input", { type: "file", accept: ".csv,.tsv,.txt", onchange: () => { if (file.files && file.files[0]) load(file.files[0]); } });
    const says = el("p", { class: "its-yours__says", role: "alert" });
    const result = el("div", { class: "its-yours__result" });
    const place = el("div", { class: "its-yours__plot" });
    const saves = el("p", {},
      el("button", { type: "button", onclick: () => save("your_numbers.svg", alone(/** @type {any} */ (place.querySelector("svg"))), "image/svg+xml") }, "Save the picture (SVG)"), " ",
      el("button", { type: "button", onclick: () => save("your_numbers.csv", table, "text/csv") }, "Save the numbers (CSV)"));
    let table = "";
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let waiting;

    host.replaceChildren(
      el("label", { class: "its-yours__field" }, "Your counts, one problem a line: ", field),
      el("p", { id: "your-numbers-form", class: "its-yours__form" }, "A line is “n, c”: n samples of a problem, c of them right. A name may stand before them. Or paste a table with the columns problem and correct, one row a sample."),
      el("p", { class: "its-yours__bar" },
        el("label", {}, "Or a file, also dropped here: ", file),
        el("button", { type: "button", onclick: () => { field.value = payload.example; work(); } }, "Fill in an example"),
        el("button", { type: "button", onclick: () => { field.value = ""; file.value = ""; work(); } }, "Empty")),
      says, result);
    host.addEventListener("dragover", (event) => { event.preventDefault(); host.classList.add("its-yours--over"); });
    host.addEventListener("dragleave", () => host.classList.remove("its-yours--over"));
    host.addEventListener("drop", (event) => {
      event.preventDefault();
      host.classList.remove("its-yours--over");
      const dropped = event.dataTransfer && event.dataTransfer.files[0];
      if (dropped) load(dropped);
    });

    /** @type {(given: File) => void} */
    function load(given) {
      if (given.size > MOST_BYTES) { tell(`${given.name} has ${Math.round(given.size / 1e6)} MB: at most ${MOST_BYTES / 1e6} fit here. The library reads it.`); return; }
      given.text().then((text) => { field.value = text; work(); }, () => tell(`${given.name} could not be read.`));
    }
    function later() {
      clearTimeout(waiting);
      waiting = setTimeout(work, 250);
    }
    /** @type {(text: string) => void} */
    function tell(text) {
      says.textContent = text;
      result.replaceChildren();
    }
    function work() {
      if (!field.value.trim()) { tell(""); return; }
      const found = read(field.value);
      if (found.problems) show(found.problems); else tell(found.says);
    }
    /** @type {(problems: Counted[]) => void} */
    function show(problems) {
      const ends = problems.reduce((now, { n }) => [Math.min(now[0], n), Math.max(now[1], n)], [Infinity, 0]);
      const ks = grid(ends[0]), { pass, all, promise } = estimate(problems, ks), last = ks.length - 1;
      const many = problems.length === 1 ? "1 problem" : `${ITS.format(problems.length)} problems`;
      const each = ends[0] === ends[1] ? `${ITS.format(ends[0])} samples each` : `${ITS.format(ends[0])} to ${ITS.format(ends[1])} samples each; k goes up to the fewest`;
      const lines = [`${many}, ${each}. One sample is right in ${ranged(pass, 0)}.`];
      if (last > 0) {
        lines.push(`At least one of ${ITS.format(ks[last])} is right in ${ranged(pass, last)}, all of them in ${ranged(all, last)}.`);
        lines.push(`Had every problem the mean chance ${three(pass.value[0])}, at least one of ${ITS.format(ks[last])} would be right in ${ITS.explore.formats.chance(promise[last])}: a promise that problems which differ do not keep.`);
      }
      if (problems.length === 1) lines.push("One problem says nothing about others: the intervals are from 0 to 1.");
      const sentence = lines.join(" ");
      table = ["k,pass_at_k,low,high,pass_hat_k,low,high,promise_of_the_mean", ...ks.map((k, i) => [k, pass.value[i], pass.low[i], pass.high[i], all.value[i], all.low[i], all.high[i], promise[i]].join(","))].join("\n") + "\n";
      /** @type {(one: Estimated) => [number, number, number][]} */
      const band = (one) => ks.map((k, i) => [k, one.low[i], one.high[i]]);
      /** @type {(values: number[]) => Places} */
      const points = (values) => ks.map((k, i) => [k, values[i]]);
      says.textContent = "";
      result.replaceChildren(el("p", { class: "its-yours__finding" }, sentence));
      if (last > 0) {
        result.append(place, saves);
        ITS.plot(place, {
          title: sentence,
          x: { label: "k, samples allowed", min: 1, max: ks[last], log: 2, ticks: ks.length > 9 ? undefined : ks },
          y: { label: "share of problems", min: 0, max: 1 },
          series: [
            { id: "pass", label: "at least one right: pass@k", points: points(pass.value), band: band(pass), style: "dash", colour: 3, strong: true },
            { id: "all", label: "all right: pass^k", points: points(all.value), band: band(all), style: "line", colour: 7 },
            { id: "promise", label: "what the mean chance would promise", points: points(promise), style: "dot", colour: 6 },
          ],
        });
      }
      result.append(el("div", { class: "its-scroll", tabindex: "0", role: "group", "aria-label": "The numbers as a table" }, el("table", {}, ITS.dataTable(["k", "pass@k", "pass^k", "promise of the mean"], ks.map((k, i) => [ITS.format(k), ranged(pass, i), ranged(all, i), ITS.explore.formats.chance(promise[i])])))));
      ITS.announce(host, sentence);
    }
  });
})(globalThis.ITS);
