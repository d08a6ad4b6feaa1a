"""Three kinds of code cells, told apart by what they hold.

A cell that *teaches* is shown. A cell that *draws* prepares and draws a figure, prints what other cells have computed,
or checks what the text says: it is folded behind "Show the code". A cell of *machinery* (imports, stored values, the
book's own components shown by name, assertions that repeat a sentence) is not on the page, and is folded in JupyterLab.

The kind is read off the syntax tree of the whole notebook. What computes without calling the library is as visible as
the cells that use its results, so that no shown cell rests on a value that a reader cannot see the making of;
imports are the one exception. `make tidy` and ``python -m inference_scaling.site.notebooks mark`` set the tags.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Any

import nbformat

__all__ = ["LINE", "CellError", "Kind", "flow", "kinds", "mark", "problems", "split"]

# Columns that fit into the box of a page 1280 px wide, two less than were measured there: fonts differ.
LINE = 82

# Lines of printing from which on a fold of its own is shorter than they are.
WORTH = 3

# Notebooks that their readers work in: every cell is theirs, so none is folded.
WORKED_IN = ("exercises", "workshop")


class Kind(IntEnum):
    """Kinds in the order of visibility: of two reasons the higher one counts."""

    MACHINERY = 0
    DRAWS = 1
    TEACHES = 2


TAGS = {Kind.MACHINERY: "remove-input", Kind.DRAWS: "hide-input"}
_WORDS = {Kind.MACHINERY: "is machinery", Kind.DRAWS: "only draws", Kind.TEACHES: "teaches"}

_PACKAGE = "inference_scaling"
_COMPONENTS = tuple(f"{_PACKAGE}.{room}" for room in ("lessons", "classroom", "site"))
# Drawn by these: a figure, or an object of `interactive` that a cell makes itself.
_DRAWING = (f"{_PACKAGE}.figures", f"{_PACKAGE}.interactive")
# Loading a table and putting an interval around a mean are the same call on every page: they are no news.
_EVERYDAY = ("paired_interval", "problem_interval")
_TABLES = f"{_PACKAGE}.sources.recorded"

_COMPOUND = (ast.For, ast.While, ast.If, ast.With, ast.Try)
# A sentence that tells the reader to work in the code beside it.
_TOLD = re.compile(r"(?:^|[.:;!?]\s+)\**(?:Change|Replace|Edit|Modify|Vary|Set|Put your)\b", re.M)


class CellError(ValueError):
    """A cell whose kind cannot be told; the message names cell and line, and says what would be right."""


@dataclass(frozen=True)
class _Cell:
    """A code cell, read: its statements, what they bind, and what they take from earlier cells."""

    number: int
    source: str
    body: list[ast.stmt]
    bound: frozenset[str]
    taken: frozenset[str]
    # A sentence beside it tells the reader to change it, or it holds a stub.
    open_to_reader: bool


class _Names(dict[str, str]):
    """The notebook's imported names, each with the module that it comes from."""

    def module(self, node: ast.AST | None) -> str:
        root = _root(node)
        return self.get(root, "") if root else ""

    def is_component(self, node: ast.AST | None) -> bool:
        return _within(self.module(node), _COMPONENTS)

    def is_drawing(self, node: ast.AST | None) -> bool:
        return _within(self.module(node), _DRAWING)


def _within(module: str, rooms: Sequence[str]) -> bool:
    return any(module == room or module.startswith(f"{room}.") for room in rooms)


def _root(node: ast.AST | None) -> str | None:
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else None


