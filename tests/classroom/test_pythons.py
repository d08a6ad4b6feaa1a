"""What students get, on every Python from 3.11 on that runs here, in the forms of VS Code and Colab, unchanged."""

import copy
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from inference_scaling.classroom import release as exercises
from inference_scaling.classroom.course import Course
from inference_scaling.lessons import registry

ROOT = Path(__file__).resolve().parents[2]
COHORT = "autumn-2027"
RUNS = "import sys, venv, ensurepip; print('%d.%d' % sys.version_info[:2])"


def pythons():
    """Return an interpreter for each version from 3.11 on: this one, and what else runs under its usual name."""
    found = {}
    for name in (sys.executable, "python3.11", "python3.12", "python3.13", "python3.14"):
        try:
            done = subprocess.run([name, "-c", RUNS], capture_output=True, text=True, check=False)
        except OSError:
            continue
        if done.returncode == 0:
            found.setdefault(done.stdout.strip(), name)
    return found


def as_vs_code(notebook):
    """Return a notebook as VS Code saves it: its own marks on the cells, another kernel's name, no ids."""
    notebook = copy.deepcopy(notebook)
    for cell in notebook["cells"]:
        cell.pop("id", None)
        if cell["cell_type"] == "code":
            cell["metadata"]["vscode"] = {"languageId": "python"}
    notebook["metadata"] = {
        "kernelspec": {"display_name": ".venv", "language": "python", "name": "python3"},
        "language_info": {"name": "python", "version": "3.13.0"},
    }
    return {**notebook, "nbformat_minor": 2}


def as_colab(notebook):
    """Return a notebook as Colab saves it, with the cell that installs the package in front."""
    notebook = as_vs_code(notebook)
    for number, cell in enumerate(notebook["cells"]):
        cell["metadata"].pop("vscode", None)
        cell["metadata"] |= {"id": f"aB{number:010d}"}
    first = {"cell_type": "code", "source": ["%pip install -q PACKAGE"], "metadata": {"id": "first", "colab": {}}}
    notebook["cells"].insert(0, {**first, "execution_count": 1, "outputs": []})
    notebook["metadata"] = {
        "colab": {"provenance": [], "name": "theorem.ipynb"},
        "kernelspec": {"name": "python3", "display_name": "Python 3"},
        "language_info": {"name": "python"},
    }
    return {**notebook, "nbformat_minor": 0}


FORMS = {"as handed out": lambda notebook: notebook, "VS Code": as_vs_code, "Colab": as_colab}

# Runs in the new environment: executes each notebook and prints what its checks replied.
EXECUTE = """
import json, sys
from pathlib import Path
import nbformat
from nbclient import NotebookClient

for path in sys.argv[1:]:
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=300).execute()
    shown = [
        output.get("text", "") or output.get("data", {}).get("text/plain", "")
        for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs
    ]
    print(json.dumps({"path": path, "python": sys.version.split()[0], "shown": shown}))
"""


def executed(tmp_path, python, notebooks):
    """Install what the handout says into a new environment, execute the notebooks there, return what they showed."""
    package = exercises.package(tmp_path, ROOT)
    environment = tmp_path / "environment"
    subprocess.run([python, "-m", "venv", str(environment)], check=True)
    own = environment / "bin" / "python"
    install = [str(own), "-m", "pip", "install", "-q", "--disable-pip-version-check", "ipykernel", "nbclient"]
    subprocess.run([*install, str(tmp_path / package)], check=True)
    places = []
    for name, notebook in notebooks.items():
        text = json.dumps(notebook).replace("PACKAGE", str(tmp_path / package))
        places.append(tmp_path / f"{name}.ipynb")
        places[-1].write_text(text, encoding="utf-8")
    done = subprocess.run([str(own), "-c", EXECUTE, *map(str, places)], capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr[-2000:]
    return {Path(line["path"]).stem: line["shown"] for line in map(json.loads, done.stdout.splitlines())}


@pytest.mark.evidence
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("version", sorted(pythons()))
def test_the_students_notebooks_run_unchanged_in_every_form(tmp_path, version):
    notebooks, wanted = {}, {}
    for part in registry.PARTS:
        solved = exercises.for_cohort(exercises.source(part, ROOT), part, COHORT)
        tasks = [task for task in registry.part(part) if not task.bonus]
        for work, notebook in (("solved", solved), ("blank", exercises.released(solved))):
            for form in FORMS if part == "theorem" else ("as handed out",):
                name = f"{part} {work} {form}"
                notebooks[name] = FORMS[form](json.loads(json.dumps(notebook)))
                wanted[name] = len(tasks) if work == "solved" else 0
    shown = executed(tmp_path, pythons()[version], notebooks)
    right = {name: sum(bool(re.match(r"[A-Z]-\d+: right, ", text)) for text in texts) for name, texts in shown.items()}
    assert right == wanted


# What the handout says


def sections(text):
    heads = [piece.partition("\n") for piece in text.split("\n## ")[1:]]
    return {head: body.strip().splitlines() for head, _, body in heads}


@pytest.mark.parametrize("where", ["On your own machine", "In VS Code", "In Colab"])
def test_the_handout_says_in_three_lines_how_to_begin(where):
    lines = sections(exercises.handout(COHORT, package="inference_scaling-0.1.0-py3-none-any.whl"))[where]
    assert [line[:3] for line in lines] == ["1. ", "2. ", "3. "]
    assert any("inference_scaling-0.1.0-py3-none-any.whl" in line for line in lines)


def test_the_handout_names_no_single_python():
    text = exercises.handout(COHORT)
    assert "Python 3.11 or newer" in text and "You need Python 3.11." not in text


def test_the_handout_says_how_often_and_with_whom(tmp_path):
    from inference_scaling.classroom.course import Part

    parts = {"theorem": Part(attempts=3, best=True), "setup": Part(groups=True)}
    text = exercises.handout(COHORT, Course(parts=parts))
    assert "Theorem: 3 files at most, the best counts." in text and "Setup: one file for your group" in text
    assert "the later counts" in text and "3 files" not in exercises.handout(COHORT)
