"""The register of claims: each statement of the book that a run decides, once.

The register is one TOML file. A claim's value is glued in one cell of its lesson with the claim's id
as key; `check` compares both, pages show a claim by a link whose target is its id (see `prose`), and the page of claims
is made from the register.
"""

from __future__ import annotations

import math
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import nbformat

from .._project import project_root
from ..display.numbers import minus
from ..display.output import MIME, rounded
from . import prose, verdicts
from .published import published

REGISTER = Path("book/reference/claims.toml")
KINDS = ("exact", "simulated", "recorded", "published", "open")
GLUED = MIME.format(kind="value")
Glued = float | int | str
_SOURCE = re.compile(r"[a-z0-9]+-\d\d")
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
# The data file or the function that a source names.
_FIRST_NAME = re.compile(r"[\w/]+\.\w+")
_TELLING = 3
# Text that would not read as itself in a link.
_MARKS = frozenset("[]()`*_<>\\|$\n")


class ClaimError(ValueError):
    """A claim is malformed, differs from its cell, or is not where the register places it."""


@dataclass(frozen=True)
class Claim:
    """One claim.

    `page` is the lesson without ending, below ``book/``. `value` is what the register says and `tolerance`
    how far a run may differ. `format` is a Python format for showing it. `about` says, in our words, the belief
    that the claim settles, and `verdict` is one of `verdicts.VERDICTS`. `condition` ends the sentence "holds if …";
    `remark` stands beside any other verdict. `interval` is a 95 % interval that the lesson shows, `over` what it is
    taken over; where the verdict rests on the interval leaving a value out, `null` is that value.
    """

    id: str
    page: str
    statement: str
    kind: str
    source: str
    value: float | None = None
    tolerance: float | None = None
    format: str = ".3g"
    verdict: str = "open"
    about: str = ""
    condition: str = ""
    remark: str = ""
    interval: Sequence[float] | None = None
    over: str = ""
    null: float | None = None

    @property
    def shown(self) -> str:
        """The value as pages show it."""
        return "open" if self.value is None else minus(format(self.value, self.format))

    @property
    def span(self) -> str:
        """The interval as the page of claims shows it, or nothing."""
        return "" if self.interval is None else verdicts.shown(self.interval)


FIELDS = {field.name for field in fields(Claim)}


def glue(key: str, value: Glued) -> None:
    """Store a scalar of a lesson under `key`, rounded to 4 significant digits, for prose and claims.

    The cell shows it as ``key = value``; the page of the site leaves that line out.

    Raises
    ------
    TypeError, ValueError
        When `value` is not one finite number or a plain string, or `key` is not words joined by hyphens.
    """
    from IPython.display import display

    number = rounded(value)
    if isinstance(number, (list, dict, bool)) or number is None:
        raise TypeError(f"glue takes one number or string, got {type(value).__name__} for {key!r}")
    if not _ID.fullmatch(key):
        raise ValueError(f"a key is lower-case words joined by hyphens, as in 'gain-at-16', got {key!r}")
    if isinstance(number, str) and (not number.strip() or _MARKS & set(number)):
        raise ValueError(f"glue takes a string without Markdown's own signs, got {number!r} for {key!r}")
    display({"text/plain": f"{key} = {number}", GLUED: {"key": key, "value": number}}, raw=True)


@dataclass(frozen=True)
class GluedValue:
    """One value that an executed cell glued; `cell` counts all cells of the notebook from 1."""

    key: str
    value: Glued
    cell: int


def outputs(notebook: Any) -> Iterator[GluedValue]:
    """Yield what the cells of an executed notebook glued, in their order."""
    for number, cell in enumerate(notebook.cells, start=1):
        for output in cell.get("outputs", []):
            stored = output.get("data", {}).get(GLUED)
            if stored is not None:
                yield GluedValue(stored["key"], stored["value"], number)


