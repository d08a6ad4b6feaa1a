// @ts-check
/* Mathematics as data: a small bounded reader of typed lines, and the value, size and look of trees. Nothing is run as code. */
(function (ITS) {
  "use strict";

  /* The grammar is written down in typed_line.py, the notebook's reader; one table of cases holds both to it (tests/js/typed_lines.json). */
  const LENGTH = 200, DEPTH = 40, TERMS = 20000;
  const HINT = "Write 2x, x(1-x) or 2*x; x^2 or x**2; ln, exp, sqrt, abs, gamma, n!, C(n,k); or LaTeX such as \\frac{a}{b}.";
  /** @type {Record<string, number>} */
  const FUNCTIONS = { ln: 1, log: 1, log1p: 1, exp: 1, expm1: 1, sqrt: 1, abs: 1, gamma: 1, factorial: 1, binomial: 2, beta: 2, pow: 2 };
  /** @type {Record<string, string>} */
  const SAME = { C: "binomial", choose: "binomial", comb: "binomial", binom: "binomial", B: "beta", Beta: "beta", Γ: "gamma",
    Gamma: "gamma", "√": "sqrt" };
  /** @type {Record<string, (...values: Tree[]) => Tree>} */
  const WRITTEN = { log: (a) => ["ln", a], log1p: (a) => ["ln", ["+", 1, a]], expm1: (a) => ["-", ["exp", a], 1], pow: (a, b) => ["^", a, b] };
  /** @type {Record<string, string>} */
  const SIGNS = { "−": "-", "–": "-", "·": "*", "×": "*", "∗": "*", "÷": "/", "[": "(", "]": ")", "{": "(", "}": ")" };
  /** @type {Record<string, string>} */
  const LATEX = { cdot: "*", times: "*", ast: "*", div: "/" };
  /** @type {Record<string, Tree>} */
  const CONSTANTS = { e: ["exp", 1], pi: ["pi"], π: ["pi"] };
  const RAISED = "[²³¹⁰ⁱ⁴-⁾ⁿʰ-ʸˠ-ˤᴬ-ᵡᶜᶠᶻ]";
  const WORD = new RegExp(`^(?!${RAISED})[\\p{L}√](?:(?!${RAISED})[\\p{L}\\d_])*`, "u");
  const POWER = new RegExp(`^${RAISED}+`, "u");
  const PASSED = /^(?:\s|\$|(?:math|numpy|np)\.(?=[A-Za-z])|\\(?:left|right|quad|displaystyle)(?![A-Za-z])|\\[,;:!\s]|\\(?=[()]))/u;
  const COMMAND = /^\\(?:(?:mathrm|operatorname|text)\(([A-Za-z]+)\)|([dt]?(frac|binom))(?![A-Za-z])|([A-Za-z]+))/u;

  class Fault extends Error {
    /** @param {string} message @param {number} position */
    constructor(message, position) { super(message); this.position = position; }
  }

  /** @type {(text: string, symbols: string[]) => string} */
  const unknown = (text, symbols) => `“${text}” is not known here${symbols.length ? `; write with ${symbols.join(", ")}` : ""}`;

  /* Letters that belong together are split greedily into names that are known here: "kp" is k·p. */
  /** @type {(word: string, start: number, names: string[], symbols: string[]) => Token[]} */
  function splitNames(word, start, names, symbols) {
    /** @type {Token[]} */
    const found = [], small = word.toLowerCase();
    for (let at = 0; at < word.length;) {
      const name = names.find((one) => word.startsWith(one, at))
        // A single letter that is no symbol (C, e) keeps its case.
        || names.find((one) => (one.length > 1 || symbols.includes(one)) && small.startsWith(one.toLowerCase(), at));
      if (!name && /\d/.test(word[at])) throw new Fault(`write * or ^ before “${word.slice(at, at + 12)}”`, start + at);
      if (!name) throw new Fault(unknown(word.slice(at, at + 12), symbols), start + at);
      found.push({ kind: "name", text: name, at: start + at });
      at += name.length;
    }
    return found;
  }

  /** @type {(text: string, names: string[], symbols: string[]) => Token[]} */
  function tokens(text, names, symbols) {
    /** @type {Token[]} */
    const found = [];
    const plain = text.replace(/[−–·×∗÷[\]{}]/g, (sign) => SIGNS[sign]);
    for (let at = 0; at < plain.length;) {
      const rest = plain.slice(at);
      const passed = PASSED.exec(rest);
      if (passed) { at += passed[0].length; continue; }
      const number = /^(\d+\.?\d*|\.\d+)(e[-+]?\d+)?/i.exec(rest);
      if (number) {
        // "2e" is two times e, "2e3" a number.
        if (/^\d+,\d/.test(rest) && !found.some((one) => one.text === "(" && one.call)) {
          throw new Fault("write decimals with a point: 0.5, not 0,5", at + rest.indexOf(","));
        }
        if (!Number.isFinite(Number(number[0]))) throw new Fault("this number is too large", at);
        found.push({ kind: "number", value: Number(number[0]), text: number[0], at });
        at += number[0].length;
        continue;
      }
      const raised = POWER.exec(rest);
      if (raised) {
        const inner = tokens(raised[0].normalize("NFKC"), names, symbols).map((one) => ({ ...one, at: one.at + at }));
        found.push({ kind: "sign", text: "^", at }, { kind: "sign", text: "(", at }, ...inner);
        at += raised[0].length;
        found.push({ kind: "sign", text: ")", at: at - 1 });
        continue;
      }
      const word = WORD.exec(rest);
      if (word) {
        found.push(...splitNames(word[0], at, names, symbols));
        at += word[0].length;
        continue;
      }
      const command = COMMAND.exec(rest);
      if (command) {
        const [all, upright, written, twofold, name] = command;
        if (upright) found.push(...splitNames(upright, at + all.indexOf("(") + 1, names, symbols));
        else if (twofold) found.push({ kind: "group", text: `\\${written}`, operation: twofold === "frac" ? "/" : "binomial", at });
        else if (Object.hasOwn(LATEX, name)) found.push({ kind: "sign", text: LATEX[name], at });
        else if (names.includes(name)) found.push({ kind: "name", text: name, at });
        else throw new Fault(unknown(all.slice(0, 12), symbols), at);
        at += all.length;
        continue;
      }
      const sign = /^(\*\*|[-+*/^(),!=])/.exec(rest);
      if (!sign) {
        const hint = { "|": "; write abs(…)", "%": "; write a share between 0 and 1" }[rest[0]] || "";
        throw new Fault(`“${[...rest][0]}” cannot be read${hint}`, at);
      }
      const before = found[found.length - 1];
      const call = sign[0] === "(" && before && before.kind === "name" && (SAME[before.text] || before.text) in FUNCTIONS;
      found.push({ kind: "sign", text: sign[0] === "**" ? "^" : sign[0], at, call: Boolean(call) });
      at += sign[0].length;
    }
    return found;
  }

  /** @type {(list: Token[], symbols: string[], end: number) => Tree} */
  function reader(list, symbols, end) {
    let i = 0, depth = 0;
    /** @type {(text: string) => boolean} */
    const sign = (text) => list[i] && list[i].kind === "sign" && list[i].text === text;
    const place = () => (list[i] ? list[i].at : end);
    function say() {
      if (sign(",")) return "a comma is not expected here; write decimals with a point";
      return list[i] ? `“${list[i].text}” is not expected here` : "the line ends too early";
    }

    /** @type {(read: () => Tree) => Tree} */
    function deeper(read) {
      depth += 1;
      if (depth > DEPTH) throw new Fault(`at most ${DEPTH} levels of brackets and powers`, place());
      const found = read();
      depth -= 1;
      return found;
    }
    /** @type {() => Tree} */
    function sum() {
      let left = product();
      while (sign("+") || sign("-")) {
        const name = list[i].text;
        i += 1;
        left = [name, left, product()];
      }
      return left;
    }
    /** @type {() => Tree} */
    function product() {
      let left = signed();
      for (;;) {
        if (sign("*") || sign("/")) {
          const name = list[i].text;
          i += 1;
          left = [name, left, signed()];
        } else if (list[i] && (list[i].kind !== "sign" || sign("("))) {
          if (list[i].kind === "number" && list[i - 1].kind === "number") throw new Fault("write * between two numbers", place());
          left = ["*", left, power()];
        } else return left;
      }
    }
    /** @type {() => Tree} */
    function signed() {
      if (sign("-") || sign("+")) {
        const minus = sign("-");
        i += 1;
        return deeper(() => (minus ? ["neg", signed()] : signed()));
      }
      return power();
    }
    /** @type {() => Tree} */
    function power() {
      let base = atom();
      while (sign("!")) { i += 1; base = ["factorial", base]; }
      if (!sign("^")) return base;
      i += 1;
      return ["^", base, deeper(signed)];
    }
    /** @type {(count: number) => Tree[]} */
    function bracket(count) {
      const opened = place() + 1;
      i += 1;
      const values = [deeper(sum)];
      while (sign(",") && values.length < count) { i += 1; values.push(deeper(sum)); }
      if (!sign(")")) throw new Fault(list[i] ? say() : `the bracket at character ${opened} is not closed`, place());
      if (values.length < count) throw new Fault(`${count} values are needed, between them a comma`, place());
      i += 1;
      return values;
    }
    /** @type {(command: Token) => Tree} */
    function group(command) {
      if (!sign("(")) throw new Fault(`${command.text} needs {…}{…}`, place());
      return bracket(1)[0];
    }
    /** @type {() => Tree} */
    function atom() {
      const one = list[i];
      if (!one) throw new Fault("the line ends too early", end);
      if (one.kind === "number") { i += 1; return /** @type {number} */ (one.value); }
      if (sign("(")) return bracket(1)[0];
      if (one.kind === "group") { i += 1; return [/** @type {string} */ (one.operation), group(one), group(one)]; }
      if (one.kind !== "name") throw new Fault(say(), one.at);
      i += 1;
      if (symbols.includes(one.text)) return one.text;
      const name = SAME[one.text] || one.text;
      if (Object.hasOwn(CONSTANTS, name)) return CONSTANTS[name];
      const count = FUNCTIONS[name];
      if (!sign("(") && count > 1) throw new Fault(`${one.text} needs brackets`, place());
      const values = sign("(") ? bracket(count) : [deeper(power)];
      return Object.hasOwn(WRITTEN, name) ? WRITTEN[name](...values) : [name, ...values];
    }

    const tree = sum();
    if (i < list.length) throw new Fault(sign(")") ? "this bracket was never opened" : say(), place());
    return tree;
  }

  /* Reads a line: {tree}, or {error, position, message, says}. `symbols` are the names that may occur. */
  /** @type {Its["expr"]["parse"]} */
  function parse(text, symbols) {
    const line = String(text);
    /** @type {(message: string, position: number) => Read} */
    const refused = (message, position) => {
      const at = Math.min(position, line.length);
      const before = at && line.length <= LENGTH ? ` Before it: “${line.slice(Math.max(0, at - 15), at)}”.` : "";
      return { error: true, position: at, message, says: `Not understood at character ${at + 1}: ${message}.${before}` };
    };
    try {
      const length = [...line].length;
      if (length > LENGTH) throw new Fault(`at most ${LENGTH} characters, this has ${length}`, LENGTH);
      if (!line.trim()) throw new Fault("the line is empty", 0);
      const known = [...symbols, ...Object.keys(FUNCTIONS), ...Object.keys(SAME).filter((name) => !symbols.includes(name)),
        ...Object.keys(CONSTANTS)].sort((a, b) => b.length - a.length);
      // "C(k) = …": what stands after the last equals sign is the line.
      const from = line.lastIndexOf("=") + 1;
      const list = tokens(line.slice(from), known, symbols).map((one) => ({ ...one, at: one.at + from }));
      if (!list.length) throw new Fault("nothing follows the equals sign", line.length);
      return { tree: reader(list, symbols, line.length) };
    } catch (fault) {
      return fault instanceof Fault ? refused(fault.message, fault.position) : refused("this cannot be read", 0);
    }
  }

  /* Values */

  const LANCZOS = [0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
    12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7];

  /** @type {(x: number) => number} */
  function lnGamma(x) {
    if (x < 0.5) return Math.log(Math.PI / Math.abs(Math.sin(Math.PI * x))) - lnGamma(1 - x);
    // Stirling's series keeps its digits where Lanczos' sum would lose them.
    if (x > 20) {
      const s = 1 / (x * x);
      return (x - 0.5) * Math.log(x) - x + 0.91893853320467274 + (1 / 12 - s * (1 / 360 - s * (1 / 1260 - s / 1680))) / x;
    }
    const t = x + 6.5;
    const total = LANCZOS.reduce((sum, c, i) => (i ? sum + c / (x - 1 + i) : c), 0);
    return 0.91893853320467274 + (x - 0.5) * Math.log(t) - t + Math.log(total);
  }

  /** @type {(x: number) => number} */
  const sign = (x) => (x < 0 && Math.floor(x) % 2 ? -1 : 1);

  /** @type {(x: number) => number} */
  function gamma(x) {
    if (Number.isInteger(x)) {
      if (x <= 0) return NaN;
      if (x > 171) return Infinity;
      let value = 1;
      for (let i = 2; i < x; i += 1) value *= i;
      return value;
    }
    return sign(x) * Math.exp(lnGamma(x));
  }

  /** @type {(n: number, k: number) => number} */
  function binomial(n, k) {
    if (Number.isInteger(k) && Math.abs(k) <= 2000) {
      if (k < 0) return 0;
      let value = 1;
      for (let i = 1; i <= k; i += 1) value *= (n - k + i) / i;
      return value;
    }
    return sign(n + 1) * sign(k + 1) * sign(n - k + 1) * Math.exp(lnGamma(n + 1) - lnGamma(k + 1) - lnGamma(n - k + 1));
  }

  /* A double-exponential rule: nodes crowd towards the ends, where integrands may be steep. */
  /** @type {[number, boolean, number][]} */
  const NODES = (() => {
    /** @type {[number, boolean, number][]} */
    const nodes = [];
    for (let i = -200; i <= 200; i += 1) {
      const t = i / 50, s = (Math.PI / 2) * Math.sinh(t);
      const weight = ((Math.PI / 2) * Math.cosh(t)) / Math.cosh(s) ** 2 / 100;
      const edge = 1 / (1 + Math.exp(2 * Math.abs(s)));
      if (weight > 1e-18 && edge > 1e-300) nodes.push([edge, s < 0, weight]);
    }
    return nodes;
  })();

  /** @type {(f: (x: number) => number, low: number, high: number) => number} */
  function integral(f, low, high) {
    let total = 0;
    for (const [edge, left, weight] of NODES) {
      total += weight * f(left ? low + (high - low) * edge : high - (high - low) * edge);
    }
    return total * (high - low);
  }

  /** @type {(f: (x: number) => number, low: number, high: number) => number} */
  function sum(f, low, high) {
    const first = Math.trunc(low), last = Math.trunc(high);
    if (!(last - first < TERMS)) return NaN;
    let total = 0;
    for (let i = first; i <= last; i += 1) total += f(i);
    return total;
  }

  /** @type {Record<string, (...values: number[]) => number>} */
  const OPERATIONS = {
    "+": (...values) => values.reduce((a, b) => a + b, 0),
    "*": (...values) => values.reduce((a, b) => a * b, 1),
    "-": (a, b) => a - b,
    "/": (a, b) => a / b,
    "^": (a, b) => a ** b,
    neg: (a) => -a, ln: Math.log, exp: Math.exp, sqrt: Math.sqrt, abs: Math.abs, pi: () => Math.PI,
    gamma, factorial: (a) => gamma(a + 1), binomial,
    beta: (a, b) => sign(a) * sign(b) * sign(a + b) * Math.exp(lnGamma(a) + lnGamma(b) - lnGamma(a + b)),
  };

  /** @typedef {(env: Point) => number} Compute */

  /* The value of a tree; NaN where it has none. A drag asks thousands of times for the values of the same trees, so what
     each does is settled once: as functions that call one another, never as text that is run. */
  /** @type {WeakMap<Operation, Compute>} */
  const known = new WeakMap();
  /** @type {(tree: Tree) => Compute} */
  function computing(tree) {
    if (typeof tree === "number") return () => tree;
    // What every object has (`constructor`) is no number.
    if (typeof tree === "string") return (env) => (typeof env[tree] === "number" ? env[tree] : NaN);
    const kept = known.get(tree);
    if (kept) return kept;
    const found = operating(tree);
    known.set(tree, found);
    return found;
  }
  /** @type {(tree: Operation) => Compute} */
  function operating([name, ...rest]) {
    if (name === "sum" || name === "integral") {
      const [body, , low, high] = rest.map(computing), variable = String(rest[1]), add = name === "sum" ? sum : integral;
      return (env) => {
        const inner = { ...env };
        return add((/** @type {number} */ value) => { inner[variable] = value; return body(inner); }, low(env), high(env));
      };
    }
    // 1 + x and ln belong together, exp(x) and −1 too: ln(1 − p) keeps its digits for tiny p.
    if (name === "ln" && Array.isArray(rest[0]) && rest[0].length === 3 && (rest[0][0] === "+" || rest[0][0] === "-")) {
      const [sign, a, b] = rest[0], way = sign === "-" ? -1 : 1;
      if (a === 1) { const of = computing(b); return (env) => Math.log1p(way * of(env)); }
      if (b === 1 && sign === "+") { const of = computing(a); return (env) => Math.log1p(of(env)); }
    }
    if (name === "-" && is(rest[0], "exp") && rest[1] === 1) { const of = computing(rest[0][1]); return (env) => Math.expm1(of(env)); }
    if (name === "-" && is(rest[1], "exp") && rest[0] === 1) { const of = computing(rest[1][1]); return (env) => -Math.expm1(of(env)); }
    if (!Object.hasOwn(OPERATIONS, name)) return () => NaN;
    const does = OPERATIONS[name], parts = rest.map(computing), [first, second] = parts;
    if (parts.length === 1) return (env) => does(first(env));
    if (parts.length === 2) return (env) => does(first(env), second(env));
    return (env) => does(...parts.map((part) => part(env)));
  }
  /** @type {Its["expr"]["evaluate"]} */
  const evaluate = (tree, env) => computing(tree)(env);

  /** @type {(tree: Operation) => Tree[]} */
  const operands = ([, ...rest]) => rest;

  /* How much is written: symbols, functions and numbers other than ±1 and 0. */
  /** @type {(tree: Tree) => number} */
  function size(tree) {
    if (typeof tree === "number") return Math.abs(tree) > 1 || !Number.isInteger(tree) ? 1 : 0;
    if (typeof tree === "string") return 1;
    const inner = operands(tree).reduce((/** @type {number} */ total, one) => total + size(one), 0);
    return inner + ("+-*/^neg".includes(tree[0]) ? 0 : 1);
  }

  /* One form for lines that are written alike: order, signs, quotients, roots and brackets do not matter, other algebra does. */
  /** @type {(tree: Tree) => Tree} */
  const alike = (tree) => spread(flattened(tree));
  /** @type {(tree: Tree) => Tree} */
  function flattened(tree) {
    if (!Array.isArray(tree)) return tree;
    const [name, ...rest] = [tree[0], ...tree.slice(1).map(flattened)], [a, b] = rest;
    if (name === "neg") return times([-1, a]);
    if (name === "-") return plus([a, times([-1, b])]);
    if (name === "/") return times([a, raised(b, -1)]);
    if (name === "sqrt") return raised(a, 0.5);
    if (name === "factorial") return ["gamma", plus([a, 1])];
    if (name === "^") return raised(a, b);
    return name === "+" ? plus(rest) : name === "*" ? times(rest) : [name, ...rest];
  }
  /* A number before a single bracket goes into it; only now, when every product stands whole. */
  /** @type {(tree: Tree) => Tree} */
  function spread(tree) {
    if (!Array.isArray(tree)) return tree;
    const [name, ...rest] = [tree[0], ...tree.slice(1).map(spread)];
    if (name === "*" && rest.length === 2 && typeof rest[0] === "number" && is(rest[1], "+")) {
      return plus(rest[1].slice(1).map((one) => times([rest[0], one])));
    }
    return name === "+" ? plus(rest) : [name, ...rest];
  }
  /** @type {(tree: Tree, name: string) => tree is Operation} */
  const is = (tree, name) => Array.isArray(tree) && tree[0] === name;
  /* Flattened, numbers in one, the rest in a fixed order. */
  /** @type {(name: string, parts: Tree[], none: number, join: (x: number, y: number) => number) => [number, Tree[]]} */
  function gathered(name, parts, none, join) {
    const flat = parts.flatMap((one) => (is(one, name) ? one.slice(1) : [one]));
    const number = flat.filter((one) => typeof one === "number").reduce(join, none);
    const rest = flat.filter((one) => typeof one !== "number").map((one) => JSON.stringify(one)).sort().map((one) => JSON.parse(one));
    return [number, rest];
  }
  /** @type {(parts: Tree[]) => Tree} */
  function plus(parts) {
    const [number, rest] = gathered("+", parts, 0, (x, y) => x + y);
    const all = number === 0 ? rest : [number, ...rest];
    return all.length > 1 ? ["+", ...all] : all.length ? all[0] : 0;
  }
  /** @type {(parts: Tree[]) => Tree} */
  function times(parts) {
    const [number, rest] = gathered("*", parts, 1, (x, y) => x * y);
    if (number === 0 || !rest.length) return number;
    const all = number === 1 ? rest : [number, ...rest];
    return all.length > 1 ? ["*", ...all] : all[0];
  }
  /** @type {(base: Tree, power: Tree) => Tree} */
  function raised(base, power) {
    if (power === 1) return base;
    if (typeof base === "number" && typeof power === "number") return base ** power;
    if (is(base, "exp")) return ["exp", times([base[1], power])];
    if (typeof power === "number" && is(base, "^")) return raised(base[1], times([base[2], power]));
    if (typeof power === "number" && is(base, "*")) return times(operands(base).map((one) => raised(one, power)));
    return ["^", base, power];
  }

  /* The symbols and functions of a tree in that form; "^" for powers other than quotients. */
  /** @type {(tree: Tree) => string[]} */
  function names(tree) {
    if (typeof tree === "string") return [tree];
    if (!Array.isArray(tree)) return [];
    const own = "+*/".includes(tree[0]) || (tree[0] === "^" && tree[2] === -1) ? [] : [tree[0]];
    return [...own, ...tree.slice(1).flatMap(names)];
  }

  /* MathML of a typed line, so that its writer sees how it was understood. */
  /** @type {Record<string, number>} */
  const RANK = { "+": 1, "-": 1, neg: 1, "*": 2, "/": 4, "^": 3 };

  /** @type {(tree: Tree) => Element} */
  function mathml(tree) {
    /** @type {(tag: string, ...children: (Node | string)[]) => Element} */
    const node = (tag, ...children) => {
      const made = document.createElementNS("http://www.w3.org/1998/Math/MathML", tag);
      made.append(...children);
      return made;
    };
    /** @type {(one: Tree) => number} */
    const rank = (one) => (Array.isArray(one) ? RANK[one[0]] || 5 : typeof one === "number" && one < 0 ? 1 : 5);
    /** @type {(one: Tree, least: number) => Element} */
    const within = (one, least) => (rank(one) < least
      ? node("mrow", node("mo", "("), draw(one), node("mo", ")")) : draw(one));
    /** @type {(one: Tree) => Element} */
    function draw(one) {
      if (typeof one === "number") return node("mn", ITS.format(one, 12));
      if (typeof one === "string") return node("mi", one);
      const [name, a, b] = one;
      if (name === "+" || name === "-") return node("mrow", draw(a), node("mo", name === "-" ? "−" : "+"), within(b, name === "-" ? 2 : 1));
      if (name === "neg") return node("mrow", node("mo", "−"), within(a, 2));
      if (name === "*") return node("mrow", within(a, 2), node("mo", "·"), within(b, 2));
      if (name === "/") return node("mfrac", draw(a), draw(b));
      if (name === "^") return node("msup", node("mrow", within(a, 5)), draw(b));
      if (name === "sqrt") return node("msqrt", draw(a));
      if (name === "pi") return node("mi", "π");
      if (name === "exp" && a === 1) return node("mi", "e");
      if (name === "factorial") return node("mrow", within(a, 5), node("mo", "!"));
      const inside = b === undefined ? [draw(a)] : [draw(a), node("mo", ","), draw(b)];
      return node("mrow", node("mi", name), node("mo", "("), ...inside, node("mo", ")"));
    }
    const whole = node("math", draw(tree));
    whole.setAttribute("display", "inline");
    return whole;
  }

  /* A number as people type it: 0.5, 0,5, 1/4, ln(0.1)/ln(0.8); or what would be right. The notebook reads it alike. */
  /** @type {Its["expr"]["number"]} */
  function number(text) {
    const plain = text.trim();
    if (!plain) return { says: "Type a number." };
    if (/^[-+−]?[\d.,\s]+%$/.test(plain)) return { says: "Write a share between 0 and 1, without a percent sign." };
    // "1,000" is a thousand to some and one to others: nobody's answer is guessed.
    if (/^[-+−]?[1-9]\d{0,2},\d{3}$/.test(plain)) {
      const whole = plain.replace(",", "");
      return { says: `Write ${whole} or ${plain.replace(",", ".")}: with a comma this can be read as either.` };
    }
    const thousands = /^[-+−]?[1-9]\d{0,2}(,\d{3})+(\.\d*)?$/.test(plain);
    // Between the two values of C(n, k) a comma is a comma; a decimal comma has digits on both sides and stands alone.
    const twofold = /C|B|binom|choose|comb|beta|pow/.test(plain);
    const line = thousands ? plain.replace(/,/g, "") : twofold ? plain : plain.replace(/(\d),(?=\d)/g, "$1.");
    const read = parse(line, []);
    if (read.tree === undefined) return { says: `This is not a number that can be read: ${read.message}.` };
    const value = evaluate(read.tree, {});
    return Number.isFinite(value) ? { number: value } : { says: "This is not a number: it has no finite value." };
  }

  ITS.expr = { HINT, number, parse, evaluate, size, alike, names, mathml };
})(globalThis.ITS);
