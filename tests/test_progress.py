"""How far a long command is: one line on a terminal, gone when the command is done, and nothing anywhere else."""

import os
import pty
import re

import inference_scaling as its
import numpy as np
import pytest
from inference_scaling._progress import heard_by, tell, told
from inference_scaling.cli import main, progress


@pytest.fixture
def table(tmp_path):
    rng = np.random.default_rng(0)
    right = rng.random((12, 8)) < rng.random((12, 1))
    its.write_samples(its.SampleSet.from_matrix(right, answer=np.where(right, 0, 1)), tmp_path / "samples.csv")
    return str(tmp_path / "samples.csv")


class Terminal:
    """Standard error as a terminal of 80 columns; `written` is all that was written to it."""

    def __init__(self, monkeypatch):
        self._here, there = pty.openpty()
        self._file = os.fdopen(there, "w")
        monkeypatch.setattr("sys.stderr", self._file)
        monkeypatch.setattr(progress, "WAIT", 0)
        monkeypatch.setattr(progress, "AGAIN", 0)
        monkeypatch.setattr(progress.os, "get_terminal_size", lambda _: os.terminal_size((80, 24)))
        monkeypatch.setenv("TERM", "xterm")
        monkeypatch.delenv("CI", raising=False)

    def written(self):
        self._file.close()
        found = b""
        try:
            while part := os.read(self._here, 65_536):
                found += part
        except OSError:
            # The other end is closed.
            pass
        os.close(self._here)
        return found.decode()


def seen(written):
    """What stands on the screen in the end: a line that is written over is gone."""
    return "\n".join(line.split("\r")[-1].rstrip() for line in written.replace("\r\n", "\n").split("\n"))


ASKED = {
    "plan": ["--objective", "accuracy", "--budget", "4"],
    "backtest": ["--objective", "coverage", "--budget", "3", "--pilot", "4", "--repeats", "3"],
}
SAID = {"plan": r"folds #{24} 5 of 5", "backtest": r"pilots #{24} 3 of 3"}


@pytest.mark.parametrize("command", ASKED)
def test_a_terminal_shows_how_far_a_command_is_and_then_no_more_of_it(table, monkeypatch, capsys, command):
    terminal = Terminal(monkeypatch)
    assert main([command, table, *ASKED[command]]) == 0
    written = terminal.written()
    assert re.search(r"reading samples.csv: rows 96", written)
    assert re.search(SAID[command], written)
    assert seen(written) == ""
    assert capsys.readouterr().out


@pytest.mark.parametrize("environment", [{"TERM": "dumb"}, {"CI": "true"}, None])
@pytest.mark.parametrize("command", ASKED)
def test_a_pipe_a_dumb_terminal_and_continuous_integration_show_nothing(
    table, monkeypatch, capsys, command, environment
):
    if environment is None:
        monkeypatch.setattr(progress, "WAIT", 0)
        assert main([command, table, *ASKED[command]]) == 0
        assert capsys.readouterr().err == ""
        return
    terminal = Terminal(monkeypatch)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert main([command, table, *ASKED[command]]) == 0
    assert terminal.written() == ""


def test_ctrl_c_leaves_one_line(table, monkeypatch):
    def stopped(*_, **__):
        tell("folds", 1, 50)
        raise KeyboardInterrupt

    monkeypatch.setattr("inference_scaling.decisions.plan", stopped)
    terminal = Terminal(monkeypatch)
    assert main(["plan", table, *ASKED["plan"]]) == 130
    written = terminal.written()
    assert "folds" in written
    assert seen(written) == "inference-scaling plan: stopped\n"


def test_an_error_stands_on_a_line_of_its_own(table, monkeypatch):
    terminal = Terminal(monkeypatch)
    assert main(["plan", table, "--objective", "accuracy", "--budget", "0.1"]) == 2
    assert seen(terminal.written()).startswith("inference-scaling plan: ")


def test_a_line_is_shown_after_a_while_and_not_too_often():
    now = [0.0]
    out = type("Out", (list,), {"write": list.append, "flush": lambda self: None, "isatty": lambda self: False})()
    line = progress.ProgressLine(out, lambda: now[0])
    for now[0] in (0.1, 0.6, 0.8, 0.85, 0.95):
        line.show("rows", int(now[0] * 100))
    assert out == ["\rrows 80", "\rrows 95"]
    line.show("a", 1)
    now[0] = 2.0
    line.show("a", 1)
    line.clear()
    line.clear()
    assert out[2:] == ["\ra 1".ljust(8), "\r" + " " * 3 + "\r"]


def test_the_library_tells_a_listener_and_otherwise_nobody(capsys):
    heard = []
    with heard_by(lambda *said: heard.append(said)):
        assert list(told("ab", "letters", 2)) == ["a", "b"]
        with heard_by(None):
            tell("nothing", 1)
    tell("nothing", 1)
    assert heard == [("letters", 1, 2), ("letters", 2, 2)]
    assert capsys.readouterr() == ("", "")
