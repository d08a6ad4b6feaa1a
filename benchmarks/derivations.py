"""Typed lines in a real browser: do they mean what SymPy and mpmath say, and does every input get an answer?

Ten thousand random expressions are typed in many notations and evaluated; a hundred thousand broken and hostile lines
are judged; times and sizes are measured on the way. `make evidence` writes the page; a small form runs in the tests.
"""

from __future__ import annotations

import gzip
import json
import math
import random
import statistics
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import evidence
import mpmath
import sympy
from inference_scaling.display import assets
from inference_scaling.display.output import rounded
from inference_scaling.interactive.derivation import expressions, to_html
from inference_scaling.site.derivations import derivations

SEED = 20_261
STATIC = "lib/inference_scaling/display/static"
CODE = (
    "benchmarks/derivations.py",
    "lib/inference_scaling/interactive/derivation/expressions.py",
    "lib/inference_scaling/interactive/derivation/page.py",
    f"{STATIC}/js/core.js",
    f"{STATIC}/js/expr.js",
    f"{STATIC}/js/derivation.js",
    f"{STATIC}/css/derivation.css",
)
PARTS = ("js/core.js", "js/expr.js", "js/derivation.js", "css/derivation.css")
AGREE = 1e-8
SLOW = 50.0
BATCH = 2_000
LOADS = 20
FIELD: expressions.Field = {**expressions.PRECISE, "sqrt": mpmath.sqrt, "factorial": mpmath.factorial}


# Random expressions, each as a tree and as somebody might type it


def grown(draw: random.Random, depth: int) -> expressions.Tree:
    """Return a random tree in p and k; large values are left to `hostile`, which asks for no digits."""
    if depth == 0:
        return draw.choice(["p", "k", 2, 3, 7, 0.5, 0.25, ["+", 1, ["*", -1, "p"]]])
    name = draw.choice(
        ["+", "+", "-", "*", "*", "/", "^", "neg", "ln", "exp", "sqrt", "abs", "gamma", "factorial", "two"]
    )
    if name == "^":
        return [name, grown(draw, depth - 1), draw.choice([-2, -1, 2, 3, "p", 0.5])]
    if name in ("gamma", "factorial"):
        # Of large arguments they have no digits left in double precision.
        return [name, grown(draw, 0)]
    if name in ("neg", "ln", "exp", "sqrt", "abs"):
        return [name, grown(draw, depth - 1)]
    if name == "two":
        return [draw.choice(["binomial", "beta"]), grown(draw, 0), grown(draw, 0)]
    return [name, grown(draw, depth - 1), grown(draw, depth - 1)]


_RAISED = {"-2": "⁻²", "-1": "⁻¹", "2": "²", "3": "³", "p": "ᵖ", "k": "ᵏ"}


def typed(draw: random.Random, tree: expressions.Tree) -> str:
    """Return a tree as text, in a notation drawn anew for every sign and function."""
    if isinstance(tree, str):
        return tree
    if not isinstance(tree, list):
        return str(tree) if tree >= 0 else f"({tree})"
    name, *rest = tree
    parts = [typed(draw, one) for one in rest]
    space = draw.choice(["", "", " "])
    bracketed = [draw.choice(["({})", "({})", "\\left({}\\right)", "[{}]"]).format(part) for part in parts]
    if name == "/" and draw.random() < 0.3:
        return f"\\frac{{{parts[0]}}}{{{parts[1]}}}"
    if name in ("+", "-", "*", "/"):
        sign = draw.choice({"+": "+", "-": "-−", "*": ["*", "·", "×", " ", "", "\\cdot "], "/": "/÷"}[name])
        return f"{space}{sign}{space}".join(bracketed)
    if name == "^":
        raised = _RAISED.get(str(rest[1]))
        if raised and draw.random() < 0.3:
            return bracketed[0] + raised
        return f"{bracketed[0]}{draw.choice(['^', '**'])}{draw.choice([bracketed[1], f'{{{parts[1]}}}'])}"
    if name == "neg":
        return f"-{bracketed[0]}"
    if name == "factorial":
        return draw.choice([f"{bracketed[0]}!", f"factorial{bracketed[0]}"])
    if name in ("binomial", "beta"):
        other = {"binomial": ["binomial", "C", "choose", "comb"], "beta": ["beta", "B", "Beta"]}[name]
        if name == "binomial" and draw.random() < 0.3:
            return f"\\binom{{{parts[0]}}}{{{parts[1]}}}"
        return f"{draw.choice(other)}({parts[0]},{space}{parts[1]})"
    others = {"ln": ["ln", "log", "\\ln", "np.log"], "exp": ["exp", "math.exp"], "sqrt": ["sqrt", "√", "\\sqrt"]}
    others["gamma"] = ["gamma", "Γ", "\\Gamma"]
    return f"{draw.choice(others.get(name, [name]))}{bracketed[0]}"


