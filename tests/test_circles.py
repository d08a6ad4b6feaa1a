"""No circle between files: the graph of imports, read off the syntax tree, has no strongly connected component."""

import ast
from pathlib import Path

import inference_scaling

PACKAGE = Path(inference_scaling.__file__).parent


def imports(package: Path) -> dict[str, set[str]]:
    """Return for each file of a package the files that it imports: at its top, inside functions, for types alone.

    ``from . import x`` asks for the file `x` where there is one, else for a name in the package's ``__init__``.
    """
    files = {path.relative_to(package).with_suffix("").parts: path for path in package.rglob("*.py")}
    files = {parts[:-1] if parts[-1] == "__init__" else parts: path for parts, path in files.items()}
    found: dict[str, set[str]] = {}
    for own, path in files.items():
        folder = path.relative_to(package).parts[:-1]
        asked = set()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names = [tuple(alias.name.split(".")) for alias in node.names]
                bases = [name[1:] for name in names if name[0] == package.name]
            elif isinstance(node, ast.ImportFrom):
                module = tuple(node.module.split(".")) if node.module else ()
                if not node.level and module[:1] != (package.name,):
                    continue
                base = folder[: len(folder) - node.level + 1] + module if node.level else module[1:]
                bases = [(*base, alias.name) for alias in node.names]
            else:
                continue
            asked |= {base if base in files else base[:-1] for base in bases}
        found[".".join(own)] = {".".join(other) for other in asked if other in files and other != own}
    return found


def circles(graph: dict[str, set[str]]) -> list[list[str]]:
    """Return the groups of files each of which leads to every other one of its group."""

    def reached(start: str) -> set[str]:
        seen: set[str] = set()
        open_ones = [start]
        while open_ones:
            new = graph[open_ones.pop()] - seen
            seen |= new
            open_ones += new
        return seen

    reach = {name: reached(name) for name in graph}
    groups = {
        tuple(sorted(other for other in graph if other in reach[name] and name in reach[other])) for name in graph
    }
    return sorted(list(group) for group in groups if group)


def test_no_files_of_the_package_import_each_other_in_a_circle():
    assert circles(imports(PACKAGE)) == []


def test_a_circle_is_found_through_functions_types_and_names_of_a_package(tmp_path):
    package = tmp_path / "book"
    for name, text in {
        "__init__.py": "from . import a",
        "a.py": "def f():\n    from .room.b import g",
        "room/__init__.py": "NAME = 1",
        "room/b.py": "from ..c import h\nfrom . import NAME",
        "c.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import book.a\nimport os",
        "alone.py": "from book import c",
    }.items():
        path = package / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    graph = imports(package)
    assert graph["room.b"] == {"c", "room"}
    assert circles(graph) == [["a", "c", "room.b"]]
