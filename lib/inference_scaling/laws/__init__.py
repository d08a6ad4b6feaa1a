"""Scaling laws: closed forms for one problem, families for a benchmark, chains of steps, and prices."""

from . import benchmark, chains, economics, single
from .benchmark import *  # noqa: F403
from .chains import *  # noqa: F403
from .economics import *  # noqa: F403
from .single import *  # noqa: F403

__all__ = [*single.__all__, *benchmark.__all__, *chains.__all__, *economics.__all__]
