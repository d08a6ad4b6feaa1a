"""The report and the written forms of results, as somebody with logs uses them."""

import csv
import hashlib
import io
import json
import re
import subprocess
import sys
from pathlib import Path

import inference_scaling as its
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from inference_scaling import reports
from inference_scaling.cli import main
from inference_scaling.reports.notebook import SHOWN, register
from inference_scaling.site import chromium


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    """Forty problems of two systems with answers and scores; one problem's name is markup."""
    folder = tmp_path_factory.mktemp("report")
    rng = np.random.default_rng(5)
    with open(folder / "both.csv", "w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["model", "problem", "correct", "answer", "score"])
        for model, shift in (("small", 0.0), ("large", 0.15)):
            for problem in range(40):
                p = min(1.0, rng.beta(0.6, 0.9) + shift) if problem else 0.0
                name = "<script>alert(1)</script>" if problem == 0 else f"q{problem}"
                for _ in range(8):
                    right = bool(rng.random() < p)
                    answer = "right" if right else f"wrong{rng.integers(3)}"
                    rows.writerow([model, name, int(right), answer, round(float(rng.normal(right, 1)), 3)])
    return folder / "both.csv"


@pytest.fixture(scope="module")
def page(table):
    out = table.parent / "small.html"
    assert main(["report", str(table), "--where", "model=small", "--out", str(out)]) == 0
    return out


def test_a_report_answers_its_questions_and_says_where_its_numbers_come_from(page, table):
    text = page.read_text(encoding="utf-8")
    titles = re.findall(r'<h2 id="q\d">([^<]+)</h2>', text)
    assert titles == [
        "What do more samples bring?",
        "Which way of picking is ahead?",
        "How do the problems differ?",
        "And with more samples than were drawn?",
        "What should be bought?",
        "Which problems are hardest?",
    ]
    samples = its.samples.read_samples(table, where={"model": "small"})
    ends = its.curve(samples, "pass", [1, 8], rng=0).value
    assert f"one sample is right in {ends[0]:.3f}" in text and f"at least one of 8 in {ends[1]:.3f}" in text
    assert hashlib.sha256(table.read_bytes()).hexdigest() in text
    assert its.__version__ in text and "--where model=small" in text


def test_a_report_is_one_file_without_script_that_asks_no_other_host(page):
    text = page.read_text(encoding="utf-8")
    assert "<script" not in text and "&lt;script&gt;alert(1)" in text
    outside = re.findall(r'(?:src|href|url)\s*[=(]\s*["\']?([^"\'>)\s]+)', text)
    assert all(one.startswith("#") for one in outside)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1000])
def test_a_report_reads_on_a_phone_and_in_the_dark(browser_page, page, scheme, width):
    opened = browser_page(width, scheme)
    asked = []
    opened.on("request", lambda request: asked.append(request.url))
    opened.goto(page.absolute().as_uri())
    assert asked == [page.absolute().as_uri()]
    assert opened.evaluate("document.documentElement.scrollWidth") <= width
    ink, paper = opened.evaluate(
        "[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]"
    )
    light = [sum(map(int, re.findall(r"\d+", colour)[:3])) for colour in (ink, paper)]
    assert (light[0] < light[1]) == (scheme == "light")
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(opened)
    assert found.violations_count == 0, found.generate_report()


@pytest.fixture
def browser_page():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(chromium.install()))
        yield lambda width, scheme: browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
        browser.close()


def test_two_systems_in_a_report_are_compared_on_the_same_problems(table, tmp_path):
    out = tmp_path / "both.html"
    assert main(["report", str(table), "--by", "model", "--out", str(out)]) == 0
    text = out.read_text(encoding="utf-8")
    small, large = (its.samples.read_samples(table, where={"model": one}) for one in ("small", "large"))
    found = its.compare(small, large, names=("small", "large"), rng=0)
    assert "Who is ahead by pass@k?" in text and "Who is ahead by best-of-N?" in text
    assert f"{found.value[0]:+.3f}".replace("-", "−") in text
    assert "Which problems are hardest for large?" in text


