"""The tables of the part Reference, made from the data that the program itself uses."""

from __future__ import annotations

import html
import platform
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import version
from inspect import signature
from pathlib import Path
from types import MappingProxyType

from ..display import markup
from ..display.markup import Markup, scrolling
from ..display.mathml import mathml
from ..display.numbers import general, grouped, minus
from ..sources import recorded
from . import claims, corrections, glossary, multiplicity, paths
from .estimators import QUANTITIES, bias, bias_of_all
from .published import COMPARISONS, outcome, published, quoted

__all__ = ["NOTATION", "TABLES", "NotationEntry", "located", "notation", "table"]

NOTATION = Path("book/reference/notation.toml")
# What a reader must have to get the same numbers and the same pages; everything else is in the lock file.
PACKAGES = ("numpy", "scipy", "sympy", "mpmath", "jupyter-book", "sphinx", "myst-nb", "nbval", "jupyterlab", "nbgrader")


@dataclass(frozen=True)
class NotationEntry:
    """One letter of the book: `code` is where the program has it, ``module.function:parameter`` or a name."""

    symbol: str
    code: str
    means: str
    unit: str
    first: str


def notation(root: Path) -> list[NotationEntry]:
    """Return the letters of the book in the order of the file.

    Raises
    ------
    ValueError
        For a row with a missing or unknown field, or a letter that stands twice.
    """
    with open(root / NOTATION, "rb") as file:
        rows = tomllib.load(file).get("symbol", [])
    symbols = []
    for number, row in enumerate(rows, start=1):
        try:
            symbols.append(NotationEntry(**row))
        except TypeError as error:
            raise ValueError(f"{NOTATION}: row {number} ({row.get('symbol', 'no symbol')}): {error}") from None
        if symbols[-1].symbol in {symbol.symbol for symbol in symbols[:-1]}:
            raise ValueError(f"{NOTATION}: row {number}: the letter {symbols[-1].symbol!r} stands twice")
    return symbols


def located(code: str) -> object:
    """Return what a code name of the notation refers to: an object of the library, or a parameter of one.

    Raises
    ------
    LookupError
        When the library has no such name or parameter.
    """
    path, _, parameter = code.partition(":")
    module_name, _, name = path.rpartition(".")
    try:
        found = getattr(import_module(f"inference_scaling.{module_name}"), name)
        return signature(found).parameters[parameter] if parameter else found
    except (ImportError, AttributeError, KeyError):
        raise LookupError(f"the library has no {code!r}") from None


def table(name: str, head: Sequence[str], rows: Iterable[Sequence[str]], *, names_row: int = 0) -> str:
    """Return a table that scrolls on its own, can be sorted by its heads and filtered.

    Cells are HTML. The column `names_row` names its row to a screen reader; it must hold text, not only a formula.
    """
    cells = ([Markup(cell) for cell in row] for row in rows)
    return scrolling(markup.table(head, cells, class_="its-sortable", names_row=names_row), name)


def _number(value: float) -> str:
    text = grouped(value) if abs(value) >= 1000 else general(value)
    return minus(text)


def _lessons(up: str, names: Iterable[str]) -> str:
    return ", ".join(f'<a href="{up}{name}.html">{html.escape(name.removeprefix("book/"))}</a>' for name in names)


def _notation(root: Path, up: str) -> str:
    rows = [
        (
            mathml(one.symbol, "inline"),
            f"<code>{html.escape(one.code)}</code>" if one.code else "",
            html.escape(one.means),
            html.escape(one.unit),
            _lessons(up, [f"book/{one.first}"]),
        )
        for one in notation(root)
    ]
    return table("Notation", ("Letter", "In code", "Meaning", "Unit", "First used in"), rows, names_row=2)


def _glossary(root: Path, up: str) -> str:
    return glossary.page_html(glossary.read(root / glossary.GLOSSARY), up)


