"""Scaling laws: closed forms for one problem, families for a benchmark, forecasts, chains of steps, and prices."""

from . import chains, economics, forecasts, inflated, many_problems, mixtures, one_problem
from .chains import *  # noqa: F403
from .economics import *  # noqa: F403
from .forecasts import *  # noqa: F403
from .inflated import *  # noqa: F403
from .many_problems import *  # noqa: F403
from .mixtures import *  # noqa: F403
from .one_problem import *  # noqa: F403

__all__ = [
    *one_problem.__all__,
    *many_problems.__all__,
    *mixtures.__all__,
    *inflated.__all__,
    *forecasts.__all__,
    *chains.__all__,
    *economics.__all__,
]
