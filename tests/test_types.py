"""Whoever calls the library from typed code gets types: all public functions are annotated, and the package says so."""

import importlib
import inspect
import pkgutil
from pathlib import Path

import inference_scaling
import pytest

ROOMS = ("estimates", "laws", "verifiers", "search", "_arguments")


def modules() -> list[str]:
    """Return the modules of the typed rooms."""
    found = []
    for room in ROOMS:
        module = importlib.import_module(f"inference_scaling.{room}")
        found.append(module.__name__)
        found += [f"{module.__name__}.{part.name}" for part in pkgutil.iter_modules(getattr(module, "__path__", []))]
    return found


def functions(module: object) -> list[tuple[str, object]]:
    """Return the functions and methods that a module defines, with their names."""
    found = []
    for name, value in vars(module).items():
        if getattr(value, "__module__", None) != module.__name__:
            continue
        members = vars(value).items() if inspect.isclass(value) and not issubclass(value, tuple) else [("", value)]
        for member, function in members:
            function = getattr(function, "fget", None) or inspect.unwrap(getattr(function, "__func__", function))
            if inspect.isfunction(function) and function.__module__ == module.__name__ and function.__doc__:
                found.append((f"{name}.{member}".strip("."), function))
    return found


@pytest.mark.parametrize("name", modules())
def test_every_function_of_a_typed_room_is_annotated(name: str) -> None:
    found = functions(importlib.import_module(name))
    for label, function in found:
        signature = inspect.signature(function)
        untyped = [
            key
            for key, parameter in signature.parameters.items()
            if parameter.annotation is inspect.Parameter.empty and key not in ("self", "cls")
        ]
        assert not untyped, f"{name}.{label}: {', '.join(untyped)} without a type"
        assert signature.return_annotation is not inspect.Signature.empty, f"{name}.{label} says not what it returns"
    assert found or name.endswith(("estimates", "laws", "verifiers", "search"))


def test_the_package_declares_its_types() -> None:
    assert (Path(inference_scaling.__file__).parent / "py.typed").exists()