def _leaves(statements: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the simple statements, those inside of loops and branches too."""
    for statement in statements:
        if not isinstance(statement, _COMPOUND):
            yield statement
            continue
        for branch in ("body", "orelse", "finalbody"):
            yield from _leaves(getattr(statement, branch, []))
        for handler in getattr(statement, "handlers", []):
            yield from _leaves(handler.body)


# Roles of simple statements.
_IMPORT, _STORE, _SHOW, _ASSERT, _FIGURE, _PRINT, _VALUE, _COMPUTE = (
    "import", "store", "show", "assert", "figure", "print", "value", "compute"
)  # fmt: skip
_SERVING = {_IMPORT, _STORE, _SHOW, _ASSERT}


def _role(statement: ast.stmt, names: _Names) -> str:
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return _IMPORT
    if isinstance(statement, ast.Assert):
        return _ASSERT
    if not isinstance(statement, ast.Expr):
        return _COMPUTE
    value = statement.value
    if not isinstance(value, ast.Call):
        return _SHOW if names.is_component(value) else _VALUE
    if _root(value) == "glue":
        return _STORE
    if names.is_component(value):
        return _SHOW
    if names.is_drawing(value):
        return _FIGURE
    if _root(value) == "print":
        return _PRINT
    # `rows.append(…)` changes something; what `its.…(…)` returns is shown.
    return _VALUE if _within(names.module(value), (_PACKAGE,)) else _COMPUTE


def _calls_library(node: ast.AST, names: _Names) -> bool:
    """Say whether a lesson's subject is called: the library, but for what every page calls."""
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and _within(module := names.module(call.func), (_PACKAGE,)):
            last = call.func.attr if isinstance(call.func, ast.Attribute) else _root(call.func)
            if not (_within(module, (*_COMPONENTS, *_DRAWING, _TABLES)) or last in _EVERYDAY):
                return True
    return False


def _targets(node: ast.AST) -> set[str]:
    found = {one.id for one in ast.walk(node) if isinstance(one, ast.Name) and not isinstance(one.ctx, ast.Load)}
    found |= {one.name for one in ast.walk(node) if isinstance(one, ast.FunctionDef | ast.ClassDef)}
    for one in ast.walk(node):
        if isinstance(one, ast.Import | ast.ImportFrom):
            found |= {(alias.asname or alias.name).split(".")[0] for alias in one.names}
    return found


def _loads(node: ast.AST) -> set[str]:
    """Return the names that a statement takes from outside of it."""
    inner = {one.arg for one in ast.walk(node) if isinstance(one, ast.arg)}
    for one in ast.walk(node):
        if isinstance(one, ast.comprehension | ast.For):
            inner |= _targets(one.target)
        elif isinstance(one, ast.FunctionDef):
            inner |= {target for statement in one.body for target in _targets(statement)}
    loaded = {one.id for one in ast.walk(node) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Load)}
    augmented = {one.target.id for one in ast.walk(node)
                 if isinstance(one, ast.AugAssign) and isinstance(one.target, ast.Name)}  # fmt: skip
    return (loaded - inner) | augmented


def _local_to_comprehensions(node: ast.AST) -> set[str]:
    return {name for one in ast.walk(node) if isinstance(one, ast.comprehension) for name in _targets(one.target)}


def flow(body: Sequence[ast.stmt]) -> tuple[frozenset[str], frozenset[str]]:
    """Return the names that statements bind, and those that they take from before."""
    bound: set[str] = set()
    taken: set[str] = set()
    for statement in body:
        if isinstance(statement, _COMPOUND):
            head, branches = _divided(statement)
            taken |= {name for one in head for name in _loads(one)} - bound
            bound |= {name for one in head for name in _targets(one) - _local_to_comprehensions(one)}
            bound |= {handler.name for handler in getattr(statement, "handlers", []) if handler.name}
            for branch in branches:
                inner_bound, inner_taken = flow(branch)
                taken |= inner_taken - bound
                bound |= inner_bound
            continue
        taken |= _loads(statement) - bound
        if isinstance(statement, ast.FunctionDef | ast.ClassDef):
            bound.add(statement.name)
        else:
            bound |= _targets(statement) - _local_to_comprehensions(statement)
    return frozenset(bound), frozenset(taken)


def _divided(statement: ast.stmt) -> tuple[list[ast.AST], list[list[ast.stmt]]]:
    """Return what stands in the first line of a loop or branch, and the statements under it."""
    branches = [getattr(statement, name) for name in ("body", "orelse", "finalbody") if getattr(statement, name, None)]
    branches[1:1] = [handler.body for handler in getattr(statement, "handlers", [])]
    under = {id(one) for branch in branches for one in branch}
    head = [one for one in ast.iter_child_nodes(statement)
            if id(one) not in under and not isinstance(one, ast.ExceptHandler)]  # fmt: skip
    return head, branches


def _parsed(number: int, source: str) -> list[ast.stmt]:
    try:
        return ast.parse(source).body
    except SyntaxError as error:
        raise CellError(
            f"code cell {number}, line {error.lineno}: its kind cannot be told, because it is no Python: {error.msg}; "
            "a command of IPython belongs into a terminal"
        ) from None


def _returned(function: ast.FunctionDef) -> Iterator[ast.AST | None]:
    return (node.value for node in ast.walk(function) if isinstance(node, ast.Return))


