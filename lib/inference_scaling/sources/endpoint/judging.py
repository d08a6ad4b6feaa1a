"""Judges of samples: a named rule, a Python function, a command, or a model behind a second endpoint."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any, NamedTuple, Protocol

from ...samples.answers import is_missing
from ...samples.errors import short
from ..logs.judges import JUDGES
from .prompts import PromptRow

RIGHT, WRONG = "CORRECT", "INCORRECT"
_VERDICT = re.compile(rf"\b({WRONG}|{RIGHT})\b", re.IGNORECASE)
QUESTION = (
    "Question:\n{question}\n\nReference answer:\n{target}\n\nResponse:\n{response}\n\nDoes the response give the "
    f"reference answer? Reply with one word: {RIGHT} or {WRONG}."
)


class JudgeFailed(RuntimeError):
    """A judge said nothing that can be used, or did not run."""


class Ruling(NamedTuple):
    """What a judge says of one sample; `correct` is None where it says nothing."""

    correct: bool | None
    answer: str | None = None
    score: float | None = None


class SampleJudge(Protocol):
    """What judges a sample: its name stands in the log, so that another judge judges anew.

    `needs` is the field of a prompt without which it cannot judge, "target" or "tests", or "" where there is none.
    """

    name: str
    needs: str

    def __call__(self, prompt: PromptRow, response: str) -> Ruling:
        """Judge a response."""
        ...


class NamedJudge:
    """One of the rules by which logs are judged: "exact", "last-number", "boxed", "choice"."""

    needs = "target"

    def __init__(self, name: str) -> None:
        if name not in JUDGES:
            raise ValueError(f"judge = {name!r}: must be one of {', '.join(JUDGES)}, or module:function")
        self.name = name
        self._take, self._read = JUDGES[name]

    def __call__(self, prompt: PromptRow, response: str) -> Ruling:
        """Compare a response with the reference answer."""
        answer = self._take(response)
        return Ruling(answer is not None and answer == self._read(_target(prompt)), answer)


class _FunctionJudge:
    needs = ""

    def __init__(self, name: str, function: Callable[[str, str | None], Any]) -> None:
        self.name = name
        self._function = function
        # A function of the user is not asked whether it may run twice at once.
        self._lock = threading.Lock()

    def __call__(self, prompt: PromptRow, response: str) -> Ruling:
        with self._lock:
            try:
                said = self._function(response, prompt.target)
            except Exception as error:
                raise JudgeFailed(f"{self.name}: {type(error).__name__}: {short(str(error))}") from error
        return ruling_of(said, self.name)


def function_judge(name: str) -> SampleJudge:
    """Return the judge ``module:function``, a function of a response and its reference answer.

    It returns True or False; or that and the answer found; or a mapping with ``correct`` and, where it has them,
    ``answer`` and ``score``. Modules of the current folder are found.

    Raises
    ------
    ValueError
        When the module or the function does not exist.
    """
    module, _, function = name.partition(":")
    if os.getcwd() not in sys.path:
        sys.path.insert(0, os.getcwd())
    try:
        found = getattr(import_module(module), function)
    except (ImportError, AttributeError, ValueError) as error:
        raise ValueError(f"judge = {name!r}: {error}") from None
    if not callable(found):
        raise ValueError(f"judge = {name!r}: must be a function, got {short(found)}")
    return _FunctionJudge(name, found)


class CommandJudge:
    """A command that reads a JSON object with problem, response and target and prints one with correct.

    Parameters
    ----------
    command : sequence of str
        Run once a sample, without a shell.
    timeout : float
        Seconds.
    without : sequence of str
        Environment variables that it does not get: those of keys.
    """

    needs = ""

    def __init__(self, command: Sequence[str], *, timeout: float = 60.0, without: Sequence[str] = ()) -> None:
        if not command:
            raise ValueError("judge-command: is empty")
        self.name = f"command {' '.join(command)}"
        self._command, self._timeout, self._without = list(command), timeout, set(without)

    def __call__(self, prompt: PromptRow, response: str) -> Ruling:
        """Let the command judge a response."""
        message = json.dumps({"problem": prompt.problem, "response": response, "target": prompt.target})
        environment = {name: value for name, value in os.environ.items() if name not in self._without}
        try:
            ran = subprocess.run(
                self._command, input=message.encode(), capture_output=True, timeout=self._timeout, env=environment
            )
        except subprocess.TimeoutExpired:
            raise JudgeFailed(f"{self._command[0]}: no verdict within {self._timeout:g} s") from None
        except OSError as error:
            raise JudgeFailed(f"{self._command[0]}: {error.strerror}") from None
        if ran.returncode:
            said = ran.stderr.decode("utf-8", "replace").strip().splitlines()
            raise JudgeFailed(f"{self._command[0]}: status {ran.returncode}{f': {short(said[-1])}' if said else ''}")
        try:
            return ruling_of(json.loads(ran.stdout), self._command[0])
        except ValueError:
            raise JudgeFailed(
                f"{self._command[0]}: prints no JSON: {short(ran.stdout.decode('utf-8', 'replace'))}"
            ) from None


class EndpointJudge:
    """A model that compares a response with the reference answer.

    Parameters
    ----------
    model : str
    ask : callable
        Sends a question of a problem to the judge's endpoint, within the budget, and returns the reply's text.
    """

    needs = "target"

    def __init__(self, model: str, ask: Callable[[str, str], str]) -> None:
        self.name = f"model {model}"
        self._ask = ask

    def __call__(self, prompt: PromptRow, response: str) -> Ruling:
        """Ask the model; a reply without a verdict is none."""
        question = QUESTION.format(question=prompt.question, target=_target(prompt), response=response)
        found = _VERDICT.findall(self._ask(prompt.problem, question))
        return Ruling(found[-1].upper() == RIGHT if found else None)


def ruling_of(said: Any, name: str) -> Ruling:
    """What a judge of the user said."""
    answer, score = None, None
    if isinstance(said, dict):
        said, answer, score = said.get("correct"), said.get("answer"), said.get("score")
    elif isinstance(said, (tuple, list)) and len(said) == 2:
        said, answer = said
    # NumPy's booleans count, 0 and 1 do too; None or a text does not.
    if type(said).__name__ not in ("bool", "bool_", "int") or said not in (True, False):
        raise JudgeFailed(f"{name}: a judge must say True or False, got {short(said)}")
    if score is not None and (isinstance(score, bool) or not isinstance(score, (int, float)) or score != score):
        raise JudgeFailed(f"{name}: a score must be a number, got {short(score)}")
    return Ruling(bool(said), None if is_missing(answer) else str(answer), None if score is None else float(score))


def _target(prompt: PromptRow) -> str:
    if prompt.target is None:
        raise JudgeFailed(f"problem {short(prompt.problem)} has no reference answer in a column target")
    return prompt.target