def test_a_target_out_of_reach_is_an_answer_in_the_report(table, tmp_path, capsys):
    out = tmp_path / "far.html"
    arguments = ["report", str(table), "--where", "model=small", "--out", str(out)]
    assert main([*arguments, "--objective", "accuracy", "--target", "0.999"]) == 0
    assert "There is no plan" in out.read_text(encoding="utf-8")
    assert "There is no plan" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--out", "x.docx"], "--out x.docx: must end in .html"),
        (["--out", "x.html", "--by", "model", "--level", "2"], "level"),
        (["--out", "x.html", "--where", "model=medium"], "medium"),
    ],
)
def test_a_report_that_cannot_be_made_says_why_in_one_line(table, arguments, said, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["report", str(table), *arguments]) == 2
    error = capsys.readouterr().err
    assert said in error and error.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_a_report_never_writes_over_what_it_reads(table, tmp_path, capsys):
    copy = tmp_path / "t.csv"
    copy.write_bytes(table.read_bytes())
    assert main(["report", str(copy), "--by", "model", "--out", str(copy)]) == 2
    assert copy.read_bytes() == table.read_bytes() and "name another one" in capsys.readouterr().err


def test_one_sample_of_each_problem_makes_a_report_that_says_what_it_lacks(tmp_path):
    file = tmp_path / "one.csv"
    file.write_text("problem,correct\na,1\nb,0\nc,1\n")
    out = tmp_path / "one.html"
    assert main(["report", str(file), "--out", str(out)]) == 0
    assert "says nothing about more of them" in out.read_text(encoding="utf-8")


@pytest.mark.parametrize("form", ["markdown", "latex", "csv"])
@pytest.mark.parametrize("command", ["curve", "compare", "plan"])
def test_each_result_is_printed_in_each_form_and_notes_stay_out_of_it(table, command, form, capsys):
    asked = {"curve": ["--where", "model=small"], "compare": ["--by", "model"]}
    asked["plan"] = [*asked["curve"], "--objective", "accuracy", "--budget", "4"]
    assert main([command, str(table), *asked[command], f"--{form}"]) == 0
    text = capsys.readouterr().out
    assert {"markdown": "| --", "latex": r"\toprule", "csv": ","}[form] in text and "Note:" not in text


