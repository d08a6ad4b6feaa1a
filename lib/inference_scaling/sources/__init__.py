"""Where samples come from; every source returns a `SampleSet`. Each is imported when it is first used."""

from importlib import import_module
from types import ModuleType

__all__ = ["endpoint", "language_model", "logs", "next_tokens", "reasoner", "recorded", "simulate"]


def __getattr__(name: str) -> ModuleType:
    if name in __all__:
        return import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}; sources: {', '.join(__all__)}")


def __dir__() -> list[str]:
    return __all__
