"""The explorables of the part Remedies, each made and checked when first asked for."""

from __future__ import annotations

from ..._lazy import on_demand

# Made by `on_demand`, below, so the names are not defined here.
__all__: list[str] = []


__getattr__ = on_demand(__name__, {})
