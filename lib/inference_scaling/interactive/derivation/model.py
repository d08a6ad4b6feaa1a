"""What a derivation is made of: symbols with their domains, and steps with their relations."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import sympy

from . import expressions


class DerivationError(ValueError):
    """A derivation is malformed, or a step of it is wrong; names derivation and step."""


@dataclass(frozen=True)
class Symbol:
    """A symbol and where it lives.

    Parameters
    ----------
    name : str
        As written in the lines, such as ``p``.
    meaning : str
    low, high : float
        The domain; both ends belong to it.
    integer : bool
    log : bool
        Points of the domain are drawn on a logarithmic scale.
    start : float, optional
        Where the page's slider rests; the symbol has no slider without it.
    unit : str
    """

    name: str
    meaning: str
    low: float
    high: float
    integer: bool = False
    log: bool = False
    start: float | None = None
    unit: str = ""

    @property
    def expr(self) -> sympy.Symbol:
        """The symbol itself, with the assumptions that its domain allows."""
        kind = {"integer": True} if self.integer else {"real": True}
        sign = {"positive": True} if self.low > 0 else {"nonnegative": True} if self.low == 0 else {}
        return sympy.Symbol(self.name, **kind, **sign)

    def fault(self) -> str | None:
        """Return what is wrong with the declaration, or None."""
        if not re.fullmatch(r"[A-Za-z]\w*", self.name):
            return f"the name {self.name!r} is not letters and digits"
        if not self.low < self.high:
            return f"the domain [{self.low}, {self.high}] is empty"
        if self.log and self.low <= 0:
            return f"a logarithmic domain must be above 0, got {self.low}"
        if self.integer and not (float(self.low).is_integer() and float(self.high).is_integer()):
            return f"the ends of an integer domain must be integers, got [{self.low}, {self.high}]"
        if self.start is not None and not self.low <= self.start <= self.high:
            return f"the slider starts at {self.start}, outside [{self.low}, {self.high}]"
        if self.start is not None and self.integer and not float(self.start).is_integer():
            return f"the slider of an integer starts at {self.start}"
        return None


@dataclass(frozen=True)
class Mistake:
    """A next line that learners write, and what it means; shown to be really different at build."""

    expr: Any
    message: str


@dataclass(frozen=True, kw_only=True)
class Form:
    """What a typed line of the right value must look like to count as finished.

    Without it a line may be as long as the author's own. In each case the line above, typed again, is no progress.

    Parameters
    ----------
    says : str
        What the page answers to a line of the right value in another form.
    most : int, optional
        How much may be written at most, counted as by `expressions.size`.
    uses, avoids : tuple of str
        Symbols and functions that must occur, or must not; ``^`` for powers. ``e^x`` counts as ``exp``.
    """

    says: str
    most: int | None = None
    uses: tuple[str, ...] = ()
    avoids: tuple[str, ...] = ()

    def kept(self, tree: expressions.Tree) -> bool:
        """Say whether a tree has this form."""
        names = expressions.names(tree)
        fits = self.most is None or expressions.size(tree) <= self.most
        return fits and names.issuperset(self.uses) and names.isdisjoint(self.avoids)


@dataclass(frozen=True, kw_only=True)
class Step:
    """One line.

    Parameters
    ----------
    tex : str
        The line as the author types it; algebra systems reorder terms.
    right : sympy expression
        What the line says, as a value.
    reason : str
        One line: why it follows.
    left : sympy expression, optional
        What it follows from; the value of the line before when left out.
    question : str
        What a reader may try before opening the line.
    mistakes : tuple of Mistake
        With two or more, the page offers to try the line by typing it.
    form : Form, optional
        What a typed line must look like.
    algebra : bool
        Computer algebra and interval arithmetic try the step; False where they are known to search in vain.
    """

    relation: ClassVar[str] = ""
    tex: str
    right: Any
    reason: str
    left: Any = None
    question: str = ""
    mistakes: tuple[Mistake, ...] = ()
    form: Form | None = None
    algebra: bool = True


@dataclass(frozen=True, kw_only=True)
class Definition(Step):
    """A name is given; there is nothing to check."""

    relation: ClassVar[str] = "definition"


@dataclass(frozen=True, kw_only=True)
class Equality(Step):
    """Both sides are equal on the whole domain."""

    relation: ClassVar[str] = "equality"


@dataclass(frozen=True, kw_only=True)
class Special(Step):
    """The line before with values put in: `at` maps names of symbols to expressions."""

    relation: ClassVar[str] = "special case"
    at: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Solution(Step):
    """`right` is where `equation` (an expression that is to be zero) vanishes, for the symbol `of`."""

    relation: ClassVar[str] = "solution"
    equation: Any
    of: str


@dataclass(frozen=True, kw_only=True)
class BoundedApproximation(Step):
    """`least` <= right − left <= `most` on the whole domain: both sides of the error are stated."""

    relation: ClassVar[str] = "approximation"
    least: Any
    most: Any
    bound_tex: str


@dataclass(frozen=True, kw_only=True)
class Limit(Step):
    """The line before as the symbol `of` goes to `to`: from both sides, or from the `side` that is named.

    `near` are the values of `of` at which the approach is watched where computer algebra gives no limit:
    at least three, each a constant factor nearer than the one before.
    """

    relation: ClassVar[str] = "limit"
    of: str
    to: Any
    side: str = "both"
    near: tuple[float, ...] = (1e4, 1e6, 1e8, 1e10)


@dataclass(frozen=True, kw_only=True)
class Inequality(Step):
    """The left side is at most (``<=``) or at least (``>=``) `right`, on the whole domain."""

    relation: ClassVar[str] = "inequality"
    sense: str


@dataclass(frozen=True, kw_only=True)
class Plot:
    """Which lines the page draws, over which symbol.

    Parameters
    ----------
    over : str
        The symbol on the horizontal axis; it needs a slider.
    lines : dict
        Numbers of steps, counted from 1, each with its label. An approximation brings its error band.
    label : str
        What the vertical axis shows.
    low, high : float
        The ends of the vertical axis.
    log : bool
        The vertical axis is logarithmic.
    """

    over: str
    lines: Mapping[int, str]
    label: str
    low: float
    high: float
    log: bool = False


@dataclass(frozen=True, eq=False, repr=False)
class DerivationSpec:
    """An ordered list of steps over symbols: what the check reads. `Derivation` shows it.

    Raises
    ------
    DerivationError
        For a step that uses a symbol without a domain, an unknown symbol in `at` or `of`, a first step that
        follows from nothing, or two symbols of one name.
    """

    id: str
    title: str
    symbols: tuple[Symbol, ...]
    steps: tuple[Step, ...]
    plot: Plot | None = None

    def __post_init__(self) -> None:
        known = [symbol.name for symbol in self.symbols]
        for symbol in self.symbols:
            if fault := symbol.fault():
                raise DerivationError(f"{self.id}, symbol {symbol.name}: {fault}")
        if len(set(known)) != len(known):
            raise DerivationError(f"{self.id}: a symbol is declared twice: {known}")
        if not self.steps:
            raise DerivationError(f"{self.id}: a derivation needs at least one step")
        for number, step in enumerate(self.steps, start=1):
            if fault := self._fault(number, step, set(known)):
                raise DerivationError(f"{self.id}, step {number}: {fault}")
        if self.plot is not None and (fault := self._plot_fault(self.plot)):
            raise DerivationError(f"{self.id}, plot: {fault}")

    def _fault(self, number: int, step: Step, known: set[str]) -> str | None:
        used = {name for name in (getattr(step, "of", None), *getattr(step, "at", {})) if name}
        for expr in _expressions(step):
            try:
                expressions.tree(expr)
                used |= {str(one) for one in sympy.sympify(expr).free_symbols}
            except (ValueError, TypeError, AttributeError, sympy.SympifyError) as error:
                return f"{expr!r} is no expression: {error}"
        if unknown := sorted(used - known):
            return f"the symbol {unknown[0]!r} has no domain; declared: {sorted(known)}"
        if number == 1 and step.left is None and not isinstance(step, Definition):
            return "a first step that is no definition needs its left side"
        if r"\phantom" in step.tex:
            return r"\phantom says nothing to a screen reader: write the left side out"
        if isinstance(step, Inequality) and step.sense not in ("<=", ">="):
            return f"the sense of an inequality is '<=' or '>=', got {step.sense!r}"
        if isinstance(step, Limit) and step.side not in ("both", "above", "below"):
            return f"the side of a limit is 'both', 'above' or 'below', got {step.side!r}"
        return self._form_fault(number, step, known) if step.form else None

    def _form_fault(self, number: int, step: Step, known: set[str]) -> str | None:
        form, above = step.form, self.left(number - 1) if number > 1 or step.left is not None else None
        if unknown := sorted({*form.uses, *form.avoids} - known - expressions.NAMED):
            return f"the form speaks of {unknown[0]!r}; it may speak of {sorted(known | expressions.NAMED)}"
        if not form.kept(expressions.tree(step.right)):
            return "the line itself does not have the form that is asked for"
        if above is not None and form.kept(expressions.tree(above)):
            return "what the line follows from has the form that is asked for already: it asks for nothing"
        return None

    def _plot_fault(self, plot: Plot) -> str | None:
        if plot.over not in {symbol.name for symbol in self.symbols if symbol.start is not None}:
            return f"{plot.over!r} is no symbol with a slider"
        if missing := [number for number in plot.lines if not 1 <= number <= len(self.steps)]:
            return f"there is no line {missing[0]}; its lines have the numbers 1 to {len(self.steps)}"
        shown = {str(one) for number in plot.lines for one in sympy.sympify(self.steps[number - 1].right).free_symbols}
        still = shown - {symbol.name for symbol in self.symbols if symbol.start is not None}
        return f"its lines contain {sorted(still)[0]!r}, which has no slider" if still else None

    def left(self, index: int) -> Any:
        """Return what step `index` follows from."""
        step = self.steps[index]
        return step.left if step.left is not None else self.steps[index - 1].right

    def function(self, index: int) -> Callable[..., Any]:
        """Return the value of line `index` as a NumPy function of the symbols, in their order.

        Examples
        --------
        >>> from inference_scaling.lessons.theorem.derivations import diminishing_returns
        >>> round(float(diminishing_returns.function(1)(0.05, 64)), 4)
        0.9625
        """
        expr = sympy.sympify(self.steps[index].right)
        names = [symbol.expr for symbol in self.symbols if symbol.expr in expr.free_symbols]
        return sympy.lambdify(names, expr, "numpy")

    def band(self, index: int) -> tuple[Any, Any] | None:
        """Return between which expressions an approximation's exact value lies; None for another step."""
        step = self.steps[index]
        if not isinstance(step, BoundedApproximation):
            return None
        right = sympy.sympify(step.right)
        return right - step.most, right - step.least


def _expressions(step: Step) -> list[Any]:
    named = [getattr(step, name, None) for name in ("left", "least", "most", "equation")]
    found = [step.right, *named, *getattr(step, "at", {}).values(), *(one.expr for one in step.mistakes)]
    return [one for one in found if one is not None]
