"""A judge of programs that a model wrote: each runs with its tests in the grader's sandbox, or not at all."""

from __future__ import annotations

import json
import re
import secrets
import threading
from typing import Any

from ..samples.errors import short
from ..sources.endpoint import JudgeFailed, PromptRow, Ruling

_FENCE = re.compile(r"```[a-zA-Z0-9+]*[ \t]*\n(.*?)(?:```|\Z)", re.DOTALL)
# Sandboxes at a time: each is a Python with NumPy.
AT_ONCE = 2


class ProgramJudge:
    """Runs the program of a response and then the prompt's tests; right is what ends without an error.

    Parameters
    ----------
    continues : bool
        Whether a response goes on where its prompt ends, as with the form completions.
    seconds : float
        For a program and its tests.

    Raises
    ------
    ValueError
        When there is no sandbox on this machine: then no program is run.
    """

    name, needs = "program", "tests"

    def __init__(self, continues: bool, seconds: float = 10.0) -> None:
        try:
            from ..grading.sandbox.run import Limits, Sandbox, SandboxError, available
        except ImportError as error:
            raise ValueError(f"--judge program: {error}: pip install 'inference-scaling[grading]'") from None
        tools = available()
        tool = next((name for name, reason in tools.items() if not reason), None)
        if tool is None:
            reasons = "; ".join(f"{name}: {reason}" for name, reason in tools.items())
            raise ValueError(f"--judge program: no sandbox here, so no program is run ({reasons})")
        self._continues, self._error = continues, SandboxError
        self._make = lambda: Sandbox(tool, Limits(seconds=seconds))
        self._places = threading.Semaphore(AT_ONCE)

    def __call__(self, prompt: PromptRow, response: str) -> Ruling:
        """Run a program and its tests."""
        if prompt.tests is None:
            raise JudgeFailed(f"problem {short(prompt.problem)} has no program in a column tests")
        # What is assigned after the last test is known to nobody before, so a program that ends early has not passed.
        word = secrets.token_hex(8)
        code = f"{self._program(prompt, response)}\n\n{prompt.tests}\n\nanswer = '{word}'\n"
        task = {"id": "sample", "name": "answer", "code": code, "before": [], "request": {}}
        try:
            with self._places, self._make() as sandbox:
                (ended,) = sandbox.run({"start": [], "given": {}, "tasks": [task]})
        except (self._error, OSError) as error:
            raise JudgeFailed(f"the sandbox: {error}") from None
        return Ruling(ended["ended"] == "answered" and _reached(ended["reply"], word))

    def _program(self, prompt: PromptRow, response: str) -> str:
        if self._continues:
            return prompt.question + response
        blocks: list[str] = _FENCE.findall(response)
        return blocks[-1] if blocks else response


def _reached(reply: str, word: str) -> bool:
    try:
        value: Any = json.loads(reply)
    except ValueError:
        return False
    return value.get("error") is None and word in json.dumps(value.get("data"))
