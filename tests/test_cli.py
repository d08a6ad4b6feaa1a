"""The command line as its user meets it: tables, JSON, figures, and errors of one line."""

import contextlib
import gzip
import io
import json
import re
import shlex
import shutil
import subprocess
import sys
import warnings
from pathlib import Path

import inference_scaling as its
import numpy as np
import pytest
from inference_scaling import cli

PAGE = Path(__file__).resolve().parents[1] / "book" / "laboratory" / "your_own_data.md"
COSTS = PAGE.with_name("tokens_and_money.md")
# The page of the files that people have, and the page of the report; all their commands run in one folder.
COLUMNS_PAGE = PAGE.with_name("your_columns.md")
VERIFIERS = PAGE.with_name("which_verifier.md")
PAGES = (PAGE, COLUMNS_PAGE, COSTS, VERIFIERS, PAGE.with_name("a_page_for_your_team.md"))
ROWS = """problem,correct,answer,score
a,1,42,0.9
a,0,41,0.7
a,1,42,0.8
b,0,7,0.3
b,0,9,0.6
b,1,8,0.4
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "samples.csv"
    path.write_text(ROWS)
    return str(path)


def run(capsys, *arguments):
    code = cli.main([str(argument) for argument in arguments])
    return code, *capsys.readouterr()


def test_the_table_shows_every_selector_that_the_columns_allow(capsys, file):
    code, out, err = run(capsys, "curve", file)
    assert (code, err) == (0, "")
    head = next(line for line in out.splitlines() if line.lstrip().startswith("k "))
    assert re.split(r"\s{2,}", head.strip()) == ["k", "pass@k", "best-of-N", "majority of k"]
    assert "2 problems, 6 samples (3 each)" in out


def test_a_file_without_answers_and_scores_shows_pass_at_k_alone(capsys, tmp_path):
    path = tmp_path / "plain.csv"
    path.write_text("problem,correct\na,1\na,0\nb,0\nb,0\n")
    _, out, _ = run(capsys, "curve", path)
    assert "pass@k" in out
    assert "best-of-N" not in out


def test_json_holds_the_library_s_own_numbers(capsys, file):
    code, out, _ = run(capsys, "curve", file, "--selector", "pass", "best_of_n", "--k", "1,3", "--json")
    assert code == 0
    found = json.loads(out)
    assert (found["problems"], found["samples"], found["level"]) == (2, 6, 0.95)
    samples = its.read_samples(file)
    for one, selector in zip(found["curves"], ["pass", "best_of_n"], strict=True):
        expected = its.curve(samples, selector, [1, 3], rng=0)
        assert one["selector"] == selector
        assert one["k"] == [1, 3]
        for key in ("value", "low", "high"):
            assert one[key] == np.asarray(getattr(expected, key)).tolist()


def test_json_lines_give_the_same_as_csv(capsys, file, tmp_path):
    path = tmp_path / "samples.jsonl"
    rows = [line.split(",") for line in ROWS.splitlines()[1:]]
    path.write_text(
        "".join(
            json.dumps({"problem": p, "correct": bool(int(c)), "answer": a, "score": float(s)}) + "\n"
            for p, c, a, s in rows
        )
    )
    one, other = (json.loads(run(capsys, "curve", name, "--json")[1])["curves"] for name in (file, path))
    assert one == other


def test_without_k_the_table_goes_in_powers_of_two_up_to_the_fewest_samples(capsys, file):
    assert [one["k"] for one in json.loads(run(capsys, "curve", file, "--json")[1])["curves"]] == [[1, 2, 3]] * 3


def test_two_runs_print_the_same_and_another_seed_another_interval(capsys, tmp_path):
    path = tmp_path / "many.csv"
    rng = np.random.default_rng(1)
    rows = [f"{i},{int(rng.random() < p)}" for i, p in enumerate(rng.random(30)) for _ in range(8)]
    path.write_text("problem,correct\n" + "\n".join(rows) + "\n")
    assert run(capsys, "curve", path, "--json") == run(capsys, "curve", path, "--json")


def test_a_figure_is_written_as_svg_and_named_in_the_output(capsys, file, tmp_path):
    out_file = tmp_path / "curve.svg"
    code, out, err = run(capsys, "curve", file, "--figure", out_file)
    assert (code, err) == (0, "")
    assert "<svg" in out_file.read_text()
    assert str(out_file) in out


@pytest.mark.parametrize(
    ("content", "arguments", "said"),
    [
        (None, [], r"no-such-file\.csv"),
        ("", [], "samples.csv|empty"),
        ("problem,correct\n", [], "."),
        ("problem,answer\na,1\n", [], "correct"),
        ("problem,correct\na,maybe\n", [], "maybe"),
        ("problem,correct,score\na,1,nan\na,0,1\n", [], "score"),
        (ROWS, ["--k", "4"], "between 1 and 3.*got '4'"),
        (ROWS, ["--k", "0"], "between 1 and 3"),
        (ROWS, ["--k", "two"], "whole numbers.*two"),
        (ROWS, ["--level", "1.5"], "level.*1.5"),
        ("problem,correct\na,1\na,0\n", ["--selector", "majority"], "majority.*answer"),
        ("problem,correct\na,1\na,0\n", ["--selector", "best_of_n"], "best_of_n.*score"),
        (ROWS, ["--figure", "no/such/folder/out.svg"], "no/such/folder"),
        (ROWS, ["--figure", "out.docx"], "docx"),
    ],
)
def test_what_is_wrong_is_said_in_one_line_with_exit_code_2(capsys, tmp_path, content, arguments, said):
    path = tmp_path / ("samples.csv" if content is not None else "no-such-file.csv")
    if content is not None:
        path.write_text(content)
    code, out, err = run(capsys, "curve", path, *arguments)
    assert code == 2
    assert out == ""
    assert err.startswith("inference-scaling curve: ")
    assert err.count("\n") == 1
    assert re.search(said, err)


@pytest.mark.parametrize("arguments", [[], ["curve"], ["curve", "x.csv", "--selector", "best"], ["plot", "x.csv"]])
def test_wrong_usage_is_one_line_too_and_points_to_help(capsys, arguments):
    with pytest.raises(SystemExit) as caught:
        cli.main(arguments)
    assert caught.value.code == 2
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert "--help" in err


PILOT = "problem,correct,answer,score\n" + "".join(
    f"{problem},{int(right)},{0 if right else 1},{right + (3 * sample) % 4}\n"
    for problem in range(20)
    for sample in range(4)
    for right in [(problem + sample) % 4 < 2]
)


@pytest.fixture
def pilot(tmp_path):
    path = tmp_path / "pilot.csv"
    path.write_text(PILOT)
    return str(path)


def test_a_plan_says_what_to_take_why_and_what_it_rests_on(capsys, pilot):
    code, out, err = run(capsys, "plan", pilot, "--objective", "accuracy", "--budget", 3, "--verify", 0.5)
    assert (code, err) == (0, "")
    first, take, *rest = out.split("\n\n")
    assert first == "pilot.csv: 20 problems, 80 samples (4 each)"
    assert re.match(r"Take .*: expected accuracy 0\.\d{3}, 95 % interval \[0\.\d{3}, [01]\.\d{3}\], at", take)
    assert rest[0].startswith("Why\n- The budget of 3 a problem buys 3 samples to vote or 2 samples with scores.")
    assert rest[1].startswith("Assumptions\n- New problems from the same population as the pilot's 20")
    assert max(map(len, out.splitlines())) <= 100


def test_a_plan_as_json_holds_the_library_s_own_numbers(capsys, pilot):
    arguments = ["--objective", "coverage", "--target", 0.8, "--generate", 2, "--verify", 1, "--stop-early"]
    code, out, _ = run(capsys, "plan", pilot, *arguments, "--json")
    found = json.loads(out)
    cost = its.CostModel(2, 1)
    samples = its.read_samples(pilot)
    expected = its.plan(samples, objective="coverage", target=0.8, cost=cost, stop_early=True, rng=0)
    assert code == 0
    assert found["choice"] == expected.choice._asdict()
    assert found["cost"] == {"generate": 2.0, "verify": 1.0, "start": 0.0, "start_verify": 0.0, "unit": ""}
    assert (found["target"], found["budget"], found["extrapolates"]) == (0.8, None, expected.extrapolates)
    assert found["reasons"] == list(expected.reasons) and found["assumes"] == list(expected.assumes)
    forecast = json.loads(run(capsys, "plan", pilot, "--objective", "coverage", "--budget", 8, "--json")[1])
    assert forecast["choice"]["k"] == 1 or forecast["forecast"]["data_end"] == 4


def test_with_answers_a_plan_tells_that_votes_can_stop_and_shows_them_when_told_to(capsys, tmp_path):
    rows = ["problem,sample,correct,answer"]
    for problem in range(20):
        rows += [f"{problem},{i},{int(i >= problem % 4)},{'a' if i >= problem % 4 else 'bcd'[i]}" for i in range(9)]
    path = tmp_path / "votes.csv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    question = ["plan", path, "--objective", "accuracy", "--budget", 5, "--prefer", "highest"]
    _, stays, _ = run(capsys, *question)
    assert "add --stop-early" in stays
    code, stops, err = run(capsys, *question, "--stop-early")
    assert (code, err) == (0, "")
    words = " ".join(stops.split())
    assert re.search(r"Take a vote of at most \d+.* that stops .*: expected accuracy", words)
    assert "add --stop-early" not in words
    assert "stops when the rest cannot change its answer" in words


def test_a_back_test_is_played_with_the_same_question(capsys, pilot):
    question = ["backtest", pilot, "--objective", "accuracy", "--budget", 2, "--selector", "majority", "--pilot", 2]
    code, out, err = run(capsys, *question, "--json")
    assert (code, err) == (0, "")
    found = json.loads(out)
    samples = its.read_samples(pilot)
    expected = its.backtest(samples, 2, objective="accuracy", budget=2, selectors="majority", rng=0)
    assert (found["reached"], found["held"]) == (expected.reached, expected.held)
    assert found["on_target"] is None
    assert found["choices"] == [list(choice) for choice in expected.choices]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--objective", "accuracy", "--budget", "0.5"], r"budget = 0\.5: buys less than one sample, which costs 1"),
        (["--objective", "accuracy", "--target", "0.999"], r"target = 0\.999: the highest estimate of the pilot is"),
        (["--objective", "accuracy", "--budget", "-1"], r"budget = -1\.0: must be .*above 0"),
        (["--objective", "accuracy", "--budget", "2", "--verify", "-1"], r"verify = -1\.0: must be .*at least 0"),
        (["--objective", "accuracy", "--budget", "2", "--stop-early", "--selector", "majority"], "stop_early"),
        (["--objective", "coverage", "--budget", "2", "--selector", "majority"], "selectors = 'majority'"),
        (["--objective", "coverage", "--target", "2"], r"target = 2\.0"),
    ],
)
def test_a_plan_that_cannot_be_made_is_one_line(capsys, pilot, arguments, said):
    code, out, err = run(capsys, "plan", pilot, *arguments)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert re.match(rf"inference-scaling plan: {said}", err)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--budget", "2"], "--objective"),
        (["--objective", "accuracy"], "--budget --total-budget --target"),
        (["--objective", "accuracy", "--budget", "2", "--target", "0.5"], "not allowed with"),
        (["--objective", "best", "--budget", "2"], "best"),
    ],
)
def test_a_plan_has_no_silent_question(capsys, pilot, arguments, said):
    with pytest.raises(SystemExit) as caught:
        cli.main(["plan", pilot, *arguments])
    err = capsys.readouterr().err
    assert (caught.value.code, err.count("\n")) == (2, 1)
    assert said in err and "--help" in err


def test_a_warning_about_the_interval_of_a_plan_is_a_note(capsys, tmp_path):
    path = tmp_path / "easy.csv"
    path.write_text("problem,correct\n" + "".join(f"{i},{int(i + j > 0)}\n" for i in range(200) for j in range(4)))
    code, out, err = run(capsys, "plan", path, "--objective", "coverage", "--budget", 1)
    assert (code, err) == (0, "")
    assert "Note: only about 1 of 200 problems" in out


def commands_of_the_page(page=PAGE):
    """Return each command of the page's console blocks once, but for the installation."""
    lines = re.findall(r"^\$ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return list(dict.fromkeys(line for line in lines if not line.startswith("pip ")))


def python_of_the_page(page=PAGE):
    return re.findall(r"^```python\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def log_of(model):
    """Two trials of three tasks, as tau2-bench writes them."""
    runs = [
        {
            "id": f"{model} {task} {trial}",
            "task_id": task,
            "trial": trial,
            "reward_info": {"reward": float(trial < task)},
        }
        for task in range(3)
        for trial in range(2)
    ]
    return {"info": {"agent_info": {"llm": model}}, "tasks": [], "simulations": runs}


@pytest.fixture(scope="module")
def folder_of_the_page(tmp_path_factory):
    """A folder in which the page's first Python block was run."""
    folder = tmp_path_factory.mktemp("page")
    make, *_ = python_of_the_page()
    with contextlib.chdir(folder):
        exec(make, {})
    for name in ("trained", "base"):
        its.write_samples(its.sources.recorded.load(f"rl/{name}"), folder / f"{name}.csv")
    its.write_samples(its.sources.recorded.load("math_prm"), folder / "solutions.csv")
    (scored,) = re.findall(r"^```python\n(.*?)^```", VERIFIERS.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    with contextlib.chdir(folder):
        exec(scored, {})
    samples = its.read_samples(folder / "samples.csv")
    (mine,) = re.findall(
        r"^```text\n(question_id,.*?)^```", COLUMNS_PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    (folder / "mine.csv").write_text(mine)
    marks = [f"q{i},{share}\n" for i in range(20) for share in (0.25 * (i % 5), 0.5)]
    (folder / "marks.csv").write_text("question_id,credit\n" + "".join(marks))
    (folder / "runs").mkdir()
    (folder / "logs").mkdir()
    for model in "ab":
        (folder / "logs" / f"{model}.json").write_text(json.dumps(log_of(f"lab/{model}")))
    for seed in range(2):
        rows = [f"q{i},{sample},{(i + seed) % 2}\n" for i in range(8) for sample in range(3)]
        with gzip.open(folder / "runs" / f"seed{seed}.csv.gz", "wt") as file:
            file.write("problem,sample_id,correct\n" + "".join(rows))
    with open(folder / "samples.jsonl_results.jsonl", "w") as log:
        for problem, correct in zip(samples.problem, samples.correct.tolist(), strict=True):
            log.write(json.dumps({"task_id": samples.problems[problem], "completion": "", "passed": correct}) + "\n")
    return folder


@pytest.mark.parametrize(
    # A command of two pages runs once: what it has written, it does not write again.
    ("command", "path"),
    {command: page for page in reversed(PAGES) for command in commands_of_the_page(page)}.items(),
)
def test_every_command_of_the_page_does_what_the_page_shows(command, path, folder_of_the_page, monkeypatch, capsys):
    monkeypatch.chdir(folder_of_the_page)
    (folder_of_the_page / "broken.csv").write_text("problem,correct\nsum-1,1\nsum-1,perhaps\n")
    cat, pipe, command_alone = command.rpartition(" | ")
    if pipe:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(Path(shlex.split(cat)[1]).read_bytes())))
    code, out, err = run(capsys, *shlex.split(command_alone)[1:])
    page = path.read_text(encoding="utf-8")
    for shown in re.findall(rf"^\$ {re.escape(command)}\n((?:(?!```|\$).*\n)*)", page, re.MULTILINE):
        if shown:
            assert out + err == shown
        else:
            assert code == 0, err


def test_the_comparison_at_equal_tokens_prints_what_its_page_shows(capsys):
    (compared,) = python_of_the_page(COSTS)
    exec(compared, {"its": its})
    shown = re.search(r"^```text\n(.*?)^```", COSTS.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)[1]
    assert capsys.readouterr().out.split() == shown.split()


def test_the_page_shows_a_table_and_an_error():
    page = PAGE.read_text(encoding="utf-8")
    assert re.search(r"^\$ inference-scaling curve samples.csv\nsamples.csv: ", page, re.MULTILINE)
    assert re.search(r"^\$ inference-scaling curve broken.csv\ninference-scaling curve: broken.csv", page, re.MULTILINE)


def test_the_python_of_the_page_gives_the_numbers_of_its_command(folder_of_the_page, monkeypatch, capsys):
    monkeypatch.chdir(folder_of_the_page)
    _, three_lines, _ = python_of_the_page()
    exec(three_lines, {"its": its})
    numbers = [float(number) for number in re.findall(r"\d\.\d+", capsys.readouterr().out)]
    _, told, _ = run(capsys, "curve", "samples.csv", "--selector", "best_of_n", "--k", 1, 10, 100, "--json")
    (one,) = json.loads(told)["curves"]
    assert numbers == pytest.approx([*one["value"], *one["low"], *one["high"]], abs=1e-7)
    assert len(three_lines.strip().splitlines()) == 3


def test_the_python_of_a_plan_prints_what_the_command_prints(folder_of_the_page, monkeypatch, capsys):
    monkeypatch.chdir(folder_of_the_page)
    *_, planned = python_of_the_page()
    exec(planned, {"its": its, "samples": its.read_samples("samples.csv")})
    printed = capsys.readouterr().out
    _, told, _ = run(capsys, *next(line for line in commands_of_the_page() if " plan " in line).split()[1:])
    assert told.partition("\n\n")[2] == printed


def test_the_installed_command_says_a_fault_in_one_line_and_no_traceback(tmp_path):
    program = shutil.which("inference-scaling", path=Path(sys.executable).parent)
    result = subprocess.run([program, "curve", "missing.csv"], capture_output=True, text=True, cwd=tmp_path)
    assert result.returncode == 2
    assert result.stdout == ""
    assert result.stderr == "inference-scaling curve: missing.csv: No such file or directory\n"


# audit

ROWS_OF_A_BOARD = """model,domain,tasks,pass_1,pass_2,pass_3,pass_4
first,airline,50,0.420,0.273,0.220,0.200
second,bank,97,0.0979,0.0722,0.0567,0.0309
"""


@pytest.fixture
def board(tmp_path):
    path = tmp_path / "board.csv"
    path.write_text(ROWS_OF_A_BOARD)
    return path


def test_an_audit_shows_the_tasks_of_each_row_or_why_there_are_none(capsys, board):
    code, out, err = run(capsys, "audit", board)
    assert (code, err) == (0, "")
    assert out.splitlines()[0] == "board.csv: 2 rows; one histogram: 1, no histogram: 1"
    assert "first airline" in out and "14 with 0, 12 with 1, 10 with 2, 4 with 3, 10 with 4" in out
    assert re.search(r"second bank .*-6 tasks with exactly 2 successes", out)


def test_an_audit_as_json_holds_what_the_library_says(capsys, board):
    code, out, _ = run(capsys, "audit", board, "--json", "--name", "domain")
    first, second = json.loads(out)["rows"]
    assert code == 0 and (first["row"], first["verdict"]) == ("airline", "one")
    assert first["histograms"] == [[14, 12, 10, 4, 10]] and second["histograms"] == [] and second["reason"]


def test_an_audit_takes_the_tasks_and_the_rounding_from_the_command_line(capsys, tmp_path):
    path = tmp_path / "one.tsv"
    path.write_text("pass_1\tpass_2\tpass_3\tpass_4\n0.721\t0.668\t0.632\t0.597\n")
    assert "no histogram" in run(capsys, "audit", path, "--tasks", "114")[1]
    assert "one histogram" in run(capsys, "audit", path, "--tasks", "114", "--rounded-twice")[1]
    assert "row 1  114 tasks" in run(capsys, "audit", path, "--tasks", "114", "--decimals", "2")[1]


@pytest.mark.parametrize(
    ("name", "content", "arguments", "said"),
    [
        ("board.csv", "model,pass_1\na,0.5\n", [], "no column 'tasks'; give .* --tasks"),
        ("board.csv", "model,tasks\na,5\n", [], "no column 'pass_1'; it has model, tasks"),
        ("board.csv", "tasks,pass_1,pass_3\n5,0.5,0.5\n", [], "no column 'pass_2'"),
        ("board.csv", "tasks,pass_1\n5,42.0\n", [], "row 1: .*42.0 must lie in .* divide per cents by 100"),
        ("board.csv", "tasks,pass_1\nfive,0.4\n", [], "row 1: .*five"),
        ("board.csv", "tasks,pass_1\n5,0.4\n", ["--name", "who"], "--name who"),
        ("board.csv", "tasks,pass_1\n5\n", [], "line 2: 1 fields, the first line has 2"),
        ("board.csv", "tasks,pass_1\n", [], "has no rows"),
        ("board.csv", "tasks,pass_1,pass_1\n5,1,1\n", [], "two columns have one name"),
        ("board.xlsx", "", [], "must end in .csv or .tsv"),
        ("board.csv", None, [], "No such file"),
    ],
)
def test_a_board_that_cannot_be_audited_is_one_line_of_error(capsys, tmp_path, name, content, arguments, said):
    path = tmp_path / name
    if content is not None:
        path.write_text(content)
    code, out, err = run(capsys, "audit", path, *arguments)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert re.search(said, err)


def test_the_curve_of_all_right_is_shown_when_asked_for(capsys, file):
    code, out, _ = run(capsys, "curve", file, "--selector", "pass", "all")
    assert code == 0 and re.search(r"k +pass@k +pass\^k", out)


# -- compare -------------------------------------------------------------------------------------------------


def write_system(path, p, *, seed, problems=60, samples=8, skip=(), extra=""):
    rng = np.random.default_rng(seed)
    rows = [f"q{i},{int(rng.random() < p)}{extra}" for i in range(problems) if i not in skip for _ in range(samples)]
    path.write_text("problem,correct" + (",model" if extra else "") + "\n" + "\n".join(rows) + "\n")
    return path


@pytest.fixture
def systems(tmp_path):
    return [
        write_system(tmp_path / f"{name}.csv", p, seed=i) for i, (name, p) in enumerate([("new", 0.6), ("old", 0.4)])
    ]


def test_two_systems_are_compared_at_each_k_and_over_all(capsys, systems):
    code, out, err = run(capsys, "compare", *systems)
    assert (code, err) == (0, "")
    at = next(i for i, line in enumerate(out.splitlines()) if line.startswith("k "))
    head = ["k", "new", "old", "new − old", "all k at once", "ahead"]
    assert re.split(r"\s{2,}", out.splitlines()[at].strip()) == head
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", its.IntervalWarning)
        found = its.compare(*map(its.read_samples, systems), names=("new", "old"), rng=0)
    assert "Note: old: only about" in out
    assert " ".join(out.split()).endswith(" ".join(str(found).split()))
    first = out.splitlines()[at + 1]
    assert f"{found.value[0]:+.3f} [{found.low[0]:+.3f}, {found.high[0]:+.3f}]" in first and first.endswith("new")


def test_the_json_of_a_comparison_holds_the_library_s_numbers(capsys, systems):
    found = json.loads(run(capsys, "compare", *systems, "--k", "1,4", "--json")[1])
    expected = its.compare(*map(its.read_samples, systems), "pass", [1, 4], names=("new", "old"), rng=0)
    for key in ("k", "value", "low", "high", "band_low", "band_high"):
        assert found[key] == getattr(expected, key).tolist()
    assert found["names"] == ["new", "old"] and found["words"] == str(expected) and found["problems"] == 60
    assert found["crossing"] is None and [one["k"] for one in found["settle"]] == [1, 4]


def test_three_systems_are_ranked_and_drawn(capsys, systems, tmp_path):
    third = write_system(tmp_path / "alike.csv", 0.6, seed=9)
    figure = tmp_path / "ranks.svg"
    code, out, err = run(capsys, "compare", *systems, third, "--k", "1", "--figure", figure)
    assert (code, err) == (0, "") and "<svg" in figure.read_text()
    places = {line.split()[-4]: line.split()[1:-4] for line in out.splitlines() if re.match(r"\s*1 ", line)}
    assert places == {"new": ["1", "to", "2"], "alike": ["1", "to", "2"], "old": ["3"]}
    found = json.loads(run(capsys, "compare", *systems, third, "--json")[1])
    assert found["k"] == [1, 8] and len(found["pairs"]) == 6


def test_the_difference_is_drawn(capsys, systems, tmp_path):
    figure = tmp_path / "difference.svg"
    assert run(capsys, "compare", *systems, "--figure", figure)[0] == 0
    assert "new − old" in figure.read_text()


def test_systems_of_one_file_are_told_apart_by_a_column(capsys, systems, tmp_path):
    both = tmp_path / "both.csv"
    rows = [line + f",{path.stem}" for path in systems for line in path.read_text().splitlines()[1:]]
    both.write_text("problem,correct,model\n" + "\n".join(rows) + "\n")
    apart, one = (
        json.loads(run(capsys, "compare", *given, "--json")[1]) for given in (systems, [both, "--by", "model"])
    )
    assert apart["value"] == one["value"] and one["names"] == ["new", "old"]
    code, _, err = run(capsys, "compare", both, systems[0])
    assert code == 2 and "'new' and of 'old'" in err and "--where model=" in err


def test_problems_that_only_one_has_are_named_and_can_be_left_out(capsys, systems, tmp_path):
    fewer = write_system(tmp_path / "fewer.csv", 0.4, seed=3, skip=(0, 7))
    code, out, err = run(capsys, "compare", systems[0], fewer)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "fewer lacks 2 of 60 problems ('q0', 'q7')" in err and "58 that all have with --shared" in err
    code, out, _ = run(capsys, "compare", systems[0], fewer, "--shared")
    assert code == 0 and "only the 58 problems that all systems have are used" in out


def test_problems_with_few_samples_are_left_out_of_both(capsys, systems):
    short = systems[1]
    short.write_text("\n".join(short.read_text().splitlines()[:-5]) + "\n")
    code, out, _ = run(capsys, "compare", *systems)
    assert code == 0 and "old: k is limited to 3" in out and "--at-least-samples 8" in out
    code, _, err = run(capsys, "compare", *systems, "--k", "8")
    assert code == 2 and "old has fewer samples of 1 of 60 problems ('q59' has 3)" in err
    assert "--at-least-samples N" in err
    code, out, _ = run(capsys, "compare", *systems, "--at-least-samples", "8")
    assert code == 0 and "59 problems" in out and "old: 1 of 60 problems left out (q59)" in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["new.csv"], "only one system, new"),
        (["new.csv", "new.csv"], "given twice"),
        (["new.csv", "gone.csv"], "gone.csv"),
        (["new.csv", "old.csv", "--k", "9"], "k = 9: new has fewer samples of 60 of 60.*at most 8$"),
        (["new.csv", "old.csv", "--k", "0"], "k.*0"),
        (["new.csv", "old.csv", "--k", "two"], "whole numbers.*two"),
        (["new.csv", "old.csv", "--selector", "majority"], "new: the selector 'majority' needs a column 'answer'"),
        (["new.csv", "old.csv", "--level", "2"], "level.*2"),
        (["new.csv", "old.csv", "--figure", "out.docx"], "docx"),
        (["new.csv", "old.csv", "--where", "model"], "--where model"),
        (["new.csv", "--by", "model"], "no column 'model'"),
        (["new.csv", "old.csv", "--at-least-samples", "9"], "the most is 8"),
    ],
)
def test_what_is_wrong_with_a_comparison_is_said_in_one_line(capsys, systems, monkeypatch, arguments, said):
    monkeypatch.chdir(systems[0].parent)
    code, out, err = run(capsys, "compare", *arguments)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("inference-scaling compare: ") and re.search(said, err.strip())


