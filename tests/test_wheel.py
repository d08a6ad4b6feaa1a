"""The wheel by itself: built as a user builds it, used with NumPy and SciPy and nothing else."""

import email
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy
import pytest
from inference_scaling.sources import recorded

ROOT = Path(__file__).resolve().parents[1]
SITE = Path(numpy.__file__).resolve().parents[1]

SPDX = {"MIT": "MIT", "Apache-2.0": "Apache-2.0", "CC BY 4.0": "CC-BY-4.0", "CC BY-SA 4.0": "CC-BY-SA-4.0"}

USE = """
import inference_scaling as its
from inference_scaling import cli
samples = its.sources.recorded.load("humaneval_codet")
curve = its.curve(samples, "pass", [1, 10, 100], rng=0)
assert abs(curve.value[0] - samples.correct.mean()) < 1e-12
assert curve.value[-1] == 122 / 164
for selector in ("best_of_n", "majority"):
    assert its.curve(samples, selector, [10], rng=0).value[0] < curve.value[1]
assert its.BetaBinomial.fit([10, 10, 10], [0, 3, 10]).coverage(1) > 0
assert its.Roc.from_scores(samples.score, samples.correct).auc > 0.5
assert its.sources.reasoner.load(its.sources.reasoner.Config(seed=14)).orm.kind == "orm"
assert 0 < its.sources.recorded.table("game24_values")["value"].max() <= 60
assert cli.main(["curve", FILE]) == 0
assert cli.main(["plan", FILE, "--objective", "coverage", "--budget", "2"]) == 0
assert cli.main(["curve", FILE, "--figure", FILE + ".svg"]) == 2
assert cli.main(["grade", "--out", "report", "submissions"]) == 2
try:
    import matplotlib
except ImportError:
    print("alone")
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    build = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "--wheel-dir",
        str(folder),
        str(ROOT),
    ]
    subprocess.run(build, check=True, capture_output=True, text=True)
    (path,) = folder.glob("*.whl")
    return path


def test_the_wheel_carries_the_package_the_tables_and_their_licences_and_nothing_of_the_repository_around(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    for table in (ROOT / "data").glob("*.csv"):
        assert f"inference_scaling/_data/{table.name}" in names
    for parameters in (ROOT / "data").glob("*.npz"):
        assert f"inference_scaling/_data/{parameters.name}" in names
    licences = [f"_data/licences/{path.name}" for path in (ROOT / "data" / "licences").iterdir()]
    for needed in ("_data/tables.toml", "_data/trained.toml", *licences):
        assert f"inference_scaling/{needed}" in names
    assert {name.split("/")[0].split("-")[0] for name in names} == {"inference_scaling"}
    # The reasoner's parameters are half a megabyte of it: so the lessons show the same numbers on every processor.
    assert wheel.stat().st_size < 3_000_000


def test_the_wheel_names_every_licence_of_what_it_carries(wheel):
    with zipfile.ZipFile(wheel) as file:
        (folder,) = {name.split("/")[0] for name in file.namelist() if ".dist-info/" in name}
        about = email.message_from_bytes(file.read(f"{folder}/METADATA"))
        notice = file.read(f"{folder}/licenses/data/licences/CC-BY-SA-4.0.txt").decode()
    named = set(about["License-Expression"].split(" AND "))
    # As the tables name them, "CC BY 4.0 (the model: Apache-2.0)" by its two licences.
    tables = " ".join(recorded.about(table)["licence"] for table in recorded.tables())
    assert named - {"BSD-3-Clause"} == {each for each in SPDX.values()}
    assert all(name in tables for name in SPDX)
    assert {"LICENSE", *(f"data/licences/{path.name}" for path in (ROOT / "data" / "licences").iterdir())} <= set(
        about.get_all("License-File")
    )
    # The one table that must be shared alike is named there, with its authors and what was changed.
    alike = [table for table in recorded.tables() if "BY-SA" in recorded.about(table)["licence"]]
    assert alike == ["direct_against_chain"]
    assert all(word in notice for word in (*alike, "Jain et al. 2024", "changed:", "Attribution-ShareAlike 4.0"))


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """An empty environment into which pip has installed the wheel; NumPy and SciPy stand in it, and nothing else."""
    folder = tmp_path_factory.mktemp("installed") / "empty"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True, capture_output=True)
    python = folder / "bin" / "python"
    code = "import sysconfig; print(sysconfig.get_paths()['purelib'])"
    packages = Path(subprocess.run([python, "-c", code], check=True, capture_output=True, text=True).stdout.strip())
    # As links, so that nothing is fetched; with what pip reads of them, so that it judges the versions asked for.
    for pattern in ("numpy", "numpy.libs", "numpy-*.dist-info", "scipy", "scipy.libs", "scipy-*.dist-info"):
        for path in SITE.glob(pattern):
            (packages / path.name).symlink_to(path)
    pip = [sys.executable, "-m", "pip", "--python", str(python)]
    subprocess.run([*pip, "install", "--quiet", "--no-index", str(wheel)], check=True, capture_output=True, text=True)
    return folder


def test_pip_installs_the_wheel_into_an_empty_environment_on_any_python_from_3_11_on(wheel, installed):
    python = str(installed / "bin" / "python")
    check = [sys.executable, "-m", "pip", "--python", python, "check"]
    result = subprocess.run(check, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout
    code = (
        "from importlib.metadata import distributions as d, metadata\n"
        "about = metadata('inference-scaling')\n"
        "print(*sorted(one.metadata['Name'] for one in d()))\n"
        "print(about['Requires-Python'], about['License-Expression'])"
    )
    result = subprocess.run([python, "-I", "-c", code], capture_output=True, text=True)
    assert result.stdout.splitlines() == [
        "inference-scaling numpy scipy",
        ">=3.11 BSD-3-Clause AND Apache-2.0 AND CC-BY-4.0 AND CC-BY-SA-4.0 AND MIT",
    ], result.stderr


def test_the_wheel_alone_estimates_fits_and_reads_its_recorded_tables(installed, tmp_path):
    file = tmp_path / "samples.csv"
    file.write_text("problem,correct\na,1\na,0\nb,0\nb,0\nc,1\nc,1\n")
    command = [str(installed / "bin" / "python"), "-I", "-c", f"FILE = {str(file)!r}\n{USE}"]
    result = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    assert result.stdout.endswith("alone\n")
    assert "Traceback" not in result.stderr
    assert "inference-scaling[figures]" in result.stderr
    assert "inference-scaling[grading]" in result.stderr
    told = subprocess.run(
        [str(installed / "bin" / "inference-scaling"), "curve", str(file)], capture_output=True, text=True
    )
    assert told.returncode == 0, told.stderr
    assert told.stdout.startswith("samples.csv: 3 problems")


ZIPPED = """
import inference_scaling as its
from inference_scaling.sources import recorded, reasoner
assert PLACE in its.__file__, its.__file__
samples = recorded.load("game24_cot")
assert (len(samples), samples.meta["licence"]) == (10_000, "MIT"), samples
assert recorded.table("game24_problems")["a"].dtype == "int64"
assert reasoner.load(reasoner.Config(seed=14)).prm.kind == "prm"
print(len(recorded.names()))
"""


def test_recorded_tables_and_the_recorded_reasoner_are_read_from_a_package_that_is_still_zipped(wheel, tmp_path):
    code = f"import sys; PLACE = {str(wheel)!r}; sys.path[:0] = [PLACE, {str(SITE)!r}]\n{ZIPPED}"
    # The cache is an empty folder: a reasoner that is not recorded would be trained and stored there.
    cache = tmp_path / "cache"
    environment = {**os.environ, "INFERENCE_SCALING_CACHE": str(cache)}
    command = [sys.executable, "-I", "-S", "-c", code]
    result = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=environment)
    assert result.returncode == 0, result.stderr
    assert int(result.stdout) == len(recorded.names())
    assert not cache.exists()


GRADES = """
from inference_scaling.grading.report import Pages
assert "None." in Pages().render("feedback.html", title="t", sentences=["None."], tasks=[], code="", foot="f")
from inference_scaling.grading.sandbox import run as sandbox
assert str(sandbox.PACKAGE).startswith(PLACE), sandbox.PACKAGE
for tool, wrong in sandbox.available().items():
    if not wrong:
        with sandbox.Sandbox(tool) as box:
            held = box.measured()
        assert all(held.values()), (tool, held)
print("no task in the sandbox")
"""


def test_the_sandbox_hides_the_tasks_of_an_installed_package_wherever_it_is_installed(wheel, tmp_path):
    # Below /tmp, where the sandbox has its own place to write unless packages lie there.
    place = tmp_path / "site-packages"
    zipfile.ZipFile(wheel).extractall(place)
    code = f"import sys; PLACE = {str(place)!r}; sys.path[:0] = [PLACE, {str(SITE)!r}]\n{GRADES}"
    result = subprocess.run([sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    assert result.stdout == "no task in the sandbox\n"