def in_sympy(tree: expressions.Tree) -> Any:
    """Return a tree as a SymPy expression."""
    if isinstance(tree, str):
        return sympy.Symbol(tree, positive=True)
    if not isinstance(tree, list):
        return sympy.nsimplify(tree)
    name, *rest = tree
    values = [in_sympy(one) for one in rest]
    operations: Mapping[str, Callable[..., Any]] = {
        "+": lambda a, b: a + b,
        "-": lambda a, b: a - b,
        "*": lambda a, b: a * b,
        "/": lambda a, b: a / b,
        "^": lambda a, b: a**b,
        "neg": lambda a: -a,
        "ln": sympy.log,
        "exp": sympy.exp,
        "sqrt": sympy.sqrt,
        "abs": sympy.Abs,
        "gamma": sympy.gamma,
        "factorial": lambda a: sympy.gamma(a + 1),
        "binomial": sympy.binomial,
        "beta": sympy.beta,
    }
    return operations[name](*values)


def _exact(tree: expressions.Tree, point: Mapping[str, float]) -> Any:
    """Return the value to 30 digits, or None where there is none or double precision cannot hold it.

    What a double loses on the way is bounded by the values that occur: trees whose parts cancel to less than a
    millionth of themselves, or leave 1e±100, are left out.
    """
    smallest, largest = mpmath.mpf("1e-100"), mpmath.mpf("1e100")

    def walk(one: expressions.Tree) -> Any:
        if isinstance(one, str):
            return mpmath.mpf(point[one])
        if not isinstance(one, list):
            return mpmath.mpf(one)
        name, *rest = one
        values = [walk(part) for part in rest]
        if None in values:
            return None
        if name in ("+", "-"):
            found = values[0] + values[1] if name == "+" else values[0] - values[1]
            if abs(found) < 1e-6 * max(map(abs, values)):
                return None
        elif name in ("*", "/", "neg"):
            found = -values[0] if name == "neg" else values[0] * values[1] if name == "*" else values[0] / values[1]
        else:
            found = FIELD[name](*values)
        if name in ("gamma", "beta", "binomial", "factorial") and any(abs(v) > 100 for v in values):
            return None
        # A power, an exponential or a logarithm multiplies the error of what goes in.
        if name in ("exp", "^") and max(map(abs, values)) > 1e4:
            return None
        if name == "ln" and abs(found) < 1e-6:
            return None
        return found if isinstance(found, mpmath.mpf) and (found == 0 or smallest < abs(found) < largest) else None

    try:
        with mpmath.workdps(30):
            return walk(tree)
    except (ValueError, ZeroDivisionError, OverflowError):
        return None


class Expression(NamedTuple):
    """One trial: what is typed, SymPy's form of it as the page gets it (or None), where, and the exact value."""

    text: str
    tree: expressions.Tree
    point: dict[str, float]
    exact: float


def trials(count: int, draw: random.Random) -> list[Expression]:
    """Return random expressions that have a value, none longer than the reader takes."""
    found: list[Expression] = []
    while len(found) < count:
        tree = grown(draw, draw.choice([1, 2, 2, 3, 3]))
        point = {"p": draw.uniform(0.05, 0.6), "k": float(draw.randint(1, 12))}
        exact, text = _exact(tree, point), typed(draw, tree)
        if exact is None or len(text) > 200:
            continue
        try:
            as_sympy = expressions.tree(in_sympy(tree))
        except (ValueError, TypeError, AttributeError):
            as_sympy = None  # SymPy made infinity or a complex number of a part that is never reached.
        found.append(Expression(text, as_sympy, point, float(exact)))
    return found


# Hostile lines