@pytest.mark.parametrize("command", ["audit", "compare"])
@pytest.mark.parametrize(
    ("name", "content", "said"),
    [("board.csv", b"pass_1,tasks\n\xff\xfe,3\n", "not text in UTF-8"), ("board.csv.gz", b"pass_1", "not a gzip file")],
)
def test_a_file_that_cannot_be_read_is_named_by_audit_and_compare(capsys, tmp_path, command, name, content, said):
    file = tmp_path / name
    file.write_bytes(content)
    by = ["--by", "model"] if command == "compare" else []
    code, out, err = run(capsys, command, file, *by)
    assert (code, out, err.count("\n")) == (2, "", 1) and name in err and said in err


def test_a_table_of_systems_without_a_row_is_one_line_of_error(capsys, tmp_path):
    file = tmp_path / "empty.csv"
    file.write_text("problem,correct,model\n")
    code, out, err = run(capsys, "compare", file, "--by", "model")
    assert (code, out, err.count("\n")) == (2, "", 1) and "empty.csv" in err and "no rows" in err


def test_one_problem_is_no_comparison(capsys, tmp_path):
    files = [write_system(tmp_path / f"{name}.csv", 0.5, seed=i, problems=1) for i, name in enumerate("ab")]
    code, _, err = run(capsys, "compare", *files)
    assert code == 2 and "one problem" in err


def test_two_systems_that_are_always_right_are_compared(capsys, tmp_path):
    files = [write_system(tmp_path / f"{name}.csv", 2, seed=0) for name in "ab"]
    code, out, _ = run(capsys, "compare", *files)
    assert code == 0 and "neither is ahead anywhere" in " ".join(out.split())