def _told(before: str, after: str) -> bool:
    """Say whether the paragraph before a cell, or the one after it, tells the reader to change the code."""
    return bool(_TOLD.search(before.strip().rpartition("\n\n")[2]) or _TOLD.search(after.strip().partition("\n\n")[0]))


def _read(notebook: Any) -> tuple[list[_Cell], _Names]:
    found: list[_Cell] = []
    names = _Names()
    cells = notebook.cells
    for at, cell in enumerate(cells):
        if cell.cell_type != "code":
            continue
        number = len(found) + 1
        body = _parsed(number, cell.source)
        for node in ast.walk(ast.Module(body, [])):
            if isinstance(node, ast.Import):
                names |= {(one.asname or one.name).split(".")[0]: one.name for one in node.names}
            elif isinstance(node, ast.ImportFrom):
                names |= {one.asname or one.name: f"{node.module}.{one.name}" for one in node.names}
            elif isinstance(node, ast.FunctionDef) and any(map(names.is_drawing, _returned(node))):
                # A function that returns a figure draws wherever it is called.
                names[node.name] = _DRAWING[0]
        beside = [cells[i].source if 0 <= i < len(cells) and cells[i].cell_type == "markdown" else ""
                  for i in (at - 1, at + 1)]  # fmt: skip
        stub = any(isinstance(one, ast.Constant) and one.value is ... for one in ast.walk(ast.Module(body, [])))
        found.append(_Cell(number, cell.source, body, *flow(body), stub or _told(*beside)))
    return found, names


def _own_kind(cell: _Cell, names: _Names) -> Kind:
    """Return what a cell is by its own statements, whoever uses what it binds."""
    roles = {_role(statement, names) for statement in _leaves(cell.body)}
    calls = any(_calls_library(statement, names) for statement in cell.body)
    computes = roles & {_COMPUTE, _PRINT}
    if _VALUE in roles or (cell.open_to_reader and computes):
        return Kind.TEACHES
    if _ASSERT in roles:
        # A check says by its result what the sentence beside it says. One that works for it is worth a look.
        works = calls or _PRINT in roles or any(isinstance(one, _COMPOUND) for one in cell.body)
        return Kind.DRAWS if works else Kind.MACHINERY
    if calls and computes and _FIGURE not in roles:
        return Kind.TEACHES
    if roles & {_FIGURE, _PRINT}:
        return Kind.DRAWS
    return Kind.MACHINERY


def _users(at: int, cells: Sequence[_Cell]) -> Iterator[int]:
    """Yield the later cells that take a name which this one binds, until the name is bound anew."""
    live = set(cells[at].bound)
    for later in range(at + 1, len(cells)):
        if live & cells[later].taken:
            yield later
        live -= cells[later].bound


def kinds(notebook: Any) -> list[Kind]:
    """Return the kind of each code cell.

    Parameters
    ----------
    notebook
        As read by `nbformat`.

    Returns
    -------
    list of Kind
        One for each code cell, in their order.

    Raises
    ------
    CellError
        When a cell is no Python, or its kind cannot be told; `problems` yields each such cell as a sentence.
    """
    cells, names = _read(notebook)
    found, mixed = _told_apart(cells, names)
    if mixed:
        raise CellError(mixed[0])
    return found


def _told_apart(cells: Sequence[_Cell], names: _Names) -> tuple[list[Kind], list[str]]:
    found = [Kind.MACHINERY] * len(cells)
    mixed: list[str] = []
    for at in reversed(range(len(cells))):
        cell = cells[at]
        kind = _own_kind(cell, names)
        roles = {_role(statement, names) for statement in _leaves(cell.body)}
        if _COMPUTE in roles:
            users = [found[later] for later in _users(at, cells)]
            # Nobody uses it and it shows nothing: an author at work, who wants to see it.
            kind = max([kind, *users]) if users or roles != {_COMPUTE} else Kind.TEACHES
        found[at] = kind
        mixed += reversed(list(_mixtures(cell, kind, names)))
    return found, mixed[::-1]