PIECES = (
    *("\\frac{", "\\binom", "\\left(", "\\ln", "\\foo", "{", "}", "ᵏ", "⁻¹", "K", "np.", "|", "$"),
    *("p", "k", "n", "l", "(", ")", "^", "**", "+", "-", "*", "/", "!", ",", ".", "=", "1", "9", "1e9", "0.5"),
    *("ln", "exp", "sqrt", "gamma(", "beta(", "binomial(", "C(", "√", "Γ", "π", "e", "((((", "))))", "^^", "!!"),
    *("alert(1)", "constructor", "__proto__", "toString", "<img onerror=x>", "${1}", "𝑝", "\u202e", "\\", "'", '"'),
    *("`", " ", "\t", "\n", "\0", "é", "∞", "½", "，", "９", "p_1", "//", "/*", "-->", "</script>", "%", "&amp;", ";"),
)
NASTY = (
    *("9^9^9^9^9^9", "-" * 199, "ln " * 66, "!" * 199, "p!" + "!" * 190, "p^" * 99 + "p", "1" * 200, "\0", "é" * 199),
    *("(" * 5_000, "p" * 200, "C(1e9,2000)" * 18, "gamma(" * 33, "(p+" * 66, "e" * 200, "p" * 100_000, "1e308" * 40),
    *("C(k,2000)+" * 19 + "p", "beta(k,k)" * 22, "((p))" * 40, "√" * 200, "p/0", "0/0", "ln(0)", "1/(p-p)", "k!!!!"),
)


class Line(NamedTuple):
    """A line to be judged against one step; `wanted` is its verdict where that is known."""

    text: str
    payload: str
    step: int
    wanted: str | None = None


def _steps(payloads: Mapping[str, Any]) -> list[tuple[str, int, Mapping[str, Any]]]:
    """Return the steps of the book whose line may be typed."""
    return [
        (name, index, step)
        for name, payload in payloads.items()
        for index, step in enumerate(payload["steps"])
        if len(step.get("mistakes", ())) > 1
    ]


def _renamed(tree: expressions.Tree, names: Mapping[str, str]) -> expressions.Tree:
    if isinstance(tree, list):
        return [tree[0], *(_renamed(one, names) for one in tree[1:])]
    return names.get(tree, tree) if isinstance(tree, str) else tree


