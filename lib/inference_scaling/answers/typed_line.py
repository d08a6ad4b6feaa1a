r"""A learner's line of mathematics: read as data, never run as code, and evaluated at points.

The grammar, which the page's script `expr.js` reads as well; one table of cases holds both to it
(`tests/js/typed_lines.json`)::

    line    = [ anything "=" ] sum                      what stands after the last equals sign counts
    sum     = product { ("+" | "-") product }
    product = signed { ("*" | "/") signed | power }     a missing sign multiplies: 2p, kp, (1-p)k; 1/2p is (1/2)·p
    signed  = { "-" | "+" } power
    power   = atom { "!" } [ ("^" | "**") signed ]      to the right: a^b^c is a^(b^c)
    atom    = number | symbol | constant | "(" sum ")" | function "(" sum { "," sum } ")" | function power
            | "\frac" group group | "\binom" group group            group = "{" sum "}"

Brackets of every kind are alike. Letters are split into known names, the longest first; where none fits, a capital
counts as small and the other way round. Raised letters and digits (ᵏ, ⁻²) are a power. Prefixes (np., math.) and
LaTeX's spacing, ``\left`` and ``\right`` are passed over.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from scipy import special

__all__ = ["HINT", "LineError", "Tree", "number", "parse", "subtrees", "value"]

LENGTH = 200
DEPTH = 40
HINT = "Write 2x, x(1-x) or 2*x; x^2 or x**2; ln, exp, sqrt, abs, gamma, n!, C(n,k); or LaTeX such as \\frac{a}{b}."

# A number, the name of a symbol, or a list: an operation and its operands.
Tree = float | str | list[Any]

_FUNCTIONS = {name: 1 for name in ["ln", "log", "log1p", "exp", "expm1", "sqrt", "abs", "gamma", "factorial"]}
_FUNCTIONS |= {name: 2 for name in ["binomial", "beta", "pow"]}
_SAME = {"C": "binomial", "choose": "binomial", "comb": "binomial", "binom": "binomial", "B": "beta", "Beta": "beta"}
_SAME |= {"Γ": "gamma", "Gamma": "gamma", "√": "sqrt"}
_WRITTEN: dict[str, Callable[..., Tree]] = {
    "log": lambda a: ["ln", a],
    "log1p": lambda a: ["ln", ["+", 1.0, a]],
    "expm1": lambda a: ["-", ["exp", a], 1.0],
    "pow": lambda a, b: ["^", a, b],
}
_SIGNS = str.maketrans("−–·×∗÷[]{}", "--***/()()")
_LATEX = {"cdot": "*", "times": "*", "ast": "*", "div": "/"}
_CONSTANTS: dict[str, Tree] = {"e": ["exp", 1.0], "pi": ["pi"], "π": ["pi"]}
_RAISED = "[²³¹⁰ⁱ⁴-⁾ⁿʰ-ʸˠ-ˤᴬ-ᵡᶜᶠᶻ]"
# Python's `re` has no class of letters: `_word_at` asks `isalpha` as well.
_WORD = re.compile(rf"(?!{_RAISED})[^\W\d_]|√")
_WORD_ON = re.compile(rf"(?!{_RAISED})[^\W\d]|[0-9]")
_POWER = re.compile(f"{_RAISED}+")
_NUMBER = re.compile(r"([0-9]+\.?[0-9]*|\.[0-9]+)(e[-+]?[0-9]+)?", re.IGNORECASE)
_PASSED = re.compile(
    r"\s|\$|(?:math|numpy|np)\.(?=[A-Za-z])|\\(?:left|right|quad|displaystyle)(?![A-Za-z])|\\[,;:!\s]|\\(?=[()])"
)
_COMMAND = re.compile(r"\\(?:(?:mathrm|operatorname|text)\(([A-Za-z]+)\)|([dt]?(frac|binom))(?![A-Za-z])|([A-Za-z]+))")
_SIGN = re.compile(r"\*\*|[-+*/^(),!=]")
_PERCENT = re.compile(r"[-+−]?[0-9.,\s]+%")
_EITHER = re.compile(r"[-+−]?[1-9][0-9]{0,2},[0-9]{3}")
_THOUSANDS = re.compile(r"[-+−]?[1-9][0-9]{0,2}(,[0-9]{3})+(\.[0-9]*)?")
_TWOFOLD = re.compile("C|B|binom|choose|comb|beta|pow")
_DECIMAL_COMMA = re.compile("(?<=[0-9]),(?=[0-9])")
_INSTEAD = {"|": "; write abs(…)", "%": "; write a share between 0 and 1"}


class LineError(ValueError):
    """The text is not a line of mathematics in the symbols of the task.

    Attributes
    ----------
    message : str
        What is the matter, without its place.
    position : int
        Index of the character that cannot be read; the length of the text where it ends too early.
    """

    def __init__(self, message: str, position: int, text: str = "") -> None:
        self.message, self.position = message, min(position, len(text)) if text else position
        at = self.position
        before = f" Before it: “{text[max(0, at - 15) : at]}”." if at and len(text) <= LENGTH else ""
        super().__init__(f"Not understood at character {at + 1}: {message}.{before}")


class _Token(NamedTuple):
    kind: str
    text: str
    at: int
    value: Tree = ""
    # An opening bracket of a function's arguments, where commas may stand.
    call: bool = False


def parse(text: str, symbols: Iterable[str]) -> Tree:
    r"""Return the tree of a line, in the grammar above.

    Parameters
    ----------
    text : str
        At most 200 characters.
    symbols : iterable of str
        The names that may occur.

    Returns
    -------
    float, str or list
        A number, a symbol, or an operation with its operands: ``+ - * / ^ neg ln exp sqrt abs gamma factorial
        binomial beta pi``. The number e is ``["exp", 1]``.

    Raises
    ------
    LineError
        Saying what cannot be read, and where.

    Examples
    --------
    >>> parse("1 - (1-p)^k", ["p", "k"])
    ['-', 1.0, ['^', ['-', 1.0, 'p'], 'k']]
    >>> parse(r"\frac{\ln 2}{kp}", ["p", "k"])
    ['/', ['ln', 2.0], ['*', 'k', 'p']]
    """
    symbols = list(symbols)
    try:
        return _parsed(text, symbols)
    except LineError as error:
        raise LineError(error.message, error.position, text) from None


def _parsed(text: str, symbols: Sequence[str]) -> Tree:
    if len(text) > LENGTH:
        raise LineError(f"at most {LENGTH} characters, this has {len(text)}", LENGTH)
    if not text.strip():
        raise LineError("the line is empty", 0)
    # In this order where they are equally long: a capital may stand for more than one of them.
    known = sorted(dict.fromkeys([*symbols, *_FUNCTIONS, *_SAME, *_CONSTANTS]), key=lambda name: -len(name))
    start = text.rfind("=") + 1
    found = [one._replace(at=one.at + start) for one in _tokens(text[start:], known, symbols)]
    if not found:
        raise LineError("nothing follows the equals sign", len(text))
    return _Reader(found, symbols, len(text)).line()


def _word_at(text: str, at: int) -> str:
    """Return the letters, and digits after them, that begin here; raised ones are none of them."""
    end = at
    pattern = _WORD
    while end < len(text) and pattern.match(text, end) and (text[end].isalpha() or text[end] in "√_0123456789"):
        end, pattern = end + 1, _WORD_ON
    return text[at:end]


def _split_names(word: str, start: int, names: Sequence[str], symbols: Sequence[str]) -> Iterator[_Token]:
    """Split letters greedily into names that are known here: "kp" is k·p."""
    at, small = 0, word.lower()
    while at < len(word):
        exact = (name for name in names if word.startswith(name, at))
        # A single letter that is no symbol (C, e) keeps its case.
        folded = (name for name in names if (len(name) > 1 or name in symbols) and small.startswith(name.lower(), at))
        name = next(exact, None) or next(folded, None)
        if name is None and word[at] in "0123456789":
            raise LineError(f"write * or ^ before “{word[at : at + 12]}”", start + at)
        if name is None:
            raise _unknown(word[at : at + 12], start + at, symbols)
        yield _Token("name", name, start + at)
        at += len(name)


def _unknown(text: str, at: int, symbols: Sequence[str]) -> LineError:
    instead = f"; write with {', '.join(symbols)}" if symbols else ""
    return LineError(f"“{text}” is not known here{instead}", at)


def _tokens(text: str, names: Sequence[str], symbols: Sequence[str]) -> list[_Token]:
    found: list[_Token] = []
    plain, at = text.translate(_SIGNS), 0
    while at < len(plain):
        if passed := _PASSED.match(plain, at):
            at = passed.end()
        elif number := _NUMBER.match(plain, at):
            if (comma := re.compile(r"[0-9]+(,)[0-9]").match(plain, at)) and not any(one.call for one in found):
                raise LineError("write decimals with a point: 0.5, not 0,5", comma.start(1))
            if not math.isfinite(float(number[0])):
                raise LineError("this number is too large", at)
            found.append(_Token("number", number[0], at, float(number[0])))
            at = number.end()
        elif raised := _POWER.match(plain, at):
            inner = _tokens(unicodedata.normalize("NFKC", raised[0]), names, symbols)
            found += [_Token("sign", "^", at), _Token("sign", "(", at)]
            found += [one._replace(at=one.at + at) for one in inner]
            at = raised.end()
            found.append(_Token("sign", ")", at - 1))
        elif word := _word_at(plain, at):
            found += _split_names(word, at, names, symbols)
            at += len(word)
        elif command := _COMMAND.match(plain, at):
            found += _command(command, names, symbols)
            at = command.end()
        elif sign := _SIGN.match(plain, at):
            before = found[-1] if found else None
            call = sign[0] == "(" and before is not None and before.kind == "name"
            call = call and _SAME.get(before.text, before.text) in _FUNCTIONS
            found.append(_Token("sign", "^" if sign[0] == "**" else sign[0], at, call=call))
            at = sign.end()
        else:
            raise LineError(f"“{plain[at]}” cannot be read{_INSTEAD.get(plain[at], '')}", at)
    return found


def _command(command: re.Match[str], names: Sequence[str], symbols: Sequence[str]) -> Iterator[_Token]:
    upright, written, twofold, name = command.groups()
    at = command.start()
    if upright:
        yield from _split_names(upright, command.start(1), names, symbols)
    elif twofold:
        yield _Token("group", f"\\{written}", at, "/" if twofold == "frac" else "binomial")
    elif name in _LATEX:
        yield _Token("sign", _LATEX[name], at)
    elif name in names:
        yield _Token("name", name, at)
    else:
        raise _unknown(command[0][:12], at, symbols)


class _Reader:
    """Recursive descent over tokens: one method a rule of the grammar."""

    def __init__(self, found: Sequence[_Token], symbols: Sequence[str], end: int) -> None:
        self.found, self.symbols, self.end = found, symbols, end
        self.i = self.depth = 0

    def line(self) -> Tree:
        tree = self.sum()
        if self.now:
            raise LineError("this bracket was never opened" if self.sign(")") else self.say(), self.place)
        return tree

    @property
    def now(self) -> _Token | None:
        return self.found[self.i] if self.i < len(self.found) else None

    @property
    def place(self) -> int:
        return self.now.at if self.now else self.end

    def sign(self, *texts: str) -> str | None:
        """Return the sign that stands here, if it is one of these."""
        return self.now.text if self.now and self.now.kind == "sign" and self.now.text in texts else None

    def say(self) -> str:
        if self.sign(","):
            return "a comma is not expected here; write decimals with a point"
        return f"“{self.now.text}” is not expected here" if self.now else "the line ends too early"

    def deeper(self, rule: Callable[[], Tree]) -> Tree:
        self.depth += 1
        if self.depth > DEPTH:
            raise LineError(f"at most {DEPTH} levels of brackets and powers", self.place)
        tree = rule()
        self.depth -= 1
        return tree

    def sum(self) -> Tree:
        left = self.product()
        while name := self.sign("+", "-"):
            self.i += 1
            left = [name, left, self.product()]
        return left

    def product(self) -> Tree:
        left = self.signed()
        while self.now:
            if name := self.sign("*", "/"):
                self.i += 1
                left = [name, left, self.signed()]
            elif self.now.kind != "sign" or self.sign("("):
                if self.now.kind == self.found[self.i - 1].kind == "number":
                    raise LineError("write * between two numbers", self.place)
                left = ["*", left, self.power()]
            else:
                break
        return left

    def signed(self) -> Tree:
        if name := self.sign("-", "+"):
            self.i += 1
            return self.deeper(lambda: ["neg", self.signed()] if name == "-" else self.signed())
        return self.power()

    def power(self) -> Tree:
        base = self.atom()
        while self.sign("!"):
            self.i += 1
            base = ["factorial", base]
        if not self.sign("^"):
            return base
        self.i += 1
        return ["^", base, self.deeper(self.signed)]

    def bracket(self, count: int) -> list[Tree]:
        opened = self.place + 1
        self.i += 1
        values = [self.deeper(self.sum)]
        while self.sign(",") and len(values) < count:
            self.i += 1
            values.append(self.deeper(self.sum))
        if not self.sign(")"):
            raise LineError(self.say() if self.now else f"the bracket at character {opened} is not closed", self.place)
        if len(values) < count:
            raise LineError(f"{count} values are needed, between them a comma", self.place)
        self.i += 1
        return values

    def group(self, command: _Token) -> Tree:
        if not self.sign("("):
            raise LineError(f"{command.text} needs {{…}}{{…}}", self.place)
        return self.bracket(1)[0]

    def atom(self) -> Tree:
        one = self.now
        if one is None:
            raise LineError("the line ends too early", self.end)
        if self.sign("("):
            return self.bracket(1)[0]
        if one.kind == "sign":
            raise LineError(self.say(), one.at)
        self.i += 1
        if one.kind == "number":
            return one.value
        if one.kind == "group":
            return [one.value, self.group(one), self.group(one)]
        if one.text in self.symbols:
            return one.text
        name = _SAME.get(one.text, one.text)
        if name in _CONSTANTS:
            return _CONSTANTS[name]
        count = _FUNCTIONS[name]
        if not self.sign("(") and count > 1:
            raise LineError(f"{one.text} needs brackets", self.place)
        values = self.bracket(count) if self.sign("(") else [self.deeper(self.power)]
        return _WRITTEN[name](*values) if name in _WRITTEN else [name, *values]


def _gamma(x: Any) -> Any:
    return np.where((x == np.floor(x)) & (x <= 0), np.nan, special.gamma(x))


_OPERATIONS: dict[str, Callable[..., Any]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "^": np.power,
    "neg": np.negative,
    "ln": np.log,
    "exp": np.exp,
    "sqrt": np.sqrt,
    "abs": np.abs,
    "pi": lambda: np.float64(math.pi),
    "gamma": _gamma,
    "factorial": lambda x: _gamma(x + 1),
    "binomial": special.binom,
    "beta": special.beta,
}


def value(tree: Tree, point: Mapping[str, Any]) -> Any:
    """Return the value of a parsed line at points: one number or array a symbol; NaN or ±inf where it has none.

    Examples
    --------
    >>> float(value(parse("ln(1-p)", ["p"]), {"p": 1e-20}))
    -1e-20
    """
    match tree:
        case str(name):
            return np.asarray(point[name], dtype=float)
        # 1 + x and ln belong together, exp(x) and −1 too: ln(1 − p) keeps its digits for tiny p.
        case ["ln", ["+", 1.0, x]] | ["ln", ["+", x, 1.0]]:
            return np.log1p(value(x, point))
        case ["ln", ["-", 1.0, x]]:
            return np.log1p(-value(x, point))
        case ["-", ["exp", x], 1.0]:
            return np.expm1(value(x, point))
        case ["-", 1.0, ["exp", x]]:
            return -np.expm1(value(x, point))
        case [name, *rest]:
            return _OPERATIONS[name](*(value(one, point) for one in rest))
    return np.float64(tree)


def number(text: str) -> float:
    """Return the number that a text stands for, as people type it: 0.5, 0,5, 1/4, ln(0.1)/ln(0.8).

    The page's fields read it alike: see `expr.js`.

    Raises
    ------
    ValueError
        Saying what would be right.

    Examples
    --------
    >>> number("0,5"), number("1/4"), number("12,345.5")
    (0.5, 0.25, 12345.5)
    """
    plain = text.strip()
    if not plain:
        raise ValueError("Type a number.")
    if _PERCENT.fullmatch(plain):
        raise ValueError("Write a share between 0 and 1, without a percent sign.")
    # "1,000" is a thousand to some and one to others: nobody's answer is guessed.
    if _EITHER.fullmatch(plain):
        whole, point = plain.replace(",", ""), plain.replace(",", ".")
        raise ValueError(f"Write {whole} or {point}: with a comma this can be read as either.")
    if _THOUSANDS.fullmatch(plain):
        plain = plain.replace(",", "")
    elif not _TWOFOLD.search(plain):
        # Between the two values of C(n, k) a comma is a comma; elsewhere, with digits on both sides, a decimal one.
        plain = _DECIMAL_COMMA.sub(".", plain)
    try:
        tree = parse(plain, [])
    except LineError as error:
        raise ValueError(f"This is not a number that can be read: {error.message}.") from None
    with np.errstate(all="ignore"):
        found = float(value(tree, {}))
    if not math.isfinite(found):
        raise ValueError("This is not a number: it has no finite value.")
    return found


def subtrees(tree: Tree) -> Iterator[list[Any]]:
    """Yield every operation of a tree with its operands, the outermost first."""
    if isinstance(tree, list):
        yield tree
        for one in tree[1:]:
            yield from subtrees(one)
