"""Objects of a module that are made when first asked for."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Any


def on_demand(module: str, makers: Mapping[str, Callable[[], Any]]) -> Callable[[str], Any]:
    """Return a module's ``__getattr__`` that makes each named object once and keeps it.

    Examples
    --------
    >>> on_demand(__name__, {"THREE": lambda: 3})("THREE")
    3
    """

    def get(name: str) -> Any:
        if name not in makers:
            raise AttributeError(f"module {module!r} has no attribute {name!r}")
        made = makers[name]()
        setattr(sys.modules[module], name, made)
        return made

    return get
