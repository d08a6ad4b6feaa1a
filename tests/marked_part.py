"""A part of an instructor's own with a text, a proof and a figure, which a person marks, and what a class hands in."""

import base64
import io
import json
import shutil
from pathlib import Path

import nbformat
from inference_scaling.classroom import release as exercises
from PIL import Image, PngImagePlugin

ROOT = Path(__file__).resolve().parents[1]

PART = """
from inference_scaling.answers.task import Function, Misconception, Picture, Task, Written


def doubled(x):
    return 2 * x


def asked(id, kind, title, answer_type, reference):
    return Task(
        id=id, kind=kind, title=title, points=4, minutes=5, variable=f"answer_{id[-1]}",
        statement="Say why more samples help.", answer_type=answer_type, reference=lambda: reference,
        misconceptions=(), hints=("Think.", "Write."), explanation="A person reads it.",
    )


TASKS = (
    asked("V-1", "W", "In words", Written(longest=5_000), "Because one of them may be right."),
    asked("V-2", "P", "A proof", Written(proof=True), "$p > 0$"),
    asked("V-3", "G", "A picture", Picture(), "A curve that rises."),
    Task(
        id="V-4", kind="F", title="Twice", points=3, minutes=5, variable="doubled", statement="Write twice x.",
        answer_type=Function("doubled(x)", lambda rng: [(0,), (1,), (2.5,)]), reference=doubled,
        misconceptions=(
            Misconception("square", lambda x: x * x, "This is the square."),
            Misconception("half", lambda x: x / 2, "This is the half."),
        ),
        hints=("Twice.", "Two times x."), explanation="Two times x.",
    ),
)
"""
SOLUTIONS = {
    "V-1": 'answer_1 = (\n    ### BEGIN SOLUTION\n    "Because one of them may be right."\n    ### END SOLUTION\n)',
    "V-2": 'answer_2 = (\n    ### BEGIN SOLUTION\n    r"$p > 0$"\n    ### END SOLUTION\n)',
    "V-3": "answer_3 = (\n    ### BEGIN SOLUTION\n    object()\n    ### END SOLUTION\n)",
    "V-4": "def doubled(x):\n    ### BEGIN SOLUTION\n    return 2 * x\n    ### END SOLUTION",
}
NAMES = {"V-1": "answer_1", "V-2": "answer_2", "V-3": "answer_3", "V-4": "doubled"}
RUBRIC = """
[V-1]
comments = ["Say where the number comes from.", "Well seen."]
items = [
  { name = "Reason", points = 2, in_part = 1, text = "says why" },
  { name = "Example", points = 2, text = "gives one" },
  { name = "Wrong claim", points = -1 },
]
[V-2]
items = [{ name = "Idea", points = 2 }, { name = "Rigour", points = 2 }]
[V-3]
start = 4
items = [{ name = "No labels", points = -2 }]
"""


def _cell(kind, name, source, **marks):
    make = nbformat.v4.new_code_cell if kind == "code" else nbformat.v4.new_markdown_cell
    mark = {"grade": False, "grade_id": name, "locked": True, "schema_version": 3, "solution": False, "task": False}
    return make(source, id=name, metadata={"nbgrader": {**mark, **marks}})


def project(folder):
    """Make a project with the part; return the folder of private parts."""
    shutil.copytree(ROOT / "exercises", folder / "exercises", ignore=shutil.ignore_patterns("private"))
    (folder / "_toc.yml").touch()
    private = folder / "exercises" / "private"
    private.mkdir()
    (private / "essay.py").write_text(PART, encoding="utf-8")
    start = 'from inference_scaling.classroom import check, given, start\n\nstart("essay", cohort="book")'
    cells = [_cell("code", "start", start)]
    for task, name in NAMES.items():
        cells += [
            _cell("markdown", f"{task}-statement", "to be written"),
            _cell("code", f"{task}-answer", SOLUTIONS[task], locked=False, solution=True),
            _cell("code", task, f'check("{task}", {name}).points', grade=True, points=3),
        ]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), private / "essay.ipynb")
    return private


def hand_out(folder):
    """Write the notebook that students get."""
    (folder / "handed-out").mkdir()
    text = exercises.release("autumn", folder, parts=("essay",))["essay.ipynb"]
    (folder / "handed-out" / "essay.ipynb").write_text(text, encoding="utf-8")


def png(colour="navy", size=(40, 30), **text):
    """Return a PNG; words given by name are texts in it."""
    file, info = io.BytesIO(), PngImagePlugin.PngInfo()
    for key, value in text.items():
        info.add_text(key, value)
    Image.new("RGB", size, colour).save(file, "PNG", pnginfo=info)
    return file.getvalue()


def hand_in(folder, student, answers=(), figure=None, bundle=None):
    """Write a student's notebook: the handed-out one with code in place of stubs, and a PNG below the figure's cell."""
    notebook = json.loads((folder.parent / "handed-out" / "essay.ipynb").read_text(encoding="utf-8"))
    answers = dict(answers)
    if figure or bundle:
        answers.setdefault("V-3", "answer_3 = draw()")
    for one in notebook["cells"]:
        task = one["metadata"]["nbgrader"]["grade_id"].removesuffix("-answer")
        if one["metadata"]["nbgrader"]["solution"] and task in answers:
            one["source"] = answers[task]
            if task == "V-3":
                shown = bundle or {"image/png": base64.b64encode(figure or b"").decode(), "text/plain": "<Figure>"}
                one["outputs"] = [{"output_type": "display_data", "data": shown, "metadata": {}}]
    folder.mkdir(exist_ok=True)
    (folder / f"{student}_essay.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
