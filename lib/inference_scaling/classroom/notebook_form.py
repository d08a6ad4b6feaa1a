"""The form in which notebooks are committed and handed out."""

from __future__ import annotations

from typing import Any

import nbformat

__all__ = ["METADATA", "follows", "formed"]


METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def formed(notebook: Any) -> Any:
    """Return the notebook with what a run settles, data and text: no pictures, no traces of a machine.

    In lessons, `site.stills.drawn` then adds what follows from the data.
    """
    notebook.metadata = nbformat.from_dict(METADATA)
    for index, cell in enumerate(notebook.cells):
        cell["id"] = cell.get("metadata", {}).get("nbgrader", {}).get("grade_id") or f"cell-{index:02d}"
        keep = {key: cell.metadata[key] for key in ("tags", "nbgrader", "mystnb", "jupyter") if key in cell.metadata}
        cell.metadata = nbformat.from_dict(keep)
        if cell.cell_type == "code":
            cell.outputs = _joined(cell.outputs)
        for output in cell.get("outputs", []):
            output.pop("transient", None)
            data = output.get("data", {})
            for mime in [mime for mime in data if mime == "text/html" or mime.startswith("image/")]:
                if len(data) > 1:
                    del data[mime]
    nbformat.validate(notebook)
    return notebook


def _joined(outputs: list[Any]) -> list[Any]:
    """Join what was printed without anything between: a kernel breaks it by chance, and a page shows a box a piece."""
    joined: list[Any] = []
    for output in outputs:
        if joined and follows(joined[-1], output):
            joined[-1].text += output.text
        else:
            joined.append(output)
    return joined


def follows(before: Any, output: Any) -> bool:
    return before.output_type == output.output_type == "stream" and before.name == output.name
