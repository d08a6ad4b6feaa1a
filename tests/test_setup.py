"""Set-up as a newcomer meets it: which Python is taken, what is installed, and what is said where nothing fits."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
TOOLS = ("sh", "make", "grep", "touch", "mkdir", "cp", "rm")
# Stands for a Python: says what it was asked, and makes an environment that holds such a one too.
RUNS = """#!/bin/sh
echo "$(basename $0) $*" >> "$LOG"
case "$1 $2" in "-m venv") mkdir -p .venv/bin; cp "$0" .venv/bin/python; cp "$0" .venv/bin/uv;; esac
"""
UV = """#!/bin/sh
echo "uv $*" >> "$LOG"
case "$1" in venv) mkdir -p .venv/bin; printf '#!/bin/sh\\n' > .venv/bin/python; chmod +x .venv/bin/python;; esac
"""
SHIM = "#!/bin/sh\necho 'command not found' >&2\nexit 127\n"
OLD = """#!/bin/sh
case "$2" in *FITS*|*venv*) exit 1;; esac
echo "PYTHON = python3.9: is 3.9.18, must be 3.11 or newer" >&2
exit 1
"""


@pytest.fixture
def machine(tmp_path: Path):
    """A machine that has only the tools of a set-up and the programs given by name; ``make setup`` on it."""
    project, programs, log = tmp_path / "project", tmp_path / "bin", tmp_path / "log"
    project.mkdir()
    programs.mkdir()
    for name in ("Makefile", "requirements.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, project)
    for tool in TOOLS:
        (programs / tool).symlink_to(shutil.which(tool))
    (programs / "basename").symlink_to(shutil.which("basename"))
    (programs / "chmod").symlink_to(shutil.which("chmod"))

    def setup(*arguments: str, **found: str) -> tuple[subprocess.CompletedProcess[str], list[str]]:
        for name, text in found.items():
            program = programs / name.replace("_", ".")
            program.write_text(text)
            program.chmod(0o755)
        environment = {"PATH": str(programs), "LOG": str(log), "HOME": str(tmp_path)}
        command = [str(programs / "make"), "setup", *arguments]
        result = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True, check=False)
        asked = log.read_text().splitlines() if log.exists() else []
        return result, [line for line in asked if " -c " not in line]

    return setup


def test_a_name_that_only_fails_is_passed_over_for_one_that_runs(machine) -> None:
    result, asked = machine(python3_11=SHIM, python3_12=SHIM, python3_13=RUNS, python3=SHIM)
    assert result.returncode == 0, result.stdout + result.stderr
    assert asked[0] == "python3.13 -m venv --clear .venv"
    assert "uv pip install -q --python .venv/bin/python -r requirements.lock" in asked


def test_where_no_python_fits_it_is_said_what_was_tried_and_what_to_do(machine) -> None:
    result, asked = machine(python3_11=SHIM, python3=SHIM)
    assert result.returncode != 0
    assert "No Python of 3.11 or newer" in result.stdout
    assert "python3.11 python3.12" in result.stdout
    assert "PYTHON=/path/to/python" in result.stdout
    assert asked == []


def test_where_no_python_fits_uv_brings_one(machine) -> None:
    result, asked = machine(python3_11=SHIM, uv=UV)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "uv venv -q --seed --clear --python >=3.11 .venv" in asked


def test_an_old_python_that_was_asked_for_is_refused_by_its_version(machine) -> None:
    result, asked = machine("PYTHON=python3.9", python3_9=OLD, python3_13=RUNS)
    assert result.returncode != 0
    assert "must be 3.11 or newer" in result.stderr
    assert asked == []


def test_where_uv_finds_no_packages_pip_installs_them(machine) -> None:
    failing = RUNS.replace("case", '[ "$(basename $0) $1 $2" = "uv pip install" ] && exit 1\ncase', 1)
    result, asked = machine(python3=failing)
    assert result.returncode == 0, result.stdout + result.stderr
    assert any(line.startswith("python -m pip install") and "-r requirements.lock" in line for line in asked)


# Stands for Deno: the statuses of its runs, one after the other, stand in a file.
DENO = """#!/bin/sh
read -r status rest < .cache/statuses; echo $rest > .cache/statuses
case $status in 133) echo "==== C stack trace ====" >&2; kill -TRAP $$;; esac
exit $status
"""


@pytest.mark.parametrize(
    ("statuses", "status", "told"),
    [
        ("0 0", 0, ""),
        ("1", 2, ""),
        ("0 1", 2, ""),
        ("133 0 0", 0, "Deno itself ended, with status 133; once more, with new caches."),
        ("0 133 0 1", 2, "once more"),
        (
            "133 133",
            2,
            "Deno does not run here (status 133), so the scripts are not checked. It needs 0.5 GB of memory",
        ),
    ],
)
def test_lint_tries_again_where_deno_itself_ends_and_says_what_it_needs(tmp_path, statuses, status, told) -> None:
    shutil.copy(ROOT / "Makefile", tmp_path)
    for folder in (".venv/bin", ".cache/deno"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / ".cache" / "statuses").write_text(f"{statuses}\n")
    for name in ("requirements.lock", "pyproject.toml", ".venv/.ready"):
        (tmp_path / name).touch()
    for name, text in {"ruff": "#!/bin/sh\n", "mypy": "#!/bin/sh\n", "hadolint": "#!/bin/sh\n", "deno": DENO}.items():
        (tmp_path / ".venv" / "bin" / name).write_text(text)
        (tmp_path / ".venv" / "bin" / name).chmod(0o755)
    # The variables of a `make` that runs these tests are not those of this one.
    outside = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    command = ["make", "--silent", "lint"]
    ran = subprocess.run(command, cwd=tmp_path, env=outside, capture_output=True, text=True, check=False)
    assert ran.returncode == status, ran.stdout + ran.stderr
    assert told in ran.stdout if told else "Deno" not in ran.stdout
    assert (tmp_path / ".cache" / "statuses").read_text().strip() == ""