def hostile(count: int, draw: random.Random, payloads: Mapping[str, Any]) -> list[Line]:
    """Return lines of all kinds for every step that may be typed.

    The nasty ones first; then, in equal parts, pieces at random, lines with a few signs changed, whole lines that have
    nothing to do with the step, and the step's answer and mistakes in other notations, whose verdict is known.
    """
    steps = _steps(payloads)
    found: list[Line] = []
    for number in range(count):
        name, index, step = steps[number % len(steps)]
        symbols = [symbol["name"] for symbol in payloads[name]["symbols"]]
        stranger = _renamed(grown(draw, draw.choice([1, 2, 3])), {one: draw.choice(symbols) for one in "pk"})
        kind, wanted = draw.randrange(4), None
        if number < len(NASTY) * len(steps):
            text = NASTY[number // len(steps)]
        elif kind == 0:
            text = "".join(draw.choice([*PIECES, *symbols]) for _ in range(draw.randint(0, 40)))
        elif kind == 1:
            signs = list(typed(draw, stranger))
            for _ in range(draw.randint(1, 4)):
                start = draw.randrange(len(signs) + 1)
                signs[start : start + draw.randrange(3)] = draw.choice(PIECES)
            text = "".join(signs)
        elif kind == 2:
            text = typed(draw, stranger)
        else:
            tree, wanted = draw.choice(
                [(step["tree"], "right"), *((one["tree"], "mistake") for one in step["mistakes"])]
            )
            text = typed(draw, tree)
        found.append(Line(text, name, index, wanted if len(text) <= 200 else None))
    return found


# In the browser

JUDGE = """(lines) => {
  const payloads = {};
  for (const script of document.querySelectorAll("its-derivation > script")) {
    const payload = JSON.parse(script.textContent);
    payloads[payload.id] = payload;
  }
  const kinds = ["right", "simplify", "above", "mistake", "wrong", "not understood"];
  return lines.map(([line, id, index, wanted]) => {
    const start = performance.now();
    let kind;
    try {
      const verdict = ITS.judgeLine(line, payloads[id], index, null);
      kind = kinds.includes(verdict.kind) && verdict.says ? verdict.kind : `no verdict: ${verdict.kind}`;
    } catch (error) { kind = `thrown: ${error}`; }
    return [kind, performance.now() - start];
  });
}"""
EVALUATE = """(list) => list.map(({ text, tree, point }) => {
  const read = ITS.expr.parse(text, Object.keys(point));
  const typed = read.error ? `not read: ${read.message}` : String(ITS.expr.evaluate(read.tree, point));
  return [typed, tree === null ? null : String(ITS.expr.evaluate(tree, point))];
})"""
# Runs before the page's own scripts: as soon as the page is loaded, the first line is opened and painted.
REVEAL = """addEventListener("load", () => {
  const start = performance.now();
  [...document.querySelectorAll(".its-controls button")].find((one) => one.textContent === "Next line").click();
  requestAnimationFrame(() => setTimeout(() => { window.revealed = [performance.now() - start, performance.now()]; }));
});"""


def page_html(shown: str) -> str:
    """Return a page that holds these derivations with our style and script, as the site does."""
    return (
        f"<!doctype html><html lang=en><head><meta charset=utf-8><title>Derivations</title><style>{assets.style()}"
        f"</style></head><body>{shown}<script>{assets.script()}</script></body></html>"
    )


class Result(NamedTuple):
    """What was found: disagreements, verdicts by kind, faults, milliseconds a line, reveal times, sizes."""

    compared: int
    through_sympy: int
    disagree: list[str]
    kinds: Counter[str]
    faults: list[str]
    times: list[float]
    slowest: str
    reveal: dict[str, list[tuple[float, float]]]
    sizes: dict[str, int]


def _off(said: str, exact: float) -> bool:
    try:
        return not math.isclose(float(said), exact, rel_tol=AGREE)
    except ValueError:
        return True


def run(browser: Any, count: int, lines: int, loads: int = LOADS, seed: int = SEED) -> Result:
    """Evaluate `count` expressions, judge `lines` lines, load pages `loads` times in a Playwright browser."""
    draw = random.Random(seed)
    payloads = {one.id: rounded(one.payload()) for one in derivations()}
    markup = {name: to_html(payload) for name, payload in payloads.items()}
    made = trials(count, draw)
    corpus = hostile(lines, draw, payloads)
    disagree, through_sympy = [], 0
    kinds: Counter[str] = Counter()
    faults, times, slowest = [], [], (0.0, "")
    with tempfile.TemporaryDirectory() as folder:
        pages = {"all derivations": "".join(markup.values()), "one derivation": next(iter(markup.values()))}
        for name, shown in pages.items():
            (Path(folder) / f"{name}.html").write_text(page_html(shown), encoding="utf-8")
        context = browser.new_context()
        context.route("http*://**", lambda route: route.abort())
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(f"page error: {error}"))
        page.goto((Path(folder) / "all derivations.html").as_uri())
        page.evaluate("() => { window.alert = () => { throw new Error('a line was run as code'); }; }")
        for start in range(0, count, BATCH):
            part = made[start : start + BATCH]
            asked = [{"text": one.text, "tree": one.tree, "point": one.point} for one in part]
            for one, (of_text, of_tree) in zip(part, page.evaluate(EVALUATE, asked), strict=True):
                through_sympy += of_tree is not None
                for way, said in (("typed", of_text), ("SymPy", of_tree)):
                    if said is not None and _off(said, one.exact):
                        disagree.append(f"{way}: {one.text} at {one.point}: {said}, exactly {one.exact}")
        for start in range(0, lines, BATCH):
            part = corpus[start : start + BATCH]
            for line, (kind, took) in zip(part, page.evaluate(JUDGE, part), strict=True):
                kinds[kind.split(":")[0]] += 1
                times.append(took)
                shown = line.text[:60].encode("ascii", "backslashreplace").decode().replace("`", "'")
                slowest = max(slowest, (took, f"{line.payload}, line {line.step + 1}, `{shown!r}`"))
                if ":" in kind or (line.wanted and kind != line.wanted):
                    faults.append(
                        f"{kind}, wanted {line.wanted}: {line.payload}, line {line.step + 1}, {line.text[:120]!r}"
                    )
        reveal: dict[str, list[tuple[float, float]]] = {name: [] for name in pages}
        for name in pages:
            for _ in range(loads):
                fresh = context.new_page()
                fresh.add_init_script(REVEAL)
                fresh.goto((Path(folder) / f"{name}.html").as_uri())
                fresh.wait_for_function("() => window.revealed")
                reveal[name].append(tuple(fresh.evaluate("() => window.revealed")))
                fresh.close()
        context.close()
    static = evidence.ROOT / STATIC
    ours = "".join((static / part).read_text(encoding="utf-8") for part in PARTS)
    sizes = {"script and style of derivations": _compressed(ours)}
    sizes["largest derivation's data"] = max(_compressed(json.dumps(one)) for one in payloads.values())
    sizes["all of our script and style"] = _compressed(assets.script() + assets.style())
    return Result(count, through_sympy, disagree, kinds, faults, times, slowest[1], reveal, sizes)


