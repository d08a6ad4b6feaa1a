"""The answers of a report as they are looked at: by task, in an order that tells nobody's name."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...answers.judge import WAITING
from ...lessons import registry
from .. import grade

__all__ = ["Answers", "Shown"]


@dataclass(frozen=True)
class Shown:
    """One answer: `key` stands for it on pages, `number` is its place among those to its task."""

    key: str
    student: str
    part: str
    number: int
    result: Mapping[str, Any]

    @property
    def task(self) -> str:
        return self.result["id"]

    @property
    def waits(self) -> bool:
        """Whether a person marks it."""
        return self.result["verdict"] == WAITING


@dataclass(frozen=True)
class Answers:
    """Every answer of a report that holds something.

    Attributes
    ----------
    by_task : mapping
        The answers to each task, in the order of the parts.
    by_key : mapping
    """

    by_task: Mapping[str, Sequence[Shown]]
    by_key: Mapping[str, Shown]

    @classmethod
    def of(cls, out: Path, secret: bytes) -> Answers:
        """Read the answers of a report.

        Parameters
        ----------
        out : Path
        secret : bytes
            Of this run: without it a key says nothing of the student.

        Raises
        ------
        ValueError
            For a folder that is no report.
        """
        stored = [result for _, result in grade.every_stored(out) if result["part"]]
        if not stored:
            raise ValueError(f"{out} is no report: it has no results; give the folder that `grade --out` wrote")
        if old := [result["file"] for result in stored for task in result["tasks"] if "code" not in task]:
            raise ValueError(f"{out} was made by an earlier version and holds no code, of {old[0]}: grade once more")
        found: dict[str, list[tuple[str, str, Mapping[str, Any]]]] = {}
        for result in stored:
            for task in result["tasks"]:
                if task["code"]:
                    found.setdefault(task["id"], []).append((result["student"], result["part"], task))
        known = [task.id for part in registry.parts() + registry.private_parts() for task in registry.part(part)]
        by_task = {task: _mixed(found[task], secret) for task in known if task in found}
        return cls(by_task, {one.key: one for every in by_task.values() for one in every})

    @property
    def marked_by_hand(self) -> list[str]:
        """The tasks that a person marks."""
        return [task for task, every in self.by_task.items() if any(one.waits for one in every)]

    def of_student(self, student: str) -> list[Shown]:
        return [one for every in self.by_task.values() for one in every if one.student == student]


def _mixed(answers: Sequence[tuple[str, str, Mapping[str, Any]]], secret: bytes) -> list[Shown]:
    """Return answers in an order of their own for each task, which is the same in every run."""
    ordered = sorted(answers, key=lambda one: hashlib.sha256(f"{one[2]['id']}\0{one[0]}".encode()).digest())
    return [
        Shown(_key(secret, task["id"], student), student, part, number, task)
        for number, (student, part, task) in enumerate(ordered, start=1)
    ]


def _key(secret: bytes, task: str, student: str) -> str:
    return hmac.new(secret, f"{task}\0{student}".encode(), "sha256").hexdigest()[:16]
