"""Notebooks as editors save them and as students in a hurry leave them, with the verdict that every answer deserves.

`notebooks(solved)` makes them from one solved notebook: eight for each of the editors of `EDITORS`. In each, every task
is left in one of the ways of `WAYS`; which in which notebook is drawn with the notebook's name as seed.
"""

from __future__ import annotations

import copy
import random
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

from inference_scaling.answers.judge import NOT_YET, RIGHT, UNDEFINED, UNTOUCHED

EACH = 8


@dataclass(frozen=True)
class Left:
    """A notebook, and by task in which way its answer was left and the verdict that it deserves."""

    name: str
    notebook: dict
    ways: dict[str, str]
    verdicts: dict[str, str]


def code(source, mark=None):
    marks = {"nbgrader": {"grade_id": mark, "solution": True, "grade": False, "locked": False}} if mark else {}
    return {"cell_type": "code", "source": source, "metadata": marks, "execution_count": None, "outputs": []}


def text(source, kind="markdown"):
    return {"cell_type": kind, "source": source, "metadata": {}}


# Ways in which an answer is left. Each takes the name asked for, the right code, the stub and the task, and returns
# cells; `None` as source stands for the untouched check of the task.

CHECK = object()


def _function(name, right):
    return right.startswith("def ")


def _use(name, right):
    return name if not _function(name, right) else f"{name}.__name__"


WAYS = {
    "in its place": lambda name, right, stub, mark: [code(right, mark), CHECK],
    "with a comment cell split off": lambda name, right, stub, mark: [code(right, mark), code("# done!", mark), CHECK],
    "with scratch split off": lambda name, right, stub, mark: [code(right, mark), code("2 + 2\n3 * 7", mark), CHECK],
    "with its value shown in a split cell": lambda name, right, stub, mark: [
        code(right, mark), code(_use(name, right), mark), CHECK,
    ],
    "twice": lambda name, right, stub, mark: [code(right, mark), code(right, mark), CHECK],
    "below a first try": lambda name, right, stub, mark: [code(f"{name} = 'no idea'", mark), code(right, mark), CHECK],
    "in a new cell, a note in its own": lambda name, right, stub, mark: [code("# see below", mark), code(right), CHECK],
    "in a new cell, its own untouched": lambda name, right, stub, mark: [code(stub, mark), code(right), CHECK],
    "in a new cell, its own deleted": lambda name, right, stub, mark: [code(right), CHECK],
    "in a new cell above its own": lambda name, right, stub, mark: [code(right), code(stub, mark), CHECK],
    "after the check": lambda name, right, stub, mark: [code(stub, mark), CHECK, code(right), text("done")],
    "in the cell of the check": lambda name, right, stub, mark: [
        code(stub, mark), code(f'{right}\ncheck("{mark[:-7]}", {name}).points', mark[:-7]),
    ],
    "without its check": lambda name, right, stub, mark: [code(right, mark)],
    "with the check called in its cell": lambda name, right, stub, mark: [
        code(f'{right}\ncheck("{mark[:-7]}", {name})', mark), CHECK,
    ],
    "timed": lambda name, right, stub, mark: [code(f"%%time\n{right}", mark), CHECK],
    "with magics": lambda name, right, stub, mark: [
        code(f"%matplotlib inline\n!pip install -q numpy\n{right}\nnp.sum?", mark), CHECK,
    ],
    "displayed": lambda name, right, stub, mark: [
        code(f"from IPython.display import display, HTML\n{right}\ndisplay({_use(name, right)})", mark), CHECK,
    ],
    "with a plot": lambda name, right, stub, mark: [
        code(f"import matplotlib.pyplot as plt\n{right}\nplt.plot([1, 2]);\nplt.show()", mark), CHECK,
    ],
    "printed line by line": lambda name, right, stub, mark: [
        code(f"print('before')\n{right}\nprint({_use(name, right)}, end='')", mark), CHECK,
    ],
    "with old tries as comments": lambda name, right, stub, mark: [
        code("\n".join(f"# {line}" for line in stub.splitlines()) + f"\n# {name} = 5\n{right}", mark), CHECK,
    ],
    "with the stub above it": lambda name, right, stub, mark: [code(f"{stub}\n\n{right}", mark), CHECK],
    "with the ends of lines of Windows": lambda name, right, stub, mark: [
        code(right.replace("\n", "\r\n") + "\r\n", mark), CHECK,
    ],
    "in a form of Colab": lambda name, right, stub, mark: [
        code(f"#@title My answer {{ run: 'auto' }}\nguess = 5 #@param {{type:'integer'}}\n{right}", mark), CHECK,
    ],
    "with a cell mark of an editor": lambda name, right, stub, mark: [code(f"# %% [solved]\n{right}", mark), CHECK],
    "wrapped in a condition": lambda name, right, stub, mark: [
        code(f"if True:\n{textwrap.indent(right, '    ')}", mark), CHECK,
    ],
    "behind a cell that fails": lambda name, right, stub, mark: [code("undefined_name + 1"), code(right, mark), CHECK],
    "behind a drive of Colab": lambda name, right, stub, mark: [
        code("from google.colab import drive\ndrive.mount('/content/drive')"), code(right, mark), CHECK,
    ],
    "with a renamed helper": lambda name, right, stub, mark: [
        code("def helper_of_mine(x):\n    return x"),
        code(f"{right}\n{name} = helper_of_mine({name})", mark), CHECK,
    ],
    # What is no right answer is no right answer in any form.
    "untouched": lambda name, right, stub, mark: [code(stub, mark), CHECK],
    "wrong": lambda name, right, stub, mark: [code(WRONG[mark[:-7]], mark), CHECK],
    "wrong in a new cell": lambda name, right, stub, mark: [code("# below", mark), code(WRONG[mark[:-7]]), CHECK],
    "as Markdown": lambda name, right, stub, mark: [{**text(right), "metadata": code("", mark)["metadata"]}, CHECK],
    "as raw text": lambda name, right, stub, mark: [
        {**text(right, "raw"), "metadata": code("", mark)["metadata"]}, CHECK,
    ],
}  # fmt: skip