def _compressed(text: str) -> int:
    return len(gzip.compress(text.encode()))


def _quantile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, math.ceil(share * len(ordered)) - 1)]


def body(found: Result, version: str) -> str:
    """Return the body of the evidence page."""
    kinds = "\n".join(f"| {kind} | {number:,} |" for kind, number in found.kinds.most_common())
    reveal = "\n".join(
        f"| {name} | {statistics.median(a for a, _ in times):.0f} | {max(a for a, _ in times):.0f} "
        f"| {statistics.median(b for _, b in times):.0f} | {max(b for _, b in times):.0f} |"
        for name, times in found.reveal.items()
    )
    sizes = "\n".join(f"| {name} | {size / 1000:.1f} |" for name, size in found.sizes.items())
    over = sum(took > SLOW for took in found.times)
    wrong = "".join(f"- `{one}`\n" for one in [*found.disagree, *found.faults][:50])
    return f"""
All of this ran in headless Chromium {version}, from a file, with the network blocked, on the derivations of the book.

## Values

{found.compared:,} random expressions were typed in changing notation (implicit products, `^` and `**`, `C(…)`, `√`,
`!`, LaTeX, raised digits) and evaluated at a random point. Beside it the same expression as SymPy holds it went the
way of the displayed lines ({found.through_sympy:,} of them; the others SymPy turns into something that a page cannot
evaluate). Both were compared with mpmath at 30 digits. **{len(found.disagree)} differ** by more than {AGREE:g} of the
value. Left out when drawn: values beyond 1e±100, and sums whose parts cancel to a millionth or less, where double
precision has no digits to compare.

## Any input

{sum(found.kinds.values()):,} lines were judged in turn against every line of the book that may be typed: hostile ones,
pieces at random, lines with a few signs changed, lines of another matter, and for a quarter the answers and named
mistakes themselves in other notations, whose verdict is known. **{len(found.faults)} threw, had no verdict or not the
known one.**

| verdict | lines |
|---|---|
{kinds}

## Time for one typed line, in milliseconds

| median | 99 % | 99.9 % | longest | over {SLOW:g} ms |
|---|---|---|---|---|
| {statistics.median(found.times):.1f} | {_quantile(found.times, 0.99):.1f} | {_quantile(found.times, 0.999):.1f} | \
{max(found.times):.1f} | {over} of {len(found.times):,} |

The longest: {found.slowest}.

## Time to the first opened line, in milliseconds

{LOADS} loads each. "After load" runs from the page's load event, through a click on "Next line", to the frame that
shows the line; "from the start" counts from the request for the page, reading and drawing included.

| page | after load, median | longest | from the start, median | longest |
|---|---|---|---|---|
{reveal}

## Size, in kilobytes compressed

| what | kB |
|---|---|
{sizes}
{chr(10) + "## What went wrong" + chr(10) * 2 + wrong if wrong else ""}"""


def main() -> None:
    """Run the long form and write the evidence page."""
    sys.path.insert(0, str(evidence.ROOT / "tests"))
    from browsing import chromium

    with chromium() as browser:
        found = run(browser, 10_000, 100_000)
        text = body(found, browser.version)
    print(
        evidence.write("derivations.md", "Typed lines in a browser: agreement, robustness, time and size", CODE, text)
    )
    if found.disagree or found.faults:
        sys.exit(f"{len(found.disagree)} values differ, {len(found.faults)} lines have no verdict")


if __name__ == "__main__":
    main()
