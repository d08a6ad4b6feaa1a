"""A number task as a box on a page: the notebook's check, in a form that a browser runs."""

from __future__ import annotations

import base64
import html
import itertools
import json
import math
from collections.abc import Mapping
from typing import Any, ClassVar

from ..answers.judge import (
    CLOSE_SAYS,
    asked,
    outside,
)
from ..answers.task import BOOK, Number, Task, fill, parameters
from ..display import assets
from ..display.markup import attributes, json_script
from ..display.output import Output, renderer, rounded
from ..display.still import MARKDOWN, PLAIN, escaped, still
from ..lessons import registry

__all__ = ["Box", "box"]


class Box(Output):
    """A number task on a page: a field, the notebook's replies, hints; complete without a script."""

    kind: ClassVar[str] = "box"

    def __init__(self, task: Task, cohort: str = BOOK):
        if not isinstance(task.answer_type, Number):
            raise ValueError(
                f"only tasks that ask for a number have a box; {task.id} asks for a {type(task.answer_type).__name__}"
            )
        self.task, self.cohort = task, cohort

    @property
    def finding(self) -> str:
        task, values = self.task, parameters(self.task, self.cohort)
        return f"{task.id} · {task.heading}. {fill(task.statement, values)}"

    def text(self) -> str:
        return self.finding

    def payload(self) -> dict[str, Any]:
        task, values = self.task, parameters(self.task, self.cohort)
        return {
            "id": task.id,
            "title": task.heading,
            "statement": fill(task.statement, values),
            "unit": task.answer_type.unit,
            "asked": asked(task),
            "hints": [fill(hint, values) for hint in task.hints],
            # The last digits of a power or a logarithm differ between processors; a page must not.
            "sealed": sealed(task.id, rounded(self._rules(), 12)),
        }

    def _rules(self) -> dict[str, Any]:
        """What the page's check needs: the same numbers, tolerances and replies as the notebook's."""
        task, form, values = self.task, self.task.answer_type, parameters(self.task, self.cohort)
        right = float(task.reference(**values))
        width = form.width(right)
        return {
            "right": right,
            "width": width,
            "whole": form.whole,
            "low": form.low if math.isfinite(form.low) else None,
            "high": form.high if math.isfinite(form.high) else None,
            "outside": outside(form),
            "close": CLOSE_SAYS,
            "says": fill(task.explanation, values),
            "misconceptions": [
                {"value": float(one.wrong_answer(**values)), "says": fill(one.feedback, values)}
                for one in task.misconceptions
            ],
        }

    def lab_html(self) -> str:
        return assets.standalone(super().lab_html())


def box(task_id: str, cohort: str = BOOK) -> Box:
    """Return a number task as a box for a page.

    Raises
    ------
    ValueError
        For an unknown task, or one that does not ask for a number.
    """
    return Box(registry.find(task_id), cohort)


def sealed(key: str, rules: Mapping[str, Any]) -> str:
    """Return rules as text that does not show the answer in a page's source. It hides, it does not protect."""
    stream = itertools.cycle(key.encode())
    mixed = bytes(byte ^ other ^ 0x5A for byte, other in zip(json.dumps(rules).encode(), stream, strict=False))
    return base64.b64encode(mixed).decode()


@renderer("box")
def _box_html(payload: Mapping[str, Any]) -> str:
    label = f"box-{payload['id']}"
    hints = "".join(
        f"<details><summary>Hint {number}</summary><p>{html.escape(hint)}</p></details>"
        for number, hint in enumerate(payload["hints"], start=1)
    )
    return (
        f"<its-box{attributes(class_='its-box', role='group', aria_labelledby=label, data_task=payload['id'])}>"
        f"<p{attributes(class_='its-box__head', id=label)}>"
        f"{html.escape(payload['id'])} · {html.escape(payload['title'])}</p>"
        f"<p>{html.escape(payload['statement'])}</p>"
        f'<div class="its-box__try"></div><div class="its-box__hints">{hints}</div>'
        f"{json_script(payload)}</its-box>"
    )


@still("box")
def _box_unrun(payload: Mapping[str, Any]) -> dict[str, str]:
    """Return the task; its hints are folded where they can be, and elsewhere not there."""
    title = f"{payload['id']} · {payload['title']}"
    hints = [
        f"<details><summary>Hint {number}</summary>\n\n{escaped(hint)}\n\n</details>"
        for number, hint in enumerate(payload["hints"], start=1)
    ]
    shown = [f"**{escaped(title)}**", escaped(payload["statement"]), *hints]
    return {PLAIN: f"{title}. {payload['statement']}", MARKDOWN: "\n\n".join(shown)}
