"""What committed notebooks show unrun: pictures and texts made from the data beside them, written and compared.

They are no part of what a run is compared with, nor of a notebook's stamp: they follow from the data, which are. So a
change of drawing code executes nothing; ``python -m inference_scaling.site.notebooks pictures`` draws all of them anew.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

from ..display.output import payloads
from ..display.still import MARKDOWN, PLAIN, SVG, stills

__all__ = ["DRAWN", "MODULES", "drawn", "forms", "problems", "strip"]

# Kind of output -> module whose import registers what it looks like unrun.
MODULES = {
    "figure": "inference_scaling.figures.still",
    "drawing": "inference_scaling.figures.drawings.still",
    "derivation": "inference_scaling.interactive.still",
    "prediction": "inference_scaling.interactive.still",
    "recall": "inference_scaling.interactive.still",
    "explorable": "inference_scaling.interactive.still",
    "ask": "inference_scaling.interactive.still",
    "tree": "inference_scaling.interactive.still",
    "race": "inference_scaling.interactive.still",
    "story": "inference_scaling.interactive.still",
    "check": "inference_scaling.classroom.session",
    "box": "inference_scaling.classroom.page_box",
}
# Glued values: `key = value` is all there is to show, and a run compares it.
TEXT_ONLY = {"value"}
# Forms that nobody compares with a run: only we write them, and only beside our data.
DRAWN = (MARKDOWN, SVG)
COMMAND = "python -m inference_scaling.site.notebooks pictures"


def forms(kind: str, payload: Mapping[str, Any]) -> dict[str, str]:
    """Return the committed forms of an output by MIME type, after importing the module that makes them.

    Raises
    ------
    ValueError
        For a kind that no module is named for.
    """
    if kind not in MODULES:
        raise ValueError(f"nothing says how outputs of kind {kind!r} look unrun; known: {sorted(MODULES)}")
    import_module(MODULES[kind])
    return _forms(kind, json.dumps(payload, sort_keys=True))


@functools.lru_cache(maxsize=256)
def _forms(kind: str, payload: str) -> dict[str, str]:
    return stills(kind, json.loads(payload))


def drawn(notebook: Any) -> Any:
    """Return the notebook with every form that follows from the data of its outputs, and no other picture."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if (found := _ours(data)) is not None:
                for mime in DRAWN:
                    data.pop(mime, None)
                data.update(forms(*found))
    return notebook


def _ours(data: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]] | None:
    return next(((kind, payload) for kind, payload in payloads(data) if kind not in TEXT_ONLY), None)


def problems(notebook: Any) -> Iterator[str]:
    """Yield each place where a committed picture or text is not the one that its data give, as a sentence."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for position, cell in enumerate(code, start=1):
        for output in cell.get("outputs", []):
            for problem in _wrong(output.get("data", {})):
                yield f"code cell {position}: {problem}"


def _wrong(data: Mapping[str, Any]) -> Iterator[str]:
    found = _ours(data)
    if found is None:
        return
    kind, payload = found
    try:
        right = forms(kind, payload)
    except (KeyError, TypeError, ValueError) as error:
        yield f"no picture can be drawn from the data of this {kind} ({error!r}); `make tidy` makes them anew"
        return
    for mime in sorted({*right, *(mime for mime in DRAWN if mime in data)}):
        if mime not in data:
            yield f"its {kind} has no {mime}; `{COMMAND}` writes it"
        elif mime not in right:
            yield f"its {kind} holds {mime}, which does not follow from its data; `{COMMAND}` takes it out"
        elif _text(data[mime]) != right[mime]:
            what = "text" if mime == PLAIN else f"picture or text ({mime})"
            yield f"the {what} of its {kind} is not the one drawn from its data; `{COMMAND}` draws it anew"


def _text(value: Any) -> str:
    return "".join(value) if isinstance(value, list) else str(value)


def strip(data: dict[str, Any]) -> dict[str, Any]:
    """Return an output's data without what follows from them."""
    return {mime: value for mime, value in data.items() if mime not in DRAWN} if _ours(data) else data