DESERVE = {
    "untouched": UNTOUCHED,
    "wrong": NOT_YET,
    "wrong in a new cell": NOT_YET,
    "as Markdown": UNDEFINED,
    "as raw text": UNDEFINED,
}
# Each of its own kind: a number, a line, a function, a design.
WRONG = {
    **{f"T-{n}": f"answer_T{n} = {value}" for n, value in (("1", 3), ("2", 0.5), ("6", 7.5))},
    "T-3": 'answer_T3 = "ln(3) / -ln(1 - p)"',
    "T-5": 'answer_T5 = "1 / k"',
    "T-4": "def samples_needed(p, target):\n    return 3",
    "T-7": "def beta_coverage(a, b, k):\n    return 0.5",
    "T-9": "def pass_at_k(n, c, k):\n    return 0.5",
    "T-10": "def rejection(correct, score, draws):\n    return 0.5",
    "T-8": "answer_T8 = [10] * 10",
    "T-B": "answer_TB = 50",
}


# Editors: what each makes of a notebook that was opened, run and saved there.


def _lines(source):
    return source.splitlines(keepends=True)


def jupyterlab(notebook, rng):
    for number, cell in enumerate(notebook["cells"]):
        cell["source"] = _lines(cell["source"])
        cell["id"] = f"{rng.randrange(16**8):08x}"
        if cell["cell_type"] == "code":
            cell["execution_count"] = number
            stream = {"name": "stdout", "output_type": "stream", "text": ["✓ right: 2 of 2 points\n"]}
            cell["outputs"] = [stream] * (number % 3)
            cell["metadata"] |= {"jupyter": {"source_hidden": False}, "trusted": True, "editable": True}
    notebook["metadata"]["language_info"] = {"name": "python", "version": "3.12.4", "file_extension": ".py"}
    return notebook


def classic(notebook, rng):
    for cell in notebook["cells"]:
        cell["source"] = _lines(cell["source"])
        cell.pop("id", None)
        cell["metadata"] |= {"collapsed": False, "scrolled": True}
    notebook["metadata"]["toc"] = {"base_numbering": 1}
    return {**notebook, "nbformat_minor": 4}


def vs_code(notebook, rng):
    for cell in notebook["cells"]:
        cell["source"] = _lines(cell["source"])
        cell.pop("id", None)
        cell["metadata"]["vscode"] = {"languageId": "python"} if cell["cell_type"] == "code" else {}
    kernel = {"display_name": ".venv (3.12.4)", "language": "python", "name": "python3"}
    notebook["metadata"] = {"kernelspec": kernel, "language_info": {"name": "python", "version": "3.12.4"}}
    return {**notebook, "nbformat_minor": 2}


def colab(notebook, rng):
    install = code("%pip install -q inference_scaling-0.1.0-py3-none-any.whl")
    notebook["cells"] = [install, *notebook["cells"]]
    for cell in notebook["cells"]:
        cell["source"] = _lines(cell["source"])
        cell.pop("id", None)
        cell["metadata"] |= {"id": "".join(rng.choices("abcdefghXYZ0123456789-_", k=12))}
        if cell["cell_type"] == "code":
            cell["metadata"] |= {
                "cellView": "form", "colab": {"base_uri": "https://localhost:8080/"}, "outputId": "a3c5e7",
            }  # fmt: skip
    notebook["metadata"] = {
        "colab": {"provenance": [], "collapsed_sections": [], "toc_visible": True},
        "kernelspec": {"name": "python3", "display_name": "Python 3"},
        "language_info": {"name": "python"},
    }
    return {**notebook, "nbformat_minor": 0}


