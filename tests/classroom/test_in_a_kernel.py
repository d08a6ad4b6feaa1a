"""A check that would hang the notebook's kernel: in a real kernel, with the cells of a learner."""

from __future__ import annotations

import nbformat
from nbclient import NotebookClient

CELLS = (
    "import re\nimport threading\nfrom inference_scaling.classroom import check, session, start\n"
    "mine = [1, 2]\ntarget_of = {'offset': 1}\nstart('theorem', names=globals())",
    # A second instead of the five of a task, so that the test is quick.
    "of_task = session.request\nsession.request = lambda task, cohort: {**of_task(task, cohort), 'seconds': 1.0}",
    "def samples_needed(p, target):\n    mine.append(3)\n    return 10 ** 10**9\ncheck('T-4', samples_needed).points",
    "def samples_needed(p, target):\n    return re.match('(a+)+$', 'a' * 40 + 'b')\n"
    "check('T-4', samples_needed).points",
    "def samples_needed(p, target):\n    return len(bytearray(10**13))\ncheck('T-4', samples_needed).points",
    "def samples_needed(p, target):\n    print('a line')\n    return target_of['offset']\n"
    "check('T-4', samples_needed).points",
    "check('T-1', 11).points",
    "mine, target_of, threading.active_count() > 1",
)


def test_a_kernel_outlives_what_a_check_stops_and_keeps_its_variables():
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in CELLS])
    # A kernel that hangs or dies ends the run with an error.
    NotebookClient(notebook, timeout=60, kernel_name="python3").execute()
    said = ["\n".join(out["data"]["text/plain"] for out in cell.outputs) for cell in notebook.cells]
    for at in (2, 3):
        assert "`samples_needed(0." in said[at]
        assert "did not return within 1 seconds, and was stopped" in said[at]
    assert "asked for too much memory, and was stopped" in said[4]
    assert "too small" in said[5] and "a line" not in said[5]
    assert "right, 2 of 2" in said[6]
    assert said[7] == "([1, 2], {'offset': 1}, True)"