def _mixtures(cell: _Cell, kind: Kind, names: _Names) -> Iterator[str]:
    """Yield what stands in a cell that has another kind than the rest of it."""
    cure = "`python -m inference_scaling.site.notebooks split` does it where the order allows"
    last = cell.body[-1] if cell.body else None
    for statement in cell.body:
        inside = {_role(leaf, names) for leaf in _leaves([statement])}
        where = f"code cell {cell.number}, line {statement.lineno}: its kind cannot be told"
        if _FIGURE in inside and (statement is not last or isinstance(statement, _COMPOUND)):
            yield f"{where}: a figure is drawn, and shown only as the last line of a cell; give it a cell of its own"
        elif _FIGURE in inside and kind is Kind.TEACHES and len(cell.body) > 1:
            yield f"{where}: a cell that teaches also draws; split it before this line ({cure})"
        elif inside == {_STORE} and kind is not Kind.MACHINERY:
            yield f"{where}: a cell that {_WORDS[kind]} also stores a value; move `glue` to a cell of its own ({cure})"
        elif _SHOW in inside and kind is not Kind.MACHINERY:
            yield f"{where}: a cell that {_WORDS[kind]} also shows a part of the book; split it here ({cure})"
        elif inside == {_IMPORT} and kind is not Kind.MACHINERY and _imports_component(statement):
            yield f"{where}: a cell that {_WORDS[kind]} also imports a part of the book; move it to the first import"


def _imports_component(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.ImportFrom):
        return any(_within(f"{statement.module}.{one.name}", _COMPONENTS) for one in statement.names)
    return isinstance(statement, ast.Import) and any(_within(one.name, _COMPONENTS) for one in statement.names)


def _worked_in(path: Path) -> bool:
    return any(part in WORKED_IN for part in path.parts)


def _metadata(kind: Kind | None, metadata: Any) -> dict[str, Any]:
    """Return a cell's metadata with the tags of its kind and no other of ours."""
    kept = [tag for tag in metadata.get("tags", []) if tag not in TAGS.values()]
    tags = kept + ([TAGS[kind]] if kind in TAGS else [])
    rest = {key: value for key, value in metadata.items() if key not in ("tags", "jupyter")}
    if tags:
        rest["tags"] = tags
    if kind is Kind.MACHINERY:
        rest["jupyter"] = {"source_hidden": True}
    return rest


def mark(notebook: Any, path: Path) -> bool:
    """Set the tags of every code cell of a notebook, which is not executed; say whether any changed.

    Cells whose kind cannot be told are left shown; the check of the form names them.

    Raises
    ------
    CellError
        When a cell is no Python.
    """
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    found: Sequence[Kind | None] = [None] * len(code)
    if not _worked_in(path):
        found, _ = _told_apart(*_read(notebook))
    changed = False
    for cell, kind in zip(code, found, strict=True):
        new = _metadata(kind, cell.metadata)
        changed |= new != dict(cell.metadata)
        cell.metadata = nbformat.from_dict(new)
    return changed


