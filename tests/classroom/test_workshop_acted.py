"""The workshop acted through: a learner works the handed-out notebooks, and every third answer is wrong first.

Each wrong answer must be refused with a reply that helps, each right one accepted, and at the end of each notebook
every task is done. Three learners share the tasks, so that each is answered wrong once; the quick form is one of them
in the first notebook.
"""

from __future__ import annotations

import ast
import csv
import re
from pathlib import Path

import inference_scaling as its
import nbformat
import pytest
from inference_scaling.answers.task import BOOK, Function, fill, parameters
from inference_scaling.classroom import release as exercises
from inference_scaling.cli import main
from inference_scaling.lessons import registry
from nbclient import NotebookClient

ROOT = Path(__file__).parents[2]
ORDER = [task.id for part in registry.WORKSHOP for task in registry.part(part)]
WAYS = ("a named slip", "left empty", "printed", "misspelt")
LEARNERS = (0, 1, 2)


def named(cells):
    return {cell.metadata.nbgrader.grade_id: cell for cell in cells}


def text(cell):
    """What stands below a cell, as a learner reads it; an error there is no reply."""
    parts = []
    for output in cell.outputs:
        assert output.output_type != "error", f"{cell.source}\n{output.evalue}\n" + "\n".join(output.traceback)
        parts.append(output.get("text") or output.get("data", {}).get("text/plain", ""))
    return "\n".join(parts)


def slipped(task):
    """The cell of a learner who makes the task's first named slip, and what the reply must say of it."""
    slip = task.misconceptions[0]
    values = parameters(task, BOOK)
    if isinstance(task.answer_type, Function):
        code = (
            "from inference_scaling.lessons import registry\n"
            f"{task.variable} = registry.find({task.id!r}).misconceptions[0].wrong_answer"
        )
    else:
        code = f"{task.variable} = {slip.wrong_answer(**values)!r}"
    return code, fill(slip.feedback, values)


class Printing(ast.NodeTransformer):
    """Puts `print` in place of every `return`."""

    def visit_Return(self, node):
        return ast.Expr(ast.Call(ast.Name("print", ast.Load()), [node.value], []))


def printing(solved, name):
    """The solution of somebody who prints the result."""
    tree = ast.parse(solved)
    function = next(one for one in tree.body if isinstance(one, ast.FunctionDef) and one.name == name)
    function.body = [Printing().visit(one) for one in function.body]
    return ast.unparse(ast.fix_missing_locations(tree))


def wrong(task, solved, stub, way):
    """A wrong answer: its cell, the verdict that it deserves, and words that the reply must hold."""
    if not isinstance(task.answer_type, Function) and way in ("printed", "misspelt"):
        # What is typed in a hurry: a bare number where several things are asked.
        return f"{task.variable} = 0.5", "wrong kind", ["Asked is"] if task.id != "W-74" else ["one text"]
    match way:
        case "a named slip":
            code, says = slipped(task)
            return code, "not yet", [says, "Hint 1: "]
        case "left empty":
            return stub, "untouched", ["Not started: "]
        case "printed":
            return printing(solved, task.variable), "wrong kind", ["prints and returns nothing", "let it `return`"]
        case _:
            signature = re.search(rf"^def {task.variable}\(.*\):", solved, re.MULTILINE)[0]
            return (
                f"{signature}\n    return resultt",
                "not yet",
                ["NameError: name 'resultt' is not defined", "Hint 1: "],
            )


class Learner:
    """Works one handed-out notebook in a kernel, from the top."""

    def __init__(self, part, folder, others=()):
        self.part = part
        source = exercises.source(part, ROOT)
        self.solutions = {name: cell.source for name, cell in named(source.cells).items()}
        self.notebook = nbformat.read(ROOT / exercises.RELEASE / registry.notebook(part), as_version=4)
        self.solutions.update(others)
        self.client = NotebookClient(
            self.notebook, timeout=300, kernel_name="python3", allow_errors=True,
            resources={"metadata": {"path": str(folder)}},
        )  # fmt: skip
        self.replies = []

    def run(self, cell, source=None):
        cell.source = source or cell.source
        self.client.execute_cell(cell, self.notebook.cells.index(cell))
        return text(cell)

    def waiting(self, task_id):
        """The cells further down that use what a task asks for."""
        return [cell for cell in self.notebook.cells if re.search(rf'ready\([^)]*"{task_id}"', cell.source)]

    def fails_first(self, task, way):
        cells = named(self.notebook.cells)
        code, verdict, words = wrong(task, self.solutions[f"{task.id}-answer"], cells[f"{task.id}-answer"].source, way)
        self.run(cells[f"{task.id}-answer"], code)
        reply = self.run(cells[task.id])
        assert re.match(rf"{task.id}: ({verdict}), 0 of {task.points} points\. ", reply), (way, reply)
        for word in words:
            assert word in reply, (way, reply)
        assert "Traceback" not in reply
        self.replies.append((task.id, way, reply))
        for cell in self.waiting(task.id):
            assert f"{task.id}" in self.run(cell) and "Run it again when the check there says right" in text(cell)

    def works(self, turn):
        """Go through the notebook; `turn(task)` is how its first answer is wrong, None for a right one."""
        tasks = {task.id: task for task in registry.part(self.part)}
        with self.client.setup_kernel():
            for cell in self.notebook.cells:
                if cell.cell_type != "code":
                    continue
                name = cell.metadata.nbgrader.grade_id
                task = tasks.get(name.removesuffix("-answer"))
                if task is not None and name != task.id:
                    if way := turn(task):
                        self.fails_first(task, way)
                    self.run(cell, self.solutions[name])
                elif task is not None:
                    reply = self.run(cell)
                    assert reply.startswith(f"{name}: right, {task.points} of {task.points} points. "), reply
                else:
                    said = self.run(cell)
                    assert "Run it again when" not in said, (name, said)
        end = text(self.notebook.cells[-1])
        points = sum(task.points for task in tasks.values())
        assert f"{points} of {points} points." in end and "All tasks are right." in end
        return self.replies


