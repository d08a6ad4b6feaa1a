"""What a submission finds as `inference_scaling.classroom` while it is graded: the numbers, and no replies.

It is put in place of the real module in the copy of the package that the child process gets.
"""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

__all__ = ["bonus", "box", "check", "given", "numbers", "progress", "ready", "show", "start"]

numbers: dict[str, dict[str, Any]] = {}


class _NoVerdict:
    """A verdict without content: answers are judged outside of the sandbox."""

    verdict = "kept"
    says = "The answer is judged elsewhere."
    misconception = None
    points = earned = 0

    def __repr__(self) -> str:
        return self.says


def given(task_id: str) -> SimpleNamespace:
    """Return the numbers of a task, a fresh copy each time."""
    if task_id not in numbers:
        raise ValueError(f"there is no task {task_id!r} here; there are {', '.join(numbers)}")
    return SimpleNamespace(**json.loads(json.dumps(numbers[task_id])))


def check(task_id: str, answer: Any = None) -> _NoVerdict:
    """Reply nothing."""
    return _NoVerdict()


def start(*arguments: Any, **named: Any) -> _NoVerdict:
    """Do nothing: the numbers are there already."""
    return _NoVerdict()


def ready(*task_ids: str) -> bool:
    """Let no cell run that only shows what the answers can do."""
    return False


box = progress = bonus = show = start
