"""Where there is no sandbox: a container that has one, and a clear refusal everywhere else."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from inference_scaling.cli import main
from inference_scaling.grading.demo import mixed
from inference_scaling.grading.sandbox import run as sandbox

ROOT = Path(__file__).resolve().parents[2]
RECIPE, PAGE = ROOT / "exercises" / "Containerfile", ROOT / "book" / "teaching" / "grading.md"
HADOLINT = Path(sys.executable).with_name("hadolint")
# What Podman leaves to root in a container; Docker leaves some more. Source: the man page of containers.conf,
# `default_capabilities`.
RIGHTS = "chown,dac_override,fowner,fsetid,kill,net_bind_service,setfcap,setgid,setpcap,setuid,sys_chroot"
ENGINE = next((name for name in ("podman", "docker") if shutil.which(name)), None)


def run_lines():
    """Return the page's commands that run the container, each as a list of words."""
    text = PAGE.read_text(encoding="utf-8").replace("\\\n", " ")
    return [shlex.split(line) for line in re.findall(r"^(?:docker|podman) run .*$", text, re.MULTILINE)]


def handed_in(folder):
    ((_, content),) = mixed(1, "book", ROOT)
    (folder / "submissions").mkdir(parents=True)
    (folder / "submissions" / "s1_theorem.ipynb").write_bytes(content)


def test_the_recipe_is_linted_and_the_linter_sees_a_fault(tmp_path):
    def linted(path):
        return subprocess.run([HADOLINT, path], capture_output=True, text=True, check=False)

    fine = linted(RECIPE)
    assert (fine.returncode, fine.stdout) == (0, "")
    wrong = tmp_path / "Containerfile"
    wrong.write_text(RECIPE.read_text(encoding="utf-8").replace("COPY lib lib", "COPPY lib lib"), encoding="utf-8")
    assert linted(wrong).returncode == 1


def test_what_the_recipe_copies_is_there_and_is_all_that_the_command_needs():
    lines = RECIPE.read_text(encoding="utf-8").splitlines()
    copied = [name for line in lines if line.startswith("COPY") for name in line.split()[1:-1]]
    assert [name for name in copied if not (ROOT / name).exists()] == []
    known = subprocess.run(["git", "ls-files", *copied], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert {name.split("/")[0] for name in known.split()} == {name.split("/")[0] for name in copied}
    # What the package's description names has to be there when it is installed.
    assert {"pyproject.toml", "README.md", "LICENSE", "LICENSE-text.md", "data", "lib"} <= set(copied)


def test_the_options_on_the_page_are_the_command_s(capsys):
    entry = re.search(r"^ENTRYPOINT \[(.*)\]$", RECIPE.read_text(encoding="utf-8"), re.MULTILINE)[1]
    program, *fixed = [word.strip().strip('"') for word in entry.split(",")]
    assert program == "inference-scaling" and fixed[:2] == ["grade", "--root"]
    lines = run_lines()
    assert {words[0] for words in lines} == {"docker", "podman"}
    for words in lines:
        assert {"--rm", "--network=none", "--cap-add=SYS_ADMIN"} <= set(words)
        arguments = words[words.index("grader") + 1 :]
        # The command reads its options and then finds that the folder is none.
        assert main([*fixed[:1], *arguments, "--root", str(ROOT)]) == 2
        assert "is not a folder with submissions" in capsys.readouterr().err


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give away its rights one by one, as in a container")
def test_with_the_rights_of_the_container_every_protection_holds_and_without_them_the_grader_refuses(tmp_path):
    handed_in(tmp_path)
    command = [sys.executable, "-m", "inference_scaling.cli", "grade", "submissions", "--root", str(ROOT)]
    done = {}
    for name, its in (("with", f"{RIGHTS},sys_admin"), ("without", RIGHTS)):
        kept = "-all,+" + its.replace(",", ",+")
        line = ["setpriv", "--inh-caps=-all", f"--bounding-set={kept}", *command, "--out", name]
        done[name] = subprocess.run(line, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done["with"].returncode == 0, done["with"].stderr
    count = len(sandbox.PROTECTIONS)
    assert f"{count} of {count} protections held" in done["with"].stdout
    assert done["without"].returncode == 3
    assert "no sandbox works here" in done["without"].stderr and "exercises/Containerfile" in done["without"].stderr


# Run before the package is imported: what Windows does not have is gone.
_WINDOWS = """
import os, sys
import asyncio, multiprocessing, subprocess, tempfile, IPython, numpy, tqdm
sys.modules |= dict.fromkeys(("fcntl", "resource", "pwd", "grp"))
for name in ("sysconf", "geteuid", "killpg", "O_NOFOLLOW", "O_NONBLOCK"):
    delattr(os, name)
from inference_scaling.cli import main
from inference_scaling.grading import command
sys.platform = "win32"
sys.exit(main(sys.argv[1:]))
"""


def test_windows_is_refused_also_with_trust_and_told_of_the_container(tmp_path):
    handed_in(tmp_path)
    words = ["grade", "submissions", "--out", "out", "--root", str(ROOT), "--trust"]
    command = [sys.executable, "-c", _WINDOWS, *words]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert done.stderr.startswith("inference-scaling grade: the grader does not run on Windows itself")
    assert "exercises/Containerfile" in done.stderr and "Traceback" not in done.stderr


def test_macos_is_refused_and_told_of_the_container(tmp_path, capsys, monkeypatch):
    handed_in(tmp_path)
    monkeypatch.setattr(sandbox.sys, "platform", "darwin")
    place = [str(tmp_path / "submissions"), "--out", str(tmp_path / "out"), "--root", str(ROOT)]
    assert main(["grade", *place]) == 3
    said = capsys.readouterr().err
    assert "no namespaces on darwin" in said and "exercises/Containerfile" in said


@pytest.mark.evidence
@pytest.mark.timeout(1800)
@pytest.mark.skipif(
    ENGINE is None or subprocess.run([ENGINE, "info"], capture_output=True).returncode != 0,
    reason="no engine for containers answers on this machine",
)
def test_the_container_is_built_and_grades_as_the_page_says(tmp_path):
    handed_in(tmp_path)
    build = [ENGINE, "build", "--file", str(RECIPE), "--tag", "grader", str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    words = next(words for words in run_lines() if words[0] == ENGINE)
    at = words.index("grader")
    mounted = [word.replace("$PWD", str(tmp_path)) for word in words[: at + 1]]
    done = subprocess.run(
        [*mounted, "submissions", "--out", "report"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    count = len(sandbox.PROTECTIONS)
    assert f"{count} of {count} protections held" in done.stdout
    assert (tmp_path / "report" / "gradebook.csv").exists()
