"""The book's reasoner is recorded: what is loaded depends on no cache, no processor and no number of threads."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
from inference_scaling.sources import reasoner, recorded
from inference_scaling.sources.reasoner import Config
from scipy.stats import rankdata

BOOK = Config(seed=14)
ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "data"
# Kernels that every x86 processor of the last ten years runs; elsewhere the names are ignored, the threads are not.
MACHINES = [("Haswell", "1"), ("Prescott", "1"), ("Haswell", "2"), ("Sandybridge", "2")]


def elsewhere(code, core, threads, **more):
    """What a fresh process prints with other matrix kernels and another number of threads."""
    env = {**os.environ, "OPENBLAS_CORETYPE": core, "OPENBLAS_NUM_THREADS": threads, **more}
    return subprocess.run(
        [sys.executable, "-c", code], env=env, check=True, capture_output=True, text=True, timeout=120
    ).stdout.strip()


def untrained(config):
    raise AssertionError(f"{config} was trained")


def test_the_book_s_reasoner_is_read_with_an_empty_cache_and_leaves_it_empty(tmp_path, monkeypatch):
    monkeypatch.setenv("INFERENCE_SCALING_CACHE", str(tmp_path))
    monkeypatch.setattr(reasoner, "train", untrained)
    lab = reasoner.load(BOOK)
    assert lab.config == BOOK
    assert [w.dtype for w in (*lab.reasoner.weights, lab.orm.weights, lab.prm.weights)] == [np.float32] * 6
    assert list(tmp_path.iterdir()) == []


def test_a_cache_that_was_trained_with_other_threads_does_not_speak_for_the_book_s_reasoner(tmp_path, monkeypatch):
    monkeypatch.setenv("INFERENCE_SCALING_CACHE", str(tmp_path))
    right = reasoner.load(BOOK)
    changed = reasoner.Reasoner(tuple(w + 1 for w in right.reasoner.weights))
    other = reasoner.Laboratory(BOOK, changed, right.orm, right.prm)
    reasoner._write(tmp_path / f"reasoner-{reasoner._key(BOOK)}.npz", other)
    found = reasoner.load(BOOK)
    assert all(np.array_equal(*pair) for pair in zip(found.reasoner.weights, right.reasoner.weights, strict=True))


KEY = "from inference_scaling.sources import reasoner as r\nprint(r._key(r.Config(seed=3)))\n"
# What the book's reasoner draws, said by the same process: starting one takes most of the time.
DRAWN = KEY + (
    "import hashlib\nlab = r.load(r.Config(seed=14))\nwhole = hashlib.sha256()\n"
    "for heat in (1, 0.3):\n"
    "    for table in lab.reasoner._cumulative(heat): whole.update(table.tobytes())\n"
    "print(whole.hexdigest())"
)


def test_every_machine_draws_the_same_from_the_book_s_reasoner_and_keeps_what_it_trains_apart():
    keys, drawn = zip(*(elsewhere(DRAWN, *machine).split() for machine in MACHINES), strict=True)
    assert len(set(drawn)) == 1
    assert len(set(keys)) == len(MACHINES)
    assert elsewhere(KEY, *MACHINES[0]) == keys[0]
    assert elsewhere(KEY, *MACHINES[0], OMP_NUM_THREADS="3") != keys[0]


def test_tests_run_with_the_matrix_kernel_and_threads_of_the_book_s_kernels():
    from inference_scaling.site.notebooks import environment

    kernel = subprocess.run(
        [sys.executable, "-c", KEY], env=environment(), check=True, capture_output=True, text=True
    ).stdout.strip()
    assert reasoner._key(Config(seed=3)) == kernel


def test_the_lab_opens_with_the_arithmetic_of_the_book_s_kernels_and_shows_pictures(tmp_path):
    # A stand-in for JupyterLab says what its kernels would inherit.
    (tmp_path / "jupyterlab.py").write_text(
        "import os, sys\nprint(sys.argv[1:], os.environ['OPENBLAS_CORETYPE'], os.environ['OPENBLAS_NUM_THREADS'],"
        " os.environ.get('INFERENCE_SCALING_OUTPUT'))"
    )
    [recipe] = [line for line in (ROOT / "Makefile").read_text().split("\nlab:")[1].splitlines()[1:2]]
    _, module = recipe.split(" -m ", 1)
    told = subprocess.run(
        [sys.executable, "-m", *module.split()],
        env={**os.environ, "OPENBLAS_CORETYPE": "Prescott", "OPENBLAS_NUM_THREADS": "2", "PYTHONPATH": str(tmp_path)},
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    assert told == "['--notebook-dir=.'] Haswell 1 None"


def auc(score, right):
    ranks, c = rankdata(score), right.sum()
    return (ranks[right].sum() - c * (c + 1) / 2) / (c * (right.size - c))


@pytest.mark.evidence
def test_training_again_gives_a_reasoner_of_the_same_strength():
    # Never to the last digit: that depends on the processor's matrix kernels.
    problems = reasoner.draw_problems(400, 1)
    found = []
    for lab in (reasoner.load(BOOK), reasoner.train(BOOK)):
        drawn = lab.reasoner.draw(problems, 32, 2)
        inside = drawn.steps >= 0
        found.append(
            (
                lab.reasoner.success(problems),
                auc(lab.orm.score(drawn).ravel(), drawn.correct.ravel()),
                auc(lab.prm.step_scores(drawn)[inside], drawn.right_steps[inside]),
            )
        )
    (kept, *verifiers), (again, *trained) = found
    assert abs(kept.mean() - again.mean()) < 0.02
    assert np.corrcoef(kept, again)[0, 1] > 0.95
    assert np.allclose(verifiers, trained, atol=0.02)


def test_a_recorded_file_that_was_damaged_is_refused_by_name(tmp_path, monkeypatch):
    shutil.copytree(DATA, tmp_path / "data")
    monkeypatch.setattr(recorded, "_folder", lambda: tmp_path / "data")
    [file] = (tmp_path / "data").glob("*.npz")
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    with pytest.raises(ValueError, match=rf"{file.name}: .*sha256"):
        reasoner.load(BOOK)


def test_every_file_of_parameters_is_described_with_its_licence_and_every_description_has_its_file():
    assert {path.stem for path in DATA.glob("*.npz")} == set(recorded.trained())
    readme = (DATA / "README.md").read_text(encoding="utf-8")
    for name, about in recorded.trained().items():
        assert f"## {name}\n" in readme and about["licence"] in readme.partition(f"## {name}\n")[2]
        assert about["title"] and about["source"] and about["citation"]
        assert zipfile.ZipFile(DATA / f"{name}.npz").testzip() is None
