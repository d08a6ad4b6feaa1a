"""Answers that are alike, as a list for a person: never a verdict, and with how often two of the class agree by chance.

Code is compared without what a copier changes first: names, comments, spacing, documentation, types, and the order and
names of imports. What was handed out does not count. Pieces of five tokens of one answer are looked for in the other
(containment of shingles: A. Z. Broder, On the resemblance and containment of documents, 1997).

Short answers are alike by themselves. So very short ones are left out, and a group is listed only where other pairs of
the same class and task are seldom alike.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from math import comb
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse

from ..answers import judge
from ..answers.task import Function
from ..classroom import solutions
from ..lessons import registry
from .csv_cells import csv_text
from .tables import rows_of

__all__ = ["ALIKE", "SAME_VALUE", "SIMILAR", "AlikeGroup", "alike", "find", "read", "table", "tokens"]

# Where the list lies in a report.
SIMILAR = "similar.csv"
IDENTICAL, NEARLY, SAME_VALUE = "identical code", "nearly identical code", "the same wrong answer"
ALIKE = 0.8
SHINGLE = 5
# Three lines or so. What is shorter, many write.
LEAST_TOKENS = 30
# Of one answer to the other, in tokens: a short one is in every long one.
LEAST_RATIO = 1 / 3
LONGEST = 10_000
# How often other pairs may be alike, and how large a part of the class a group may be, for a group to say anything.
MOST_BY_CHANCE = 0.02
MOST_OF_CLASS = 1 / 3
FEW = 3
LEAST_DIGITS = 3
LEAST_TEXT = 8
ROWS_AT_ONCE = 256


@dataclass(frozen=True)
class AlikeGroup:
    """Students whose answers to a task are alike.

    Attributes
    ----------
    who : tuple of str
    least : float
        How alike the least alike pair of neighbours is, from `ALIKE` to 1.
    others_alike, other_pairs : int
        How many other pairs of the class are alike, and how many there are.
    task, what : str
    like_the_book : bool
        Whether the book's own, public solution is alike too.
    """

    who: tuple[str, ...]
    least: float
    others_alike: int
    other_pairs: int
    task: str = ""
    what: str = ""
    like_the_book: bool = False

    @property
    def by_chance(self) -> float:
        """How often two others of the class are alike."""
        return self.others_alike / self.other_pairs if self.other_pairs else 0.0


def find(results: Iterable[Mapping[str, Any]], stubs: Mapping[str, str]) -> list[AlikeGroup]:
    """Return the groups of a class: code by function task, then wrong answers that no named slip explains.

    Parameters
    ----------
    results : iterable of mapping
        Results of the grader.
    stubs : mapping
        What was handed out for each task.
    """
    code: dict[str, dict[str, str]] = {}
    values: dict[str, dict[str, str]] = {}
    for result in results:
        for task in result["tasks"]:
            if _is_code(task):
                code.setdefault(task["id"], {})[result["student"]] = task["code"]
            elif _unexplained(task):
                values.setdefault(task["id"], {})[result["student"]] = task["value"]
    found = [group for task, codes in code.items() for group in _code_of(task, codes, stubs.get(task, ""))]
    for task, given in values.items():
        said = {who: value for who, value in given.items() if _telling(value)}
        found += [
            replace(group, task=task, what=SAME_VALUE) for group in _listed(_by_value(said), _pairs(said), len(said))
        ]
    return sorted(found, key=lambda group: (group.task, group.what, group.by_chance, group.who))


def _is_code(task: Mapping[str, Any]) -> bool:
    begun = task["verdict"] not in (judge.UNDEFINED, judge.UNTOUCHED)
    return begun and bool(task.get("code")) and isinstance(registry.find(task["id"]).answer_type, Function)


def _unexplained(task: Mapping[str, Any]) -> bool:
    wrong = task["verdict"] in (judge.NOT_YET, judge.WRONG_KIND)
    return wrong and bool(task["value"]) and not task["misconception"]


def _telling(value: str) -> bool:
    """Whether an answer is one that two people hardly give by themselves.

    Examples
    --------
    >>> [_telling(value) for value in ("0.5", "1200", "17.23", "p*q", "1-(1-p)^k")]
    [False, False, True, False, True]
    """
    try:
        float(value)
    except ValueError:
        return len(value) >= LEAST_TEXT
    digits = value.lower().partition("e")[0].replace(".", "").strip("-0")
    return len(digits) >= LEAST_DIGITS


def _code_of(task: str, codes: Mapping[str, str], stub: str) -> Iterator[AlikeGroup]:
    """Yield the groups of a function task."""
    read = {who: tokens(code, stub) for who, code in codes.items()}
    book = tokens(solutions.code(registry.find(task)), stub) if registry.part_of(task) in registry.parts() else ()
    for group in alike(read):
        what = IDENTICAL if len({read[who] for who in group.who}) == 1 else NEARLY
        like = bool(book) and _containment(_shingles(read[group.who[0]]), _shingles(book)) >= ALIKE
        yield replace(group, task=task, what=what, like_the_book=like)


# Code as tokens


_BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")
_NOT_COMPARED = ("annotation", "returns", "type_comment", "type_params", "decorator_list")
_FOR_JUPYTER = re.compile(r"(?m)^\s*[%!].*$|^.*\?\s*$")

Line = tuple[str, ...]


@lru_cache(maxsize=65_536)
def tokens(code: str, stub: str) -> Line:
    """Return code as tokens without names of its own, comments, types, imports and the lines of the stub; empty for
    what cannot be read, or is too long to be typed."""
    handed_out = set(_lines(stub))
    return tuple(token for line in _lines(code) if line not in handed_out for token in line)


@lru_cache(maxsize=4_096)
def _lines(code: str) -> tuple[Line, ...]:
    if len(code) > LONGEST:
        return ()
    try:
        with warnings.catch_warnings(action="ignore"):
            tree = ast.parse(_FOR_JUPYTER.sub("", code))
        return tuple(_statements(tree.body, _Names.of(tree)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        # A text can be made to break the parser.
        return ()


@dataclass(frozen=True)
class _Names:
    """What names mean in a code: those of imports what they import, those that it gives itself nothing."""

    imported: Mapping[str, str]
    own: frozenset[str]

    @classmethod
    def of(cls, tree: ast.AST) -> _Names:
        imported: dict[str, str] = {}
        own: set[str] = set()
        for node in ast.walk(tree):
            match node:
                case ast.Import(names=names):
                    imported |= {one.asname or one.name.split(".")[0]: one.name for one in names}
                case ast.ImportFrom(module=module, names=names):
                    imported |= {one.asname or one.name: f"{module}.{one.name}" for one in names}
                case ast.Name(id=name, ctx=ast.Store() | ast.Del()) | ast.arg(arg=name):
                    own.add(name)
                case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                    own.add(name)
        return cls(imported, frozenset(own))

    def meaning(self, name: str) -> str:
        return "name" if name in self.own else self.imported.get(name, name)


def _statements(body: Sequence[ast.AST], names: _Names) -> Iterator[Line]:
    """Yield the statements of a block as lines of tokens, and those of the blocks in them."""
    for statement in body:
        match statement:
            case ast.Import() | ast.ImportFrom() | ast.Expr(value=ast.Constant()):
                continue
        yield tuple(_tokens(statement, names))
        for block in _BLOCKS:
            yield from _statements(getattr(statement, block, ()), names)


def _tokens(node: ast.AST, names: _Names) -> Iterator[str]:
    """Yield the tokens of a node without its blocks."""
    match node:
        case ast.Name(id=name):
            yield names.meaning(name)
            return
        case ast.Constant(value=value):
            yield repr(value)[:80]
            return
        case ast.arg():
            yield "name"
            return
        case ast.Attribute(attr=attribute):
            yield f".{attribute}"
        case ast.keyword(arg=argument):
            yield f"{argument}="
        case ast.expr_context():
            return
        case _:
            yield type(node).__name__
    for field, value in ast.iter_fields(node):
        if field in _NOT_COMPARED or (field in _BLOCKS and isinstance(value, list)):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield from _tokens(child, names)


# Alike


def _shingles(line: Line) -> frozenset[Line]:
    return frozenset(line[at : at + SHINGLE] for at in range(len(line) - SHINGLE + 1))


def _containment(one: frozenset[Any], other: frozenset[Any]) -> float:
    return len(one & other) / min(len(one), len(other)) if one and other else 0.0


def alike(answers: Mapping[str, Line]) -> list[AlikeGroup]:
    """Return who wrote alike, where that says something.

    Parameters
    ----------
    answers : mapping
        Tokens by student, as `tokens` returns them. Those of too few are left out of the groups, and count among the
        pairs of the class.
    """
    forms: dict[Line, list[str]] = {}
    for who in sorted(answers):
        if answers[who]:
            forms.setdefault(answers[who], []).append(who)
    kinds = list(forms)
    edges = list(_alike_pairs(kinds))
    # Pairs of students: those with one form, and those with two forms that are alike.
    pairs = sum(comb(len(those), 2) for those in forms.values())
    pairs += sum(len(forms[kinds[one]]) * len(forms[kinds[other]]) for one, other, _ in edges)
    of = sum(map(len, forms.values()))
    found = []
    for members in _joined(len(kinds), edges):
        who = tuple(sorted(name for at in members for name in forms[kinds[at]]))
        inside = [edge for edge in edges if edge[0] in members]
        within = sum(comb(len(forms[kinds[at]]), 2) for at in members)
        within += sum(len(forms[kinds[one]]) * len(forms[kinds[other]]) for one, other, _ in inside)
        if len(who) > 1 and all(len(kinds[at]) >= LEAST_TOKENS for at in members):
            found.append((who, min((share for *_, share in inside), default=1.0), within))
    return _listed(found, pairs, of)


def _listed(found: Iterable[tuple[tuple[str, ...], float, int]], pairs: int, of: int) -> list[AlikeGroup]:
    """Return the groups that say something: with few students in them, where other pairs are seldom alike.

    Parameters
    ----------
    found : iterable of tuple
        Students, how alike they are, and how many pairs of them are.
    pairs, of : int
        Alike pairs of the class, and students in it.
    """
    groups = [
        AlikeGroup(who, round(least, 3), pairs - within, comb(of, 2) - comb(len(who), 2))
        for who, least, within in found
    ]
    few = max(FEW, MOST_OF_CLASS * of)
    # A single other pair says nothing of how often that happens: of a small class it would be too much.
    return sorted(
        (
            group
            for group in groups
            if len(group.who) <= few and (group.by_chance <= MOST_BY_CHANCE or group.others_alike <= 1)
        ),
        key=lambda group: group.who,
    )


def _alike_pairs(kinds: Sequence[Line]) -> Iterator[tuple[int, int, float]]:
    """Yield the pairs of forms that are alike, and how much."""
    sets = [_shingles(kind) for kind in kinds]
    place: dict[Line, int] = {}
    columns = [place.setdefault(one, len(place)) for shingles in sets for one in sorted(shingles)]
    sizes = np.array([len(shingles) for shingles in sets])
    ends = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    held = sparse.csr_matrix((np.ones(len(columns), np.int32), columns, ends), shape=(len(sets), max(len(place), 1)))
    for start in range(0, len(sets), ROWS_AT_ONCE):
        shared = (held[start : start + ROWS_AT_ONCE] @ held.T).tocoo()
        rows = shared.row + start
        upper = rows < shared.col
        rows, others, common = rows[upper], shared.col[upper], shared.data[upper]
        smaller, larger = np.minimum(sizes[rows], sizes[others]), np.maximum(sizes[rows], sizes[others])
        close = (common >= ALIKE * smaller) & (smaller >= LEAST_RATIO * larger)
        for one, other, many, least in zip(rows[close], others[close], common[close], smaller[close], strict=True):
            yield int(one), int(other), float(many / least)


def _joined(number: int, edges: Iterable[tuple[int, int, float]]) -> list[set[int]]:
    """Return the groups into which pairs join what they connect; what no pair holds is a group of its own."""
    rows, columns = [one for one, *_ in edges], [other for _, other, _ in edges]
    graph = sparse.coo_matrix((np.ones(len(rows), np.int8), (rows, columns)), shape=(number, number))
    _, labels = sparse.csgraph.connected_components(graph, directed=False)
    members: dict[int, set[int]] = {}
    for at, label in enumerate(labels):
        members.setdefault(int(label), set()).add(at)
    return list(members.values())


def _pairs(given: Mapping[str, Hashable]) -> int:
    """Return how many pairs gave the same."""
    return sum(comb(many, 2) for many in Counter(given.values()).values())


def _by_value(given: Mapping[str, str]) -> list[tuple[tuple[str, ...], float, int]]:
    """Return who gave the same, for `_listed`."""
    who: dict[str, list[str]] = {}
    for student in sorted(given):
        who.setdefault(given[student], []).append(student)
    return [(tuple(those), 1.0, comb(len(those), 2)) for those in who.values() if len(those) > 1]


# The table


COLUMNS = ("part", "task", "what", "students", "alike at least", "others alike", "of pairs", "as the book's solution")
SEPARATOR = "; "


def table(groups: Iterable[AlikeGroup]) -> str:
    """Return the list as CSV."""
    rows = (
        [
            registry.part_of(group.task),
            group.task,
            group.what,
            SEPARATOR.join(group.who),
            f"{group.least:g}",
            group.others_alike,
            group.other_pairs,
            "yes" if group.like_the_book else "",
        ]
        for group in groups
    )
    return csv_text([COLUMNS, *rows])


def read(path: Path) -> list[tuple[str, str, tuple[str, ...]]]:
    """Return task, what is alike, and whose answers, of every row of a list; none where there is no file.

    Raises
    ------
    CourseError
        For a file that is no such list.
    """
    if not path.exists():
        return []
    rows = rows_of(path, ("task", "what", "students"))
    return [(row["task"], row["what"], tuple(row["students"].split(SEPARATOR))) for _, row in rows]
