"""The written forms of a result: Markdown, LaTeX, CSV and HTML."""

from __future__ import annotations

import csv
import html
import io
import re
from typing import Any

from ..display.markup import table as html_table
from ..samples.native import as_columns, frame_of
from .result_tables import Cell, ResultTable, table_of

__all__ = ["FORMS", "as_csv", "as_frame", "as_html", "as_latex", "as_markdown"]

_LATEX = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "_": r"\_",
    "%": r"\%",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "−": "$-$",
    "–": "--",
    "≤": r"$\le$",
    "…": r"\dots{}",
}
# Characters that Markdown, and the HTML inside it, would take for more than text.
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>|#~$])")


def _table(result: Any) -> ResultTable:
    return result if isinstance(result, ResultTable) else table_of(result)


def as_markdown(result: Any) -> str:
    """Return a result as a Markdown table with its caption above.

    Parameters
    ----------
    result : what `table_of` takes, or a ResultTable

    Examples
    --------
    >>> print(as_markdown(ResultTable("Two.", ("k", "pass@k"), ((1, 0.25), (2, 0.4375)))))
    Two.
    <BLANKLINE>
    |   k | pass@k |
    | --: | -----: |
    |   1 |  0.250 |
    |   2 |  0.438 |
    """
    found = _table(result)
    right = found.numeric()
    rows = [[_MARKDOWN.sub(r"\\\1", " ".join(cell.split())) for cell in row] for row in (found.head, *found.shown())]
    width = [max(3, *(len(row[i]) for row in rows)) for i in range(len(found.head))]

    def line(cells: list[str]) -> str:
        filled = [cell.rjust(n) if end else cell.ljust(n) for cell, n, end in zip(cells, width, right, strict=True)]
        return f"| {' | '.join(filled)} |"

    rule = ["-" * (n - 1) + ":" if end else "-" * n for n, end in zip(width, right, strict=True)]
    return "\n".join([_MARKDOWN.sub(r"\\\1", found.caption), "", line(rows[0]), line(rule), *map(line, rows[1:])])


def _latex(text: str) -> str:
    return "".join(_LATEX.get(letter, letter) for letter in " ".join(text.split()))


def as_latex(result: Any) -> str:
    """Return a result as a LaTeX table, for the package booktabs.

    Examples
    --------
    >>> print(as_latex(ResultTable("Two.", ("k", "95 % low"), ((1, -0.25),), signed=("95 % low",))))
    \\begin{table}
      \\centering
      \\caption{Two.}
      \\begin{tabular}{rr}
        \\toprule
        k & 95 \\% low \\\\
        \\midrule
        1 & $-$0.250 \\\\
        \\bottomrule
      \\end{tabular}
    \\end{table}
    """
    found = _table(result)
    columns = "".join("r" if end else "l" for end in found.numeric())
    rows = [f"    {' & '.join(map(_latex, row))} \\\\" for row in found.shown()]
    return "\n".join(
        [
            r"\begin{table}",
            r"  \centering",
            rf"  \caption{{{_latex(found.caption)}}}",
            rf"  \begin{{tabular}}{{{columns}}}",
            r"    \toprule",
            f"    {' & '.join(map(_latex, found.head))} \\\\",
            r"    \midrule",
            *rows,
            r"    \bottomrule",
            r"  \end{tabular}",
            r"\end{table}",
        ]
    )


def _exact(cell: Cell) -> str | int:
    if isinstance(cell, str):
        # A row stays a line.
        return re.sub(r"[\r\n]+", " ", cell)
    return "" if cell is None else repr(cell) if isinstance(cell, float) else cell


def as_csv(result: Any) -> str:
    """Return a result as CSV with its numbers at full precision; what does not exist is empty.

    Examples
    --------
    >>> as_csv(ResultTable("Two.", ("k", "pass@k"), ((1, 0.1), (2, None))))
    'k,pass@k\\n1,0.1\\n2,\\n'
    """
    found = _table(result)
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(found.head)
    writer.writerows([_exact(cell) for cell in row] for row in found.rows)
    return buffer.getvalue()


def as_html(result: Any) -> str:
    """Return a result as an HTML table with its caption, without style.

    Examples
    --------
    >>> as_html(ResultTable("Two.", ("k", "pass@k"), ((1, 0.1),)))[:58]
    '<table><caption>Two.</caption><thead><tr><th scope="col">k'
    """
    found = _table(result)
    inner = str(html_table(found.head, found.shown()))
    return inner.replace("<table>", f"<table><caption>{html.escape(found.caption)}</caption>", 1)


def as_frame(result: Any, backend: str | None = None) -> Any:
    """Return a result as a dataframe with its numbers at full precision; what does not exist is missing.

    Parameters
    ----------
    result : what `table_of` takes, a ResultTable, or a tuple with names, as functions of a formula return
        Of a tuple its fields are the columns; the `to_frame` of a result gives its attributes, this its table.
    backend : {"pandas", "polars", "pyarrow"}, optional
        The library of the dataframe; the first of these that is installed when left out.

    Examples
    --------
    >>> as_frame(ResultTable("Two.", ("k", "pass@k"), ((1, 0.1), (2, 0.19))), "pandas")["pass@k"].tolist()
    [0.1, 0.19]
    """
    if isinstance(result, tuple) and hasattr(result, "_asdict"):
        return frame_of(as_columns(result._asdict()), backend)
    found = _table(result)
    return frame_of({name: [row[i] for row in found.rows] for i, name in enumerate(found.head)}, backend)


FORMS = {"markdown": as_markdown, "latex": as_latex, "csv": as_csv}