def test_csv_has_every_digit_and_the_standard_error(table, capsys):
    assert main(["curve", str(table), "--where", "model=small", "--selector", "pass", "--csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    found = its.curve(its.samples.read_samples(table, where={"model": "small"}), "pass", [1, 2, 4, 8], rng=0)
    assert [float(row["value"]) for row in rows] == found.value.tolist()
    by_hand = np.asarray(found.per_problem).std(axis=0, ddof=1) / np.sqrt(40)
    np.testing.assert_allclose([float(row["standard error"]) for row in rows], by_hand, rtol=1e-12)


def test_json_says_version_method_and_the_hash_of_the_file(table, capsys):
    assert main(["curve", str(table), "--where", "model=small", "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert record["version"] == its.__version__
    assert record["sha256"] == {str(table): hashlib.sha256(table.read_bytes()).hexdigest()}
    assert {one["selector"]: one["method"] for one in record["curves"]}["pass"].startswith("unbiased")


def test_a_standard_error_of_one_problem_is_null_and_not_a_number_that_json_lacks(tmp_path, capsys):
    file = tmp_path / "one.csv"
    file.write_text("problem,correct\na,1\na,0\n")
    assert main(["curve", str(file), "--json"]) == 0
    text = capsys.readouterr().out
    assert json.loads(text)["curves"][0]["standard_error"] == [None, None] and "NaN" not in text


def test_two_forms_at_once_are_refused(table, capsys):
    with pytest.raises(SystemExit):
        main(["curve", str(table), "--csv", "--json"])
    assert "not allowed with" in capsys.readouterr().err


@given(st.text(min_size=1, max_size=30))
def test_no_name_breaks_a_row_of_a_table(name):
    table = reports.ResultTable("Names.", ("name", "p"), ((name, 0.5),))
    row = reports.as_markdown(table).split("\n")[-1]
    assert len(re.findall(r"(?<!\\)\|", row.replace(r"\\", ""))) == 3
    latex = reports.as_latex(table).split("\n")[7]
    assert len(re.findall(r"(?<!\\)&", latex)) == 1 and latex.endswith(r"\\")
    assert list(csv.reader(io.StringIO(reports.as_csv(table), newline="")))[1] == [re.sub(r"[\r\n]+", " ", name), "0.5"]


def test_a_result_without_a_table_is_refused_by_its_type():
    with pytest.raises(TypeError, match="a float has no table"):
        reports.table_of(0.5)
    with pytest.raises(TypeError, match="each of its values is a Curve"):
        reports.table_of({})


def test_a_notebook_shows_results_as_tables_without_being_asked(monkeypatch):
    from IPython.core.interactiveshell import InteractiveShell

    monkeypatch.delenv("INFERENCE_SCALING_OUTPUT", raising=False)
    shell = InteractiveShell.instance()
    assert register(shell)
    samples = its.SampleSet.from_counts([4] * 30, [0, 1, 4] * 10)
    other = its.SampleSet.from_counts([4] * 30, [0, 2, 4] * 10)
    table = {"problem": np.repeat(np.arange(30), 4), "correct": [1, 0, 0] * 40}
    counted = [its.SampleSet.from_columns(table | {"tokens": [size] * 120}) for size in (100, 150)]
    shown = [
        its.curve(samples, "pass", [1, 2], rng=0),
        its.compare(samples, other, rng=0),
        its.compare_at_cost(*(its.curve(one, "pass", [1, 2], cost="tokens", rng=0) for one in counted), rng=0),
        its.rank({"a": samples, "b": other}, rng=0),
        its.forecast(samples, [4, 8]),
        its.plan(samples, objective="coverage", budget=4, cost=its.CostModel(1.0), rng=0),
    ]
    assert [type(one).__name__ for one in shown] == [name for _, name in SHOWN]
    for one in shown:
        data, _ = shell.display_formatter.format(one)
        assert "<table>" in data["text/html"] and data["text/plain"] == repr(one)
    monkeypatch.setenv("INFERENCE_SCALING_OUTPUT", "data")
    assert "text/html" not in shell.display_formatter.format(shown[0])[0]


def test_a_program_that_is_no_notebook_registers_nothing_and_loads_no_reports():
    code = (
        "import sys, inference_scaling as its\n"
        "print([name for name in sys.modules if name.startswith('inference_scaling.reports')])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "['inference_scaling.reports', 'inference_scaling.reports.notebook']"


def test_figures_write_their_own_finding_where_none_is_given():
    samples = its.SampleSet.from_counts([10] * 40, [0, 0, 1, 2, 5, 9, 10, 10] * 5)
    other = its.SampleSet.from_counts([10] * 40, [0, 0, 0, 1, 5, 9, 9, 10] * 5)
    found = its.curve(samples, "pass", [1, 10], rng=0)
    assert (
        its.figures.curve(found).finding == f"From k = 1 to 10: measured {found.value[0]:.3f} → {found.value[1]:.3f}."
    )
    assert its.figures.success_rates(samples).finding == "Of 40 problems 10 had none of 10 samples right, 10 all."
    compared = its.compare(samples, other, names=("{new}", "old"), rng=0)
    assert its.figures.difference(compared).finding.startswith("{new} − old: +0.037 at k = 1")
    ahead = its.forecast(samples, [10, 100])
    assert "at k = 100" in its.figures.forecast(found, ahead).finding


def test_the_figure_of_a_roc_goes_from_corner_to_corner_and_says_the_area():
    roc = its.Roc.from_scores([0.9, 0.8, 0.3, 0.1], [True, False, True, False])
    figure = its.figures.roc({"own": roc, "law": its.Roc.binormal(0.8)})
    assert figure.finding == "AUC: own 0.750, law 0.800; 0.5 for one that knows nothing."
    for series in figure.data["series"]:
        assert (series["x"][0], series["y"][0], series["x"][-1], series["y"][-1]) == (0, 0, 1, 1)


def test_the_templates_travel_with_the_package():
    folder = Path(reports.__file__).parent / "templates"
    assert {one.name for one in folder.iterdir()} == {"report.html", "report.css"}
