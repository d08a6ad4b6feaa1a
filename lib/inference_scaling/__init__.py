"""Inference-time scaling laws: samples → estimates → laws → decisions → pages.

The estimators, laws, verifiers and decisions stand at the top level; rooms with a vocabulary of their own are reached
by name, as in ``its.search.beam`` or ``its.sources.recorded.load``, and imported when first used.

>>> import inference_scaling as its
>>> samples = its.SampleSet.from_counts(n=[10, 10], c=[1, 5])
>>> its.pass_at_k(samples.n, samples.c, k=2)
array([0.2       , 0.77777778])
"""

from importlib import import_module
from typing import Any

from . import decisions, estimates, laws, samples, verifiers
from .decisions import *  # noqa: F403
from .estimates import *  # noqa: F403
from .laws import *  # noqa: F403
from .reports.notebook import register as _show_in_notebooks
from .samples import *  # noqa: F403
from .verifiers import *  # noqa: F403

_ROOMS = ("figures", "reports", "search", "sources")

__all__ = [
    *samples.__all__,
    *estimates.__all__,
    *laws.__all__,
    *verifiers.__all__,
    *decisions.__all__,
    "decisions",
    "estimates",
    "laws",
    "samples",
    "verifiers",
    *_ROOMS,
]

_show_in_notebooks()


def __getattr__(name: str) -> Any:
    if name in _ROOMS:
        return import_module(f"{__name__}.{name}")
    if name == "__version__":
        from importlib.metadata import version

        return version("inference-scaling")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