def deepnote(notebook, rng):
    """Return a notebook of Deepnote, with its own marks alone: half of them keep nbgrader's."""
    kept = rng.random() < 0.5
    for cell in notebook["cells"]:
        cell["id"] = f"{rng.randrange(16**32):032x}"
        marks = cell["metadata"] if kept else {}
        own = {"cell_id": cell["id"], "deepnote_cell_type": cell["cell_type"], "source_hash": f"{rng.random()}"}
        cell["metadata"] = {**marks, **own, "deepnote_to_be_reexecuted": True, "execution_millis": 3}
    made = text("<a style='text-decoration:none' href='https://deepnote.com?utm'>Created in Deepnote</a>")
    notebook["cells"].append({**made, "id": "last", "metadata": {"created_in_deepnote_cell": True}})
    notebook["metadata"] = {"deepnote": {}, "deepnote_notebook_id": "6f", "deepnote_execution_queue": []}
    return notebook


def kaggle(notebook, rng):
    first = code("import numpy as np\nimport os\nfor d, _, files in os.walk('/kaggle/input'):\n    print(d, files)")
    notebook["cells"] = [first, *notebook["cells"]]
    for cell in notebook["cells"]:
        cell.pop("id", None)
        cell["metadata"] |= {
            "_uuid": f"{rng.random()}",
            "_cell_guid": "b1076dfc",
            "execution": {"iopub.status.busy": ""},
        }
    notebook["metadata"] = {"kaggle": {"accelerator": "none"}, "kernelspec": {"language": "python", "name": "python3"}}
    return {**notebook, "nbformat_minor": 4}


def pycharm(notebook, rng):
    for cell in notebook["cells"]:
        cell["source"] = _lines(cell["source"])
        cell["metadata"] |= {"collapsed": False, "pycharm": {"name": "#%%\n", "is_executing": False}}
        cell["metadata"]["ExecuteTime"] = {"end_time": "2027-10-01T10:00:00Z"}
    return {**notebook, "nbformat_minor": 1}


def hurried(notebook, rng):
    """Return what is left when everything beside the answers went: headings, imports, checks, marks of half the cells,
    all outputs; with notes, empty cells and a failed `pip` between them."""
    cells = []
    for cell in notebook["cells"]:
        mark = cell["metadata"].get("nbgrader", {}).get("grade_id", "")
        if cell["cell_type"] == "markdown" and mark and rng.random() < 0.7:
            continue
        cells += [code("")] * (rng.random() < 0.2) + [cell] + [code("x = 1\nx")] * (rng.random() < 0.15)
    cells += [text("TODO: ask about the last one!!"), code("!pip install scipy==99"), code("answers = 5\nanswers?")]
    return {**notebook, "cells": cells}


EDITORS = {
    one.__name__: one for one in (jupyterlab, classic, vs_code, colab, deepnote, kaggle, pycharm, hurried)
}  # fmt: skip


def _plain(source):
    """Return a solution without the marks of the source notebook."""
    return "\n".join(line for line in source.split("\n") if "### " not in line)


def left(editor, number, solved, stubs, names):
    """Return one notebook. The ways go round, so that three notebooks one after the other hold them all; which task is
    left in which way is drawn."""
    rng = random.Random(f"{editor} {number}")
    ways = list(WAYS)
    start = (list(EDITORS).index(editor) * EACH + number) * len(stubs)
    tasks = rng.sample(list(stubs), k=len(stubs))
    order = {task: ways[(start + at) % len(ways)] for at, task in enumerate(tasks)}
    cells, said, checks = [], {}, {}
    for cell in solved["cells"]:
        checks[cell["metadata"].get("nbgrader", {}).get("grade_id", "")] = cell
    for cell in copy.deepcopy(solved["cells"]):
        mark = cell["metadata"].get("nbgrader", {}).get("grade_id", "")
        task = mark.removesuffix("-answer")
        if mark == task and task in stubs:
            continue
        if task not in stubs:
            cells.append(cell)
            continue
        made = WAYS[order[task]](names[task], _plain(cell["source"]), stubs[task], mark)
        cells += [copy.deepcopy(checks[task]) if one is CHECK else one for one in made]
        said[task] = DESERVE.get(order[task], RIGHT)
    notebook = copy.deepcopy({**solved, "cells": cells})
    return Left(f"{editor} {number}", EDITORS[editor](notebook, rng), order, said)


def notebooks(solved, stubs, names) -> Iterator[Left]:
    """Return the notebooks, eight of each editor."""
    for editor in EDITORS:
        for number in range(EACH):
            yield left(editor, number, solved, stubs, names)
