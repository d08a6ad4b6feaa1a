r"""Answers that mean the same: rules that turn the spellings of an answer into one.

A rule is a function of a text that returns what stands for the answer, or None where the text holds no answer. What a
rule does not understand it leaves as it is, so that a wrong guess never makes two answers one.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np

from .answers import NO_ANSWER, answer_label, is_missing
from .errors import SampleError, short

__all__ = ["SAME", "Same", "boxed", "choice", "fraction", "merged", "number", "text", "value_set"]

Rule: TypeAlias = str | Callable[..., Any]
Same: TypeAlias = Rule | Sequence[Rule]

# Commands of LaTeX that only space, size or wrap what they stand before.
_SPACING = re.compile(r"\\(?:[,;:! ]|left|right|displaystyle|quad|qquad)(?![A-Za-z])|~")
_WRAPPED = re.compile(r"\\(?:text|textbf|mathrm|mathbf|mbox|operatorname)\s*\{([^{}]*)\}")
_NAMED = re.compile(r"^\s*[A-Za-z]\s*=\s*(?=\S)")
_THOUSANDS = re.compile(r"(?<![\d.])\d{1,3}(?:(?:,|\{,\})\d{3})+(?![\d,])")
_VALUE = r"[+-]?(?:\d{1,99}(?:\.\d{0,99})?|\.\d{1,99})"
# Between two words of a unit something must stand: without it the match of a long text would take for ever.
_NAME = r"[A-Za-zµ°$€£¥]+(?:\^?\{?-?\d\}?)?"
_UNITS = rf"(?:{_NAME}(?:(?:\s*[/*·]\s*|\s+){_NAME})*)?"
_QUANTITY = re.compile(
    rf"(?P<sign>[+-]?)\s*\\?[$€£¥]?\s*(?P<value>{_VALUE}(?:e[+-]?\d{{1,4}})?)"
    rf"(?P<unit>\s*(?:\\?%|°|\^\{{?\\circ\}}?|\\degree)?\s*{_UNITS})",
    re.IGNORECASE,
)
_WORD = re.compile(r"[A-Za-zµ]+")
# Words of one or two letters that are units; longer words are, unless they change the number.
_SHORT_UNIT = re.compile(
    r"[mckp]?m|f?t|ft|in|yd|mi|[km]?g|lb|oz|m?s|h|hr|m?l|k?[nj]|[km]?w|k?v|m?a|k|k?hz|k?pa|[cf]|mph|kph|usd|eur|gbp"
)
_NO_UNIT = re.compile(
    r"hundred|thousand|million|billion|trillion|dozen|half|third|quarter|pi|sqrt|log|ln|sin|cos|tan|exp|mod|and|or|to|"
    r"plus|minus|times|over|inf|infinity|infty|nan|not|none|about|than"
)
_SLASH = re.compile(r"(?P<whole>\d{1,99}\s+)?(?P<over>\d{1,99})\s*/\s*(?P<under>\d{1,99})")
_FRAC = re.compile(
    r"(?P<whole>\d{1,99})?\s*\\[dtc]?frac\s*"
    r"(?:\{\s*(?P<over>[+-]?\d{1,99})\s*\}|(?P<over1>\d))\s*(?:\{\s*(?P<under>\d{1,99})\s*\}|(?P<under1>\d))"
)
_CHOICE = re.compile(
    r"(?:the\s+)?(?:(?:final|correct|best)\s+)?(?:(?:answer|option|choice)\s*(?:is)?\s*[:=]?\s*)?"
    r"(?P<open>[(\[])?\s*(?P<letter>[A-J])\s*(?P<close>[)\].:])?(?P<rest>\s.*)?",
    re.IGNORECASE | re.DOTALL,
)


def text(answer: str) -> str:
    """Return an answer without what does not count in words: case, spaces, quotes and a final full stop.

    Examples
    --------
    >>> [text(answer) for answer in ("New  York.", "new york", '"New York"')]
    ['new york', 'new york', 'new york']
    """
    found = " ".join(answer.split()).casefold()
    found = found.rstrip(".") or found
    return found[1:-1] if len(found) > 2 and found[0] == found[-1] and found[0] in "\"'`" else found


def boxed(answer: str) -> str | None:
    r"""Return what stands in the last ``\boxed{…}`` of a text, None where there is none.

    Examples
    --------
    >>> boxed(r"so \boxed{3}, no: \boxed{\frac{1}{2}}"), boxed("so it is 3"), boxed(r"cut off: \boxed{4")
    ('\\frac{1}{2}', None, None)
    """
    at = max(answer.rfind("\\boxed"), answer.rfind("\\fbox"))
    if at < 0:
        return None
    rest = answer[at:].removeprefix("\\boxed").removeprefix("\\fbox").lstrip()
    if not rest.startswith("{"):
        word = re.match(r"\w+", rest)
        return word[0] if word else None
    depth = 0
    for i, letter in enumerate(rest):
        depth += (letter == "{") - (letter == "}")
        if depth == 0:
            return rest[1:i].strip()
    return None


def _plain(answer: str) -> str:
    """An answer without the marks of mathematics around it, and out of its box where it is nothing else."""
    found = answer.strip().replace("−", "-")
    if found.startswith(("\\boxed", "\\fbox", "$\\boxed")):
        inner = boxed(found)
        if inner is not None and found.rstrip(" .$").endswith("}"):
            found = inner
    for start, end in (("$$", "$$"), ("$", "$"), ("\\(", "\\)"), ("\\[", "\\]")):
        if found.startswith(start) and found.endswith(end) and len(found) > len(start) + len(end):
            found = found[len(start) : -len(end)].strip()
            break
    found = _WRAPPED.sub(r" \1 ", _SPACING.sub("", found)).strip()
    found = _NAMED.sub("", found)
    return found[:-1].rstrip() if found.endswith(".") and not found.endswith("..") else found


def number(answer: str) -> str:
    r"""Return the number that an answer is: without thousands separators, a sign of money, units and a leading ``x =``.

    Units are not compared: ``7 km`` and ``7 m`` are one answer, and so are ``50 %`` and ``50``.

    Examples
    --------
    >>> [number(answer) for answer in ("$1,200.00", "1200 km", r"\boxed{1200}", "x = 1200", "1200 apples.")]
    ['1200', '1200', '1200', '1200', '1200']
    >>> [number(answer) for answer in ("3 million", "2 pi", "2x", "7 or 8", "1,5")]
    ['3 million', '2 pi', '2x', '7 or 8', '1,5']
    """
    found = _THOUSANDS.sub(lambda group: re.sub(r"[,{}]", "", group[0]), _plain(answer))
    quantity = _QUANTITY.fullmatch(found)
    if quantity is None or not all(map(_is_unit, _WORD.findall(quantity["unit"]))):
        return answer_label(answer)
    if quantity["sign"] and quantity["value"][0] in "+-":
        return answer_label(answer)
    return answer_label(quantity["sign"] + quantity["value"])


def _is_unit(word: str) -> bool:
    word = word.lower()
    return _SHORT_UNIT.fullmatch(word) is not None or (len(word) > 2 and _NO_UNIT.fullmatch(word) is None)


def fraction(answer: str) -> str:
    r"""Return the exact number that an answer is, as `number` does, and read fractions and mixed numbers too.

    Examples
    --------
    >>> [fraction(answer) for answer in ("1/2", "0.50", r"\dfrac{2}{4}", r"$\frac12$", "50/100 km", "2 1/2")]
    ['0.5', '0.5', '0.5', '0.5', '0.5', '2.5']
    >>> [fraction(answer) for answer in ("2/6", r"-\frac{1}{3}", "1/0", "0.333")]
    ['1/3', '-1/3', '1/0', '0.333']
    """
    found = _THOUSANDS.sub(lambda group: re.sub(r"[,{}]", "", group[0]), _plain(answer))
    minus = found.startswith("-")
    body = found[1:].lstrip() if found[:1] in ("-", "+") else found
    ratio = _FRAC.match(body) or _SLASH.match(body)
    if ratio is None:
        return number(answer)
    parts = ratio.groupdict()
    over, under = (parts[name] or parts.get(f"{name}1") for name in ("over", "under"))
    unit = body[ratio.end() :].strip()
    if not over or not under or int(under) == 0 or not _only_units(unit):
        return answer_label(answer)
    value = Fraction(int(over), int(under)) + int((parts["whole"] or "0").strip())
    return _label(-value if minus else value)


def _only_units(rest: str) -> bool:
    return re.fullmatch(rf"\\?%?\s*{_UNITS}", rest) is not None and all(map(_is_unit, _WORD.findall(rest)))


def _label(value: Fraction) -> str:
    """A fraction as a decimal number where it is one, else as a fraction in lowest terms."""
    rest, places = value.denominator, 0
    for prime in (2, 5):
        times = 0
        while rest % prime == 0:
            rest //= prime
            times += 1
        places = max(places, times)
    if rest > 1:
        return f"{value.numerator}/{value.denominator}"
    return answer_label(f"{value.numerator * 10**places // value.denominator}e-{places}")


def choice(answer: str) -> str:
    r"""Return the letter of a choice, A to J, however it is written.

    Examples
    --------
    >>> [choice(answer) for answer in ("B", "(b)", "B.", "B) Paris", "The answer is (B)", r"\boxed{\text{B}}")]
    ['B', 'B', 'B', 'B', 'B', 'B']
    >>> [choice(answer) for answer in ("A dog", "Berlin", "e.g. this")]
    ['A dog', 'Berlin', 'e.g. this']
    """
    found = _CHOICE.fullmatch(_plain(answer))
    if found is None or (found["rest"] and not found["close"]):
        return answer_label(answer)
    return found["letter"].upper()


def value_set(answer: str) -> str:
    r"""Return a set of values in one order: elements apart by commas, semicolons, "and" or "or", each as `fraction`.

    Brackets keep their order, because a point (1, 2) is not (2, 1). A comma separates: ``1,200`` is two values.

    Examples
    --------
    >>> [value_set(answer) for answer in ("2, 1", r"\{1, 2\}", "1 and 2", "x = 2; 1.0", "1,2,2")]
    ['{1, 2}', '{1, 2}', '{1, 2}', '{1, 2}', '{1, 2}']
    >>> [value_set(answer) for answer in ("(2, 1)", "1/2")]
    ['(2, 1)', '0.5']
    """
    found = _plain(answer)
    if found.startswith(("(", "[")):
        return answer_label(answer)
    for start, end in (("\\{", "\\}"), ("{", "}")):
        if found.startswith(start) and found.endswith(end):
            found = found[len(start) : -len(end)]
            break
    elements = [fraction(_NAMED.sub("", part)) for part in _split(found) if part.strip()]
    if len(elements) < 2:
        return elements[0] if elements else answer_label(answer)
    return "{" + ", ".join(sorted(set(elements))) + "}" if len(set(elements)) > 1 else elements[0]


def _split(found: str) -> list[str]:
    """Parts between commas, semicolons and words, where these stand in no bracket."""
    parts, depth = [""], 0
    for piece in re.split(r"([,;(){}\[\]]|\s(?:and|or)\s)", found):
        if piece in ("(", "{", "["):
            depth += 1
        elif piece in (")", "}", "]"):
            depth -= 1
        if depth == 0 and (piece in (",", ";") or piece.strip() in ("and", "or")):
            parts.append("")
        else:
            parts[-1] += piece
    return parts


SAME: dict[str, Callable[[str], str | None]] = {
    "text": text,
    "number": number,
    "fraction": fraction,
    "boxed": boxed,
    "choice": choice,
    "set": value_set,
}


def merged(
    rule: Rule, problem: np.ndarray, answer: np.ndarray, answers: tuple[str, ...]
) -> tuple[np.ndarray, tuple[str, ...]]:
    """Return codes and labels in which answers that mean the same by a rule are one."""
    if isinstance(rule, str):
        if rule not in SAME:
            raise SampleError(f"same = {rule!r}: must be one of {', '.join(map(repr, SAME))}, or a function")
        rule = SAME[rule]
    if not callable(rule):
        raise SampleError(f"same = {short(rule)}: must be one of {', '.join(map(repr, SAME))}, or a function")
    if _takes_two(rule):
        return _merged_in_pairs(rule, problem, answer, answers)
    codes: dict[str, int] = {}
    new = np.empty(len(answers) + 1, dtype=np.intp)
    # The last place is that of no answer.
    new[NO_ANSWER] = NO_ANSWER
    for code, label in enumerate(answers):
        found = _asked(rule, label)
        new[code] = NO_ANSWER if is_missing(found) else codes.setdefault(answer_label(found), len(codes))
    return new[answer], tuple(codes)


def _merged_in_pairs(
    rule: Callable[..., Any], problem: np.ndarray, answer: np.ndarray, answers: tuple[str, ...]
) -> tuple[np.ndarray, tuple[str, ...]]:
    """Within each problem an answer becomes the first one that means the same."""
    pairs, back = np.unique(np.stack([problem, answer]), axis=1, return_inverse=True)
    new = pairs[1].copy()
    met: list[int] = []
    for i, (of, code) in enumerate(pairs.T.tolist()):
        if i == 0 or of != pairs[0, i - 1]:
            met = []
        if code == NO_ANSWER:
            continue
        same = next((one for one in met if _asked(rule, answers[one], answers[code])), None)
        if same is None:
            met.append(code)
        else:
            new[i] = same
    return new[back.ravel()], answers


def _takes_two(rule: Callable[..., Any]) -> bool:
    """Whether a function compares two answers; what does not say how many it takes is a function of one."""
    try:
        parameters = inspect.signature(rule).parameters.values()
    except (TypeError, ValueError):
        return False
    needed = [one for one in parameters if one.default is one.empty and one.kind in (0, 1)]
    return len(needed) == 2


def _asked(rule: Callable[..., Any], *labels: str) -> Any:
    try:
        return rule(*labels)
    except Exception as error:
        shown = ", ".join(map(short, labels))
        raise SampleError(f"same: the rule failed on {shown}: {type(error).__name__}: {error}") from error