def read(path: Path) -> dict[str, Claim]:
    """Return the claims of a register by id.

    Raises
    ------
    ClaimError
        Naming the line of the file, the claim and the field: duplicate id, one estimand under two ids, unknown kind
        or verdict, a verdict that the interval does not bear, tolerance of zero on a simulated claim, a published
        claim whose source names no verified published number.
    """
    text = Path(path).read_text(encoding="utf-8")
    try:
        rows = tomllib.loads(text).get("claim", [])
    except tomllib.TOMLDecodeError as error:
        raise ClaimError(f"{path}: {error}") from None
    lines = [number for number, line in enumerate(text.splitlines(), start=1) if line.strip() == "[[claim]]"]
    claims: dict[str, Claim] = {}
    for line, row in zip(lines, rows, strict=True):
        where = f"{path}, line {line} ({row.get('id', 'no id')})"
        claim = _claim(row, where)
        if claim.id in claims:
            raise ClaimError(f"{where}: the id {claim.id!r} is already taken")
        if twin := next((other for other in claims.values() if _one_estimand(claim, other)), None):
            raise ClaimError(
                f"{where}: measures the same as {twin.id!r}, whose verdict is {twin.verdict!r}. Keep one of the two "
                f"ids; the other page shows it by the link [](#{twin.id})"
            )
        claims[claim.id] = claim
    return claims


def _one_estimand(claim: Claim, other: Claim) -> bool:
    """Say whether two claims are one: in words, or by a number and an interval that no accident gives twice."""
    if claim.statement.casefold() == other.statement.casefold():
        return True
    if claim.value is None or claim.value != other.value:
        return False
    if claim.interval is not None and other.interval is not None:
        return verdicts.shown(claim.interval) == verdicts.shown(other.interval)
    # A count such as 10, or a round share, is found twice by accident; a number of three digits from one source is not.
    long = len(f"{abs(claim.value):.4g}".replace(".", "").strip("0")) >= _TELLING
    return claim.interval is other.interval and long and _origin(claim) == _origin(other)


def _origin(claim: Claim) -> str:
    """Return the data file or the function that a source names first, or the whole source."""
    found = _FIRST_NAME.search(claim.source)
    return found[0] if found else claim.source


def _claim(row: Mapping[str, Any], where: str) -> Claim:
    if unknown := sorted(set(row) - FIELDS):
        raise ClaimError(f"{where}: unknown field {unknown[0]!r}; known: {sorted(FIELDS)}")
    if "verdict" not in row:
        raise ClaimError(f"{where}: needs a verdict, one of {verdicts.VERDICTS}")
    try:
        claim = Claim(**row)
    except TypeError as error:
        raise ClaimError(f"{where}: {error}") from None
    if not _ID.fullmatch(claim.id):
        raise ClaimError(f"{where}: an id is lower-case words joined by hyphens, got {claim.id!r}")
    if claim.statement.startswith("The same"):
        raise ClaimError(
            f"{where}: the statement must say by itself what is measured (data, rule, number of samples, against "
            f"what), for rows are sorted and filtered; got {claim.statement!r}"
        )
    if claim.kind not in KINDS:
        raise ClaimError(f"{where}: kind must be one of {KINDS}, got {claim.kind!r}")
    if (claim.value is None) != (claim.kind == "open"):
        raise ClaimError(f"{where}: every claim but an open one has a value, got {claim.value!r}")
    if wrong := verdicts.problem(claim):
        raise ClaimError(f"{where}: {wrong}")
    if claim.kind == "open":
        return claim
    if isinstance(claim.value, bool) or not isinstance(claim.value, (int, float)) or not math.isfinite(claim.value):
        raise ClaimError(f"{where}: the value must be one finite number, got {claim.value!r}")
    if claim.tolerance is None or claim.tolerance < 0:
        raise ClaimError(f"{where}: needs a tolerance of zero or more, got {claim.tolerance!r}")
    if claim.kind == "simulated" and claim.tolerance == 0:
        raise ClaimError(f"{where}: a simulated value cannot have a tolerance of zero")
    if claim.kind == "published" and not any(key in published() for key in _SOURCE.findall(claim.source)):
        raise ClaimError(
            f"{where}: the source of a published claim names a verified row of published_numbers.csv, such as "
            f"'published_numbers.csv, brown-04', got {claim.source!r}"
        )
    try:
        format(claim.value, claim.format)
    except ValueError:
        raise ClaimError(f"{where}: {claim.format!r} is not a number format") from None
    return claim


