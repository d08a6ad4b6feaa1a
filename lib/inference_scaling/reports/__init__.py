"""Results as a page, a notebook or a paper shows them: tables in Markdown, LaTeX, CSV and HTML, and the report.

>>> import inference_scaling as its
>>> found = its.curve(its.SampleSet.from_counts([4] * 30, [0, 1, 4] * 10), "pass", [1, 2], rng=0)
>>> print(its.reports.as_csv(found).splitlines()[0])
k,pass@k,standard error,95 % low,95 % high
"""

from importlib import import_module
from typing import Any

# Nothing of a room is loaded before it is asked for: a report draws figures, and a table does not.
_PLACES = {
    "EvaluationReport": "evaluation",
    "ReportSection": "evaluation",
    "evaluation_report": "evaluation",
    "Provenance": "page",
    "as_page": "page",
    "as_csv": "forms",
    "as_frame": "forms",
    "as_html": "forms",
    "as_latex": "forms",
    "as_markdown": "forms",
    "ResultTable": "result_tables",
    "hardest": "result_tables",
    "table_of": "result_tables",
}

__all__ = list(_PLACES)


def __getattr__(name: str) -> Any:
    if name in _PLACES:
        return getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
