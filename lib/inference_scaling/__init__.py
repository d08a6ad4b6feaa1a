"""Inference-time scaling laws: samples → estimates → laws → decisions → pages.

The estimators, laws, verifiers and decisions stand at the top level; rooms with a vocabulary of their own are reached
by name, as in ``its.search.beam`` or ``its.sources.recorded.load``. All are imported when first used.

>>> import inference_scaling as its
>>> samples = its.SampleSet.from_counts(n=[10, 10], c=[1, 5])
>>> its.pass_at_k(samples.n, samples.c, k=2)
array([0.2       , 0.77777778])
"""

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from .reports.notebook import register as _show_in_notebooks

if TYPE_CHECKING:
    from . import decisions, estimates, laws, samples, verifiers
    from .decisions import *  # noqa: F403
    from .estimates import *  # noqa: F403
    from .laws import *  # noqa: F403
    from .samples import *  # noqa: F403
    from .verifiers import *  # noqa: F403

    __all__ = [*samples.__all__, *estimates.__all__, *laws.__all__, *verifiers.__all__, *decisions.__all__]

# What stands at the top level comes from these; the others are reached by name alone.
_TOP = ("samples", "estimates", "laws", "verifiers", "decisions")
_ROOMS = ("figures", "reports", "search", "sources")

_show_in_notebooks()


# Nothing is imported before a name is asked for: `inference_scaling.classroom` alone, which most student notebooks
# import, needs no estimator, and the sandbox starts an interpreter for each submission.
def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        return version("inference-scaling")
    missing = AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if name.startswith("__") and name != "__all__":
        raise missing
    if name != "__all__" and find_spec(f"{__name__}.{name}"):
        return import_module(f"{__name__}.{name}")
    if "__all__" not in globals():
        rooms = [import_module(f"{__name__}.{room}") for room in _TOP]
        found = {one: getattr(room, one) for room in rooms for one in room.__all__}
        globals().update(found, __all__=[*found, *sorted(_TOP), *_ROOMS])
        return __getattr__(name)
    if name not in globals():
        raise missing
    return globals()[name]


def __dir__() -> list[str]:
    return sorted({*globals(), *__getattr__("__all__")})