def problems(notebook: Any, path: Path) -> Iterator[str]:
    """Yield what is wrong with the kinds of a notebook's cells and with the width of what is shown."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    if _worked_in(path):
        found: Sequence[Kind | None] = [None] * len(code)
    else:
        try:
            found, mixed = _told_apart(*_read(notebook))
        except CellError as error:
            yield str(error)
            return
        yield from mixed
    for number, (cell, kind) in enumerate(zip(code, found, strict=True), start=1):
        wanted = _metadata(kind, cell.metadata)
        if wanted != dict(cell.metadata):
            has = ", ".join(tag for tag in cell.metadata.get("tags", []) if tag in TAGS.values()) or "no tag"
            yield (
                f"code cell {number}: has {has}, but it {_WORDS[kind] if kind is not None else 'is worked in'}, so "
                f"{'it has the tag ' + TAGS[kind] if kind in TAGS else 'it has none'}; "
                "`python -m inference_scaling.site.notebooks mark` sets it"
            )
        if kind is Kind.TEACHES:
            yield from _too_long(number, cell.source)


def _too_long(number: int, source: str) -> Iterator[str]:
    for at, line in enumerate(source.splitlines(), start=1):
        if len(line) > LINE:
            yield f"code cell {number}, line {at}: {len(line)} characters; {LINE} fit on a page, so break the line"


def split(notebook: Any, path: Path) -> bool:
    """Give figures, components and stored values in cells of another kind cells of their own; say whether any moved.

    Nothing is executed: what a run would show in each new cell is moved with it. Sources keep every character but blank
    lines between the parts. What cannot be moved without changing a result stays, and the check of the form names it.

    Raises
    ------
    CellError
        When a cell is no Python.
    """
    if _worked_in(path):
        return False
    changed = False
    # A cell of its own can show that what is left has two kinds, too.
    while _split_once(notebook):
        changed = True
    return changed


def _split_once(notebook: Any) -> bool:
    read, names = _read(notebook)
    found, _ = _told_apart(read, names)
    cells, new, count, at = notebook.cells, [], 0, 0
    for cell in cells:
        parts = [cell]
        if cell.cell_type == "code":
            parts = _parts(cell, read[at], found[at], names)
            at += 1
            for part in parts:
                count += 1
                _numbered(part, count)
        new += parts
    changed = len(new) != len(cells)
    notebook.cells = new
    return changed


def _numbered(cell: Any, count: int) -> None:
    if cell.execution_count is not None:
        cell.execution_count = count
        for output in cell.outputs:
            if output.output_type == "execute_result":
                output.execution_count = count


def _parts(cell: Any, read: _Cell, kind: Kind, names: _Names) -> list[Any]:
    """Return a cell, or the cells that take its place: the rest, then what is drawn or shown, then what is stored."""
    roles = [{_role(leaf, names) for leaf in _leaves([statement])} for statement in read.body]
    stores = [at for at, inside in enumerate(roles) if inside == {_STORE}] if kind is not Kind.MACHINERY else []
    rest = [at for at in range(len(roles)) if at not in stores]
    if stores and (any(_STORE in roles[at] for at in rest) or not _may_wait(read.body, stores)):
        return [cell]
    apart = {_FIGURE, _SHOW} if kind is Kind.TEACHES else {_SHOW} if kind is Kind.DRAWS else set()
    shown = rest[-1:] if len(rest) > 1 and roles[rest[-1]] & apart else []
    rest = rest[:-1] if shown else rest
    told = _told_after(read, rest, roles, names) if kind is Kind.TEACHES else []
    rest = rest[: len(rest) - len(told)]
    groups = [group for group in (rest, told, shown, stores) if group]
    texts = _texts(read)
    # A value in the middle of a cell is not displayed; as the last line of a cell of its own it would be.
    if len(groups) < 2 or texts is None or (rest[-1] != len(roles) - 1 and _VALUE in roles[rest[-1]]):
        return [cell]
    stored = [output for output in cell.outputs if _is_stored(output)] if stores else []
    others = [output for output in cell.outputs if output not in stored]
    results = [output for output in others if output.output_type == "execute_result"] if shown else []
    printed = [output for output in others if output not in results]
    made = []
    for group in groups:
        source = "".join(texts[one] for one in group).strip("\n")
        # What is printed stays with the code that prints: all of it, where a part of its own was made for it.
        has = {id(stores): stored, id(shown): results, id(told or rest): printed}.get(id(group), [])
        part = nbformat.v4.new_code_cell(source, execution_count=cell.execution_count, outputs=has)
        part.metadata = nbformat.from_dict(dict(cell.metadata))
        made.append(part)
    return made


def _told_after(read: _Cell, rest: Sequence[int], roles: Sequence[set[str]], names: _Names) -> list[int]:
    """Return the last statements, if they only print and are worth a fold: three lines or more."""
    told: list[int] = []
    for at in reversed(rest):
        if _PRINT not in roles[at] or _ASSERT in roles[at] or _calls_library(read.body[at], names):
            break
        told.insert(0, at)
    before = [roles[at] for at in rest if at not in told]
    lines = sum((read.body[at].end_lineno or 0) - read.body[at].lineno + 1 for at in told)
    # Where the rest prints too, nobody knows without a run which lines are whose.
    return told if lines >= WORTH and before and not any(_PRINT in inside for inside in before) else []


def _is_stored(output: Any) -> bool:
    return any(mime.startswith("application/papermill.record/") for mime in output.get("data", {}))


def _may_wait(body: Sequence[ast.stmt], stores: Sequence[int]) -> bool:
    """Say whether values can be stored after everything else: nothing that they take is bound anew in between."""
    for at in stores:
        later = {name for other in range(at + 1, len(body)) if other not in stores for name in _targets(body[other])}
        if later & _loads(body[at]):
            return False
    return True


def _texts(cell: _Cell) -> list[str] | None:
    """Return the source of each statement with the comments before it; none where two share a line."""
    lines, found, done = cell.source.splitlines(keepends=True), [], 0
    for statement in cell.body:
        end = statement.end_lineno or statement.lineno
        if statement.lineno <= done:
            return None
        found.append("".join(lines[done:end]).rstrip("\n") + "\n")
        done = end
    if found:
        found[-1] += "".join(lines[done:])
    return found
