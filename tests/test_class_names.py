"""A name says one thing: no public class of the package is called as another one is."""

import ast
from collections import defaultdict
from pathlib import Path

import inference_scaling

PACKAGE = Path(inference_scaling.__file__).parent


def test_no_two_public_classes_share_a_name():
    places = defaultdict(set)
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places[node.name].add(f"{path.relative_to(PACKAGE)}:{node.lineno}")
    assert {name: sorted(where) for name, where in places.items() if len(where) > 1} == {}
