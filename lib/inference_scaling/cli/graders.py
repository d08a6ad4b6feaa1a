"""The commands of the grader: known by name here, with their arguments where they are asked for."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from importlib import import_module
from typing import Any, NamedTuple, cast

from .output import Command


class _Grader(NamedTuple):
    """A command of the grader: its module below `grading`, and what the list of commands says of it."""

    module: str
    help: str


GRADERS = {
    "grade": _Grader("command", "grade a folder of exercise notebooks in a sandbox, with feedback and gradebooks"),
    "capstone": _Grader(
        "capstone", "make the pilots of the capstone from a secret key, and judge what was promised from them"
    ),
    "review": _Grader(
        "review.command", "mark texts, proofs and figures in a browser, and read the code of a class side by side"
    ),
}


def grader_named(name: str, asked: str) -> Callable[[Any], Command]:
    """Return what adds a command of the grader: with its arguments where it is asked for and its packages are there."""
    if name == asked:
        try:
            return cast(Callable[[Any], Command], import_module(f"..grading.{GRADERS[name].module}", __package__).add)
        except ModuleNotFoundError:
            pass
    return lambda commands: _add_name(name, commands)


def _add_name(name: str, commands: Any) -> Command:
    """Add the command's name only: its own arguments come with its modules, which nothing else needs."""
    # Any arguments are accepted, so that the error is about the missing packages.
    command = commands.add_parser(name, help=GRADERS[name].help, prefix_chars="\0", add_help=False)
    command.add_argument("arguments", nargs="*")
    return command, _grader_is_missing


def _grader_is_missing(arguments: argparse.Namespace) -> str:
    raise ValueError("grading needs more packages: pip install 'inference-scaling[grading]'")
