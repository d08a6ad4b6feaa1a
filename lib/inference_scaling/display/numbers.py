"""Numbers as the book's figures, pages and sentences show them.

`number`, `chance`, `hundredths` and `counted` have twins in `static/js/core.js` and `static/js/ask.js`; `tick` and
`tenth` in `static/js/plot.js`. Tests in a browser hold them equal.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

__all__ = [
    "axis_number",
    "chance",
    "general",
    "grouped",
    "hundredths",
    "in_words",
    "minus",
    "number",
    "plural",
    "short",
    "tenth",
    "tick",
    "without_noise",
]

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def minus(text: str) -> str:
    """Return a number's text with the sign for minus in place of the hyphen.

    Examples
    --------
    >>> minus("-0.5")
    '−0.5'
    """
    return text.replace("-", "−")


def general(value: float | None, digits: int = 4) -> str:
    """Return a number with so many significant digits, nothing for None.

    Examples
    --------
    >>> general(0.123456), general(None)
    ('0.1235', '')
    """
    return "" if value is None else f"{value:.{digits}g}"


def without_noise(values: ArrayLike) -> np.ndarray:
    """Return numbers that share a linear scale, with what is rounding error beside the largest of them set to 0.

    The last digits of a float differ between machines: a sum that should be 0 is 1e-17 here and 3e-17 there, and what
    is far smaller than its terms differs in the digits kept. A billionth of the largest shows on no linear scale.

    Examples
    --------
    >>> without_noise([1.0, 1e-17, -2e-16, 1e-6]).tolist()
    [1.0, 0.0, 0.0, 1e-06]
    """
    array = np.asarray(values)
    if not np.issubdtype(array.dtype, np.floating):
        return array
    largest = np.max(np.abs(array), initial=0.0)
    return np.where(np.abs(array) < 1e-9 * largest, 0.0, array)


def grouped(x: float) -> str:
    """Return a whole number with its thousands set apart.

    Examples
    --------
    >>> grouped(12345)
    '12,345'
    """
    return f"{x:,.0f}"


def number(x: float, digits: int) -> str:
    """Return a number with so many significant digits and a power of ten only where it is very small or large.

    Examples
    --------
    >>> number(12345, 3), number(-0.25, 2), number(2e-5, 2)
    ('12,300', '−0.25', '2e−5')
    """
    if x != 0 and not 1e-4 <= abs(x) < 1e9:
        front, _, power = f"{x:.{digits - 1}e}".partition("e")
        front = front.rstrip("0").rstrip(".") if "." in front else front
        return minus(f"{front}e{int(power)}")
    rounded = float(f"{x:.{digits}g}")
    return minus(f"{rounded:,.12g}" if rounded % 1 else grouped(rounded))


def chance(x: float) -> str:
    """Return a chance with three digits after the point; neither certainty is claimed of what is not certain.

    Examples
    --------
    >>> chance(0.1234), chance(1e-5), chance(1)
    ('0.123', 'less than 0.001', 'more than 0.999')
    """
    if 0 < x < 5e-4:
        return "less than 0.001"
    # Floats cannot tell all but certain from certain, so certainty is never said.
    return "more than 0.999" if x > 0.9995 else f"{math.floor(x * 1000 + 0.5) / 1000:g}"


def hundredths(x: float) -> str:
    """Return a difference of chances in hundredths.

    Examples
    --------
    >>> hundredths(0.0321), hundredths(1e-6)
    ('3.2', 'less than 0.001')
    """
    return "less than 0.001" if 0 < x < 1e-5 else number(100 * x, 2)


def in_words(chance: float) -> str:
    """Return a chance as a frequency, never rounded to certainty.

    Examples
    --------
    >>> [in_words(x) for x in (0, 0.001, 0.0123, 0.72, 0.9999, 1)]
    ['never', 'less than 1 time in 100', '1 time in 100', '72 times in 100', 'more than 99 times in 100', 'always']
    """
    if chance <= 0 or chance >= 1:
        return "always" if chance >= 1 else "never"
    hundred = math.floor(100 * chance + 0.5)
    if hundred == 0 or hundred == 100:
        return "more than 99 times in 100" if hundred else "less than 1 time in 100"
    return f"{plural(hundred, 'time')} in 100"


def plural(n: int, noun: str) -> str:
    """Return a number of things.

    Examples
    --------
    >>> plural(1, "step"), plural(2, "step")
    ('1 step', '2 steps')
    """
    return f"{n} {noun}{'' if n == 1 else 's'}"


def tenth(value: float) -> str:
    """Return a coordinate of a picture, to a tenth.

    Examples
    --------
    >>> tenth(1.26), tenth(2.04)
    ('1.3', '2')
    """
    cut = math.floor(value * 10 + 0.5) / 10 + 0.0
    return str(int(cut)) if cut == int(cut) else repr(cut)


def short(value: float, digits: int) -> str:
    """Return a number with so many significant digits, whole numbers without a point.

    Examples
    --------
    >>> short(2.0, 4), short(0.125, 2)
    ('2', '0.12')
    """
    found = float(f"{value:.{digits}g}")
    return str(int(found)) if found == int(found) else repr(found)


def _power_of_ten(value: float) -> int:
    return math.floor(math.log10(abs(value)) + 1e-9)


def tick(value: float) -> str:
    """Return the label of a tick of a line plot: four digits, or two times a power of ten.

    Examples
    --------
    >>> tick(0.5), tick(-20), tick(1e6), tick(2e-5)
    ('0.5', '−20', '10⁶', '2·10⁻⁵')
    """
    if value == 0:
        return "0"
    if 1e-3 <= abs(value) < 1e5:
        return minus(short(value, 4))
    power = _power_of_ten(value)
    front, raised = short(value / 10**power, 2), str(power).translate(_RAISED)
    return f"10{raised}" if front == "1" else minus(f"{front}·10{raised}")


def axis_number(value: float, position: int | None = None) -> str:
    """Return the label of a tick of a figure: as `tick`, with thousands set apart and every digit that is there.

    `position` is what Matplotlib hands over besides.

    Examples
    --------
    >>> axis_number(10000), axis_number(-0.25), axis_number(2e6)
    ('10,000', '−0.25', '2·10⁶')
    """
    if value != 0 and not 1e-3 <= abs(value) < 1e5:
        power = _power_of_ten(value)
        raised, front = str(power).translate(_RAISED), value / 10.0**power
        return f"10{raised}" if round(front, 6) == 1 else f"{front:g}·10{raised}"
    return minus(f"{value:,.10g}")
