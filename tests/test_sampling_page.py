"""The page that goes from an empty folder to a plan, followed word by word with the real small model."""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import signal
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import inference_scaling as its
import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "book" / "laboratory" / "sample_your_model.md"


class Steps(NamedTuple):
    """What a reader saves, what a reader types, and the line that ends it."""

    files: dict[str, str]
    commands: list[str]
    end: str


def steps() -> Steps:
    text = PAGE.read_text(encoding="utf-8")
    text = text.partition("## From an empty folder to a plan\n")[2].partition("\n## ")[0]
    files = dict(re.findall(r"Save this as `([\w.]+)`.*?```python\n(.*?)```", text, re.DOTALL))
    console = "\n".join(re.findall(r"```console\n(.*?)```", text, re.DOTALL)).replace("\\\n", "")
    (end,) = re.findall(r"Stop the server with `([^`]+)`", text)
    return Steps(files, re.findall(r"^\$ (.+)$", console, re.MULTILINE), end)


def test_the_page_waits_for_the_server_before_it_asks_it():
    commands = steps().commands
    (begun,) = (at for at, one in enumerate(commands) if one.endswith("&"))
    assert commands[begun + 1].startswith("until [ -s address.txt ]")
    assert all("address.txt" not in one for one in commands[:begun])
    assert any("$(cat address.txt)" in one for one in commands[begun + 2 :])


@pytest.fixture
def terminal(tmp_path):
    """Bash in an empty folder, with job control as where somebody types; a server that it left running is ended."""
    path = os.pathsep.join([str(Path(sys._base_executable).parent), os.environ["PATH"]])
    bare = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    # What runs in the background is known by its number, also where bash itself is ended.
    running = []

    def typed(script: str) -> str:
        bash = subprocess.Popen(
            ["bash", "-c", f"set -e -m\n{script}"],
            cwd=tmp_path,
            env={**bare, "PATH": path},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        running.append(bash)
        out, _ = bash.communicate()
        assert bash.returncode == 0, out[-3000:]
        return out

    yield typed
    pid = tmp_path / "server.pid"
    for one in [bash.pid for bash in running] + ([int(pid.read_text())] if pid.exists() else []):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(one, signal.SIGKILL)


@pytest.mark.evidence
@pytest.mark.timeout(1800)
def test_the_page_followed_in_an_empty_folder_ends_with_a_plan(terminal, tmp_path):
    """It installs and fetches 130 MB. ``-s`` shows what a reader sees, with the seconds since the beginning."""
    files, commands, end = steps()
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    lines = []
    for command in commands:
        lines += [
            f'echo "[$SECONDS s] $ "{shlex.quote(command)}',
            command.replace(" BOOK ", f" {shlex.quote(str(ROOT))} "),
        ]
        lines += ["echo $! > server.pid"] if command.endswith("&") else []
    out = terminal("\n".join([*lines, end, 'echo "[$SECONDS s] the end"']))
    print(out)
    samples = its.read_samples(tmp_path / "samples.csv")
    assert samples.n.tolist() == [8] * 24
    assert samples.score is not None and 0 < samples.tokens.sum() <= 192 * 32
    assert re.search(r"^Take .*expected accuracy 0\.\d+", out, re.MULTILINE)
    # What is complete asks the server for nothing: it is gone by now.
    assert (tmp_path / "address.txt").read_text().startswith("http://127.0.0.1:")
    terminal(next(one for one in commands if " sample prompts.csv" in one))
    assert its.read_samples(tmp_path / "samples.csv").correct.tolist() == samples.correct.tolist()