def glued(path: Path) -> dict[str, Glued]:
    """Return what the cells of an executed notebook glued, by key."""
    return {one.key: one.value for one in outputs(nbformat.read(path, as_version=4))}


def _shown(root: Path) -> dict[str, set[str]]:
    """Return the pages that show each claim or other value, by key."""
    found: dict[str, set[str]] = {}
    for page in sorted((root / "book").rglob("*")):
        if page.suffix not in (".md", ".ipynb"):
            continue
        name = page.relative_to(root / "book").with_suffix("").as_posix()
        for link in (link for source in prose.texts(page) for link in prose.links(source)):
            found.setdefault(link.target, set()).add(name)
    return found


def check(root: Path) -> Iterator[str]:
    """Yield every disagreement between register, executed cells and pages, a sentence each."""
    shown = _shown(root)
    for claim in read(root / REGISTER).values():
        if claim.page not in shown.get(claim.id, ()):
            yield f"{claim.id}: registered for {claim.page}, but never shown there"
        if claim.kind == "open":
            continue
        page = root / "book" / f"{claim.page}.ipynb"
        if not page.is_file():
            yield f"{claim.id}: there is no lesson {claim.page}"
            continue
        value = glued(page).get(claim.id)
        if value is None:
            yield f"{claim.id}: no cell of {claim.page} glues it"
        elif isinstance(value, str):
            yield f"{claim.id}: {claim.page} glues {value!r}, which is not a number"
        else:
            yield from _disagreement(claim, value)


def _disagreement(claim: Claim, value: float) -> Iterator[str]:
    if not abs(value - claim.value) <= claim.tolerance:
        yield f"{claim.id}: the register says {claim.value:g} ± {claim.tolerance:g}, {claim.page} computed {value:g}"
    elif (computed := minus(format(value, claim.format))) != claim.shown:
        # Within the tolerance, and yet a reader would see two numbers for one thing.
        yield (
            f"{claim.id}: the table of claims shows {claim.shown}, the lesson {computed}: write value = {value:g} "
            f"into the register"
        )


def intervals(root: Path) -> Iterator[str]:
    """Yield each interval of the register that its lesson neither prints nor glues as ``NAME-low``, ``NAME-high``."""
    by_page: dict[str, list[Claim]] = {}
    for claim in read(root / REGISTER).values():
        # Where there is no such lesson, `check` says so.
        if claim.interval is not None and (root / "book" / f"{claim.page}.ipynb").is_file():
            by_page.setdefault(claim.page, []).append(claim)
    for name, told in by_page.items():
        page = root / "book" / f"{name}.ipynb"
        ends = glued(page)
        pairs = [(ends[key], ends.get(f"{key.removesuffix('-low')}-high")) for key in ends if key.endswith("-low")]
        found = [*verdicts.printed(page), *((float(low), float(high)) for low, high in pairs if high is not None)]
        for claim in told:
            if claim.interval is not None and not verdicts.among(claim.interval, found):
                yield f"{claim.id}: the register gives the interval {claim.span}, which no output of {name} shows"


def main() -> int:
    try:
        root = project_root(Path.cwd())
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    return report(root)


def report(root: Path) -> int:
    """Print every disagreement, or that there is none; return an exit status."""
    found = [*check(root), *intervals(root)]
    print("\n".join(found) if found else f"{len(read(root / REGISTER))} claims agree with the cells that settle them")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