def _compared(root: Path, up: str) -> str:
    rows = []
    for key, comparison in COMPARISONS.items():
        row = published()[key]
        ours, same = outcome(comparison, row.value)
        how = comparison.how + (f"; {comparison.why}" if comparison.why else "")
        rows.append(
            (
                f"{html.escape(row.quantity)}; {html.escape(row.setting)}",
                _number(row.value),
                _number(ours),
                "reproduced" if same else "differs",
                html.escape(how),
                html.escape(row.source),
            )
        )
    return table("Published numbers computed again", ("What", "Theirs", "Ours", "Result", "Ours from", "Source"), rows)


def _quoted(root: Path, up: str) -> str:
    pages = quoted(root)
    rows = [
        (
            f"{html.escape(row.quantity)}; {html.escape(row.setting)}",
            "a statement" if row.value is None else f"{_number(row.value)} {html.escape(row.unit)}",
            html.escape(row.source),
            _lessons(up, pages.get(key, ())),
            html.escape(row.note),
        )
        for key, row in published().items()
        if key not in COMPARISONS
    ]
    return table("Quoted numbers", ("What", "Value", "Source", "Quoted in", "Note"), rows)


def _corrections(root: Path, up: str) -> str:
    titles = {stop.name.removeprefix("book/"): stop.header.title for stop in paths.lessons(root)}
    titles["index"] = "The first page"
    return corrections.page_html(corrections.read(root), claims.read(root / claims.REGISTER), titles, up)


def _multiplicity(root: Path, up: str) -> str:
    return multiplicity.page_html(claims.read(root / claims.REGISTER).values())


def _estimators(name: str) -> Callable[[Path, str], str]:
    def shown(root: Path, up: str) -> str:
        quantity = QUANTITIES[name]
        rows = [
            (
                f"<code>{html.escape(one.call)}</code>",
                *(
                    "refused" if one.recorded_only and k > quantity.recorded else f"{one.value(k):.3f}"
                    for k in quantity.k
                ),
                html.escape(one.assumes),
                html.escape(one.take),
            )
            for one in quantity.estimators
        ]
        head = ("Estimator", *(f"k = {k}" for k in quantity.k), "Assumes", "Take it when")
        return table(quantity.title, head, rows)

    return shown


def _bias(title: str, of: Callable[[int], dict[str, float]]) -> Callable[[Path, str], str]:
    def shown(root: Path, up: str) -> str:
        tries = (1, 2, 5, 10)
        columns = [of(k) for k in tries]
        rows = [
            (f"<code>{html.escape(name)}</code>", *(f"{column[name]:.4g}" for column in columns)) for name in columns[0]
        ]
        return table(title, ("Estimator", *(f"k = {k}" for k in tries)), rows)

    return shown


def _versions(root: Path, up: str) -> str:
    rows = [("Python", platform.python_version()), *((name, version(name)) for name in PACKAGES)]
    return table("Versions", ("Package", "Version"), rows)


def _run_times(root: Path, up: str) -> str:
    stops = paths.lessons(root)
    rows = [
        (f'<a href="{up}{stop.name}.html">{html.escape(stop.header.title)}</a>', f"{stop.header.seconds} s",
         f"{stop.header.minutes} min")
        for stop in stops
        if stop.header.seconds
    ]  # fmt: skip
    return table("Run times", ("Lesson", "Runs in", "To read"), rows)


def _licences(root: Path, up: str) -> str:
    described = {name: recorded.about(name) for name in recorded.tables()} | recorded.trained()
    rows = [
        (
            f"<code>{html.escape(name)}</code>",
            *(html.escape(str(about[field])) for field in ("title", "licence", "citation", "source")),
        )
        for name, about in described.items()
    ]
    return table("Licences of the data", ("Data", "What it is", "Licence", "Cite", "Source"), rows)


TABLES: Mapping[str, Callable[[Path, str], str]] = MappingProxyType(
    {
        "notation": _notation,
        "glossary": _glossary,
        "compared": _compared,
        "quoted": _quoted,
        "corrections": _corrections,
        "multiplicity": _multiplicity,
        **{name: _estimators(name) for name in QUANTITIES},
        "bias": _bias("Bias of two estimators", bias),
        "bias-of-all": _bias("Bias of two estimators of pass^k", bias_of_all),
        "versions": _versions,
        "run-times": _run_times,
        "licences": _licences,
    }
)