def turn_of(learner):
    def turn(task):
        place = ORDER.index(task.id)
        return WAYS[(place // 3 + learner) % len(WAYS)] if place % 3 == learner else None

    return turn


def test_a_learner_works_the_first_notebook_of_the_workshop(tmp_path):
    replies = Learner("workshop_sampling", tmp_path).works(turn_of(1))
    assert [(task, way) for task, way, _ in replies] == [("W-12", "left empty"), ("W-15", "printed")]


@pytest.mark.evidence
@pytest.mark.parametrize("learner", LEARNERS)
def test_a_learner_works_the_whole_workshop_with_every_third_answer_wrong_first(learner, tmp_path):
    replies = [reply for part in registry.WORKSHOP for reply in Learner(part, tmp_path).works(turn_of(learner))]
    assert len(replies) == len(ORDER[learner::3])
    assert {way for _, way, _ in replies} == set(WAYS)
    print(*(f"{task} ({way}): {reply}\n" for task, way, reply in replies), sep="\n")


# The capstone in a course: the pilot comes from the instructor

PAGE = "\n".join(f"## {heading}\n{'The choice gains 0.07 per problem, as far as seen here. ' * 2}" for heading in (
    "Curve", "Interval", "Control", "Limits", "Decision"
))  # fmt: skip
COMPUTES = """\
curves = {rule: its.curve(pilot, rule, ks, rng=0) for rule in ("majority", "best_of_n")}
rule, at = max(((rule, at) for rule in curves for at in range(len(ks))),
               key=lambda one: curves[one[0]].value[one[1]])
mine = curves[rule].per_problem[:, at]
ends = [its.paired_interval(curves[other].per_problem[:, place], mine).high
        for other in curves for place in range(len(ks)) if (other, place) != (rule, at)]
found = (float((pilot.c / pilot.n).mean()), rule, ks[at], max(*ends, 0) + 0.005,
         float(curves[rule].low[at]), float(curves[rule].high[at]))
found"""
POINTS = {"W-71": 3.0, "W-73": 6.0}


def work_on(pilot, folder):
    """A student types what the cells compute and checks each answer; return the notebook as saved."""
    learner = Learner("workshop_capstone", folder)
    cells = named(learner.notebook.cells)
    with learner.client.setup_kernel():
        for name in ("start", "imports", "code-02", "code-04", "code-06", "code-08", "code-10"):
            learner.run(cells[name])
        load = cells["code-12"].source.splitlines()[0]
        learner.run(cells["code-12"], f'{load}\npilot = its.read_samples("{pilot}.jsonl")')
        control, rule, k, regret, low, high = eval(learner.run(cells["code-16"], COMPUTES))
        learner.run(cells["code-16"], 'progress("workshop_capstone")')
        typed = {
            "W-71": f'control = ("{pilot}", {control:.4f})',
            "W-72": f'choice = ("{pilot}", "{rule}", {k}, {regret:.2f})',
            "W-73": f'promise = ("{pilot}", "{rule}", {k}, {low:.3f}, {high:.3f})',
        }
        for task, code in typed.items():
            learner.run(cells[f"{task}-answer"], code)
            reply = learner.run(cells[task])
            assert "wrong kind" in reply and pilot in reply and "hand the notebook in" in reply
        learner.run(cells["W-74-answer"], f'page = """{PAGE}"""')
        assert "W-74: waiting for a person, worth 12 points. " in learner.run(cells["W-74"])
    nbformat.write(learner.notebook, folder / "saved.ipynb")
    return learner.notebook


@pytest.mark.evidence
def test_a_student_works_the_capstone_on_the_instructor_s_pilot_and_the_machine_marks_it(tmp_path, capsys):
    key, made = tmp_path / "key", tmp_path / "PILOTS"
    key.write_text("a-secret-that-nobody-guesses\n")
    common = ["--key-file", str(key), "--cohort", "autumn-2027"]
    assert main(["capstone", "pilots", *common, "--student", "s1", "--out", str(made)]) == 0
    with made.with_suffix(".csv").open(encoding="utf-8", newline="") as file:
        pilot = next(csv.DictReader(file))["pilot"]
    desk = tmp_path / "desk"
    desk.mkdir()
    (desk / f"{pilot}.jsonl").write_bytes((made / f"{pilot}.jsonl").read_bytes())
    assert len(its.read_samples(desk / f"{pilot}.jsonl").problems) == 60
    notebook = work_on(pilot, desk)
    handed_in = tmp_path / "submissions"
    handed_in.mkdir()
    nbformat.write(notebook, handed_in / "s1_workshop_capstone.ipynb")
    out = tmp_path / "overrides.csv"
    judge = ["capstone", "judge", str(handed_in), *common, "--root", str(ROOT), "--out", str(out)]
    assert main(judge) == 0
    assert "1 capstones judged" in capsys.readouterr().out
    with out.open(encoding="utf-8", newline="") as file:
        rows = {row["task"]: row for row in csv.DictReader(file)}
    print(*(f"{task}: {row['points']}. {row['reason']}" for task, row in rows.items()), sep="\n")
    assert {task: float(rows[task]["points"]) for task in POINTS} == POINTS
    assert float(rows["W-72"]["points"]) >= 3
    assert "W-74" not in rows
