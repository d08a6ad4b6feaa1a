"""How a notebook shows a result that stands last in a cell: as a table, beside its text.

IPython is told by the names of the classes, so that neither it nor this room is loaded before a result is shown.
"""

from __future__ import annotations

import os
import sys
from typing import Any

__all__ = ["SHOWN", "register"]

SHOWN = (
    ("inference_scaling.estimates.curves", "Curve"),
    ("inference_scaling.estimates.systems", "SystemComparison"),
    ("inference_scaling.estimates.equal_cost", "CostComparison"),
    ("inference_scaling.estimates.ranking", "SystemRanking"),
    ("inference_scaling.laws.forecasts", "Forecast"),
    ("inference_scaling.decisions.records", "Plan"),
)


def _html(result: Any) -> str | None:
    # The book's own runs keep only what is compared.
    if os.environ.get("INFERENCE_SCALING_OUTPUT") == "data":
        return None
    from .forms import as_html

    return as_html(result)


def register(shell: Any | None = None) -> bool:
    """Let a notebook show results as tables; return whether there is a notebook or an IPython session.

    Parameters
    ----------
    shell : an IPython shell, optional
        The one that runs, where left out.
    """
    if shell is None:
        ipython = sys.modules.get("IPython")
        shell = ipython.get_ipython() if ipython is not None and hasattr(ipython, "get_ipython") else None
    if shell is None:
        return False
    formatter = shell.display_formatter.formatters["text/html"]
    for module, name in SHOWN:
        formatter.for_type_by_name(module, name, _html)
    return True
