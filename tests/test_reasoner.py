"""The small reasoner in a tiny configuration: its arithmetic, its exact distribution, its verifiers, its cache."""

import os
import signal
import subprocess
import sys
import threading
from dataclasses import replace

import numpy as np
import pytest
from inference_scaling import search
from inference_scaling.sources import reasoner
from inference_scaling.sources.reasoner import Config
from scipy.stats import rankdata

TINY = Config(
    worked=2500,
    hidden=64,
    epochs=10,
    orm_problems=1000,
    orm_solutions=4,
    prm_problems=2000,
    prm_solutions=3,
    rollouts=6,
)


@pytest.fixture(scope="module")
def lab():
    return reasoner.train(TINY)


@pytest.fixture(scope="module")
def problems():
    return reasoner.draw_problems(12, 5, longest=4)


@pytest.fixture(scope="module")
def drawn(lab, problems):
    return lab.reasoner.draw(problems, 4000, 6)


def parameters(lab):
    """Every trained number of a laboratory."""
    return [*lab.reasoner.weights, lab.orm.weights, lab.orm.seen, lab.prm.weights, lab.prm.seen,
            np.array([lab.orm.offset, lab.prm.offset])]  # fmt: skip


def auc(score, right):
    """How often a right one scores above a wrong one."""
    ranks = rankdata(score)
    c = right.sum()
    return (ranks[right].sum() - c * (c + 1) / 2) / (c * (right.size - c))


def same(one, other):
    return all(np.array_equal(a, b) for a, b in zip(parameters(one), parameters(other), strict=True))


def test_right_results_are_those_of_plain_arithmetic():
    problems = reasoner.draw_problems(50, 1)
    for i in range(50):
        value = int(problems.start[i])
        for step in range(problems.length[i]):
            b = int(problems.operand[i, step])
            value = (value + b, value - b, value * b)[problems.op[i, step]] % 100
            assert problems.truth[i, step] == value
        assert problems.answer[i] == value


def test_solutions_are_written_out_and_say_which_steps_are_right(drawn, problems):
    text = drawn.text(0, 0)
    assert text.startswith(problems.text(0)[:5])
    assert text.count("=") == problems.length[0]
    for number, part in enumerate(text.split("=")[1:]):
        assert int(part[:2]) == drawn.results[0, 0, number]
    assert np.array_equal(drawn.right_steps[:, :, 0], drawn.results[:, :, 0] == problems.truth[:, :1])


def test_sampling_agrees_with_the_exact_success_probability(lab, drawn, problems):
    p = lab.reasoner.success(problems)
    error = np.sqrt(p * (1 - p) / 4000)
    assert np.all(np.abs(drawn.correct.mean(1) - p) < 4.5 * error + 1e-3)


def test_probabilities_are_distributions_and_temperature_sharpens_them(lab):
    warm, cold = lab.reasoner.probabilities(), lab.reasoner.probabilities(0.3)
    assert np.allclose(warm.sum(-1), 1, atol=1e-4)
    assert cold.max(-1).mean() > warm.max(-1).mean()


def test_log_probabilities_are_those_of_the_table(lab, drawn):
    table = lab.reasoner.probabilities().reshape(-1)
    steps = drawn.steps[:, :50]
    assert np.allclose(drawn.logprob[:, :50][steps >= 0], np.log(table[steps[steps >= 0]]), atol=1e-2)


def test_samples_carry_answers_tokens_scores_and_step_scores(lab, problems):
    samples = lab.reasoner.sample(problems, 5, 0, orm=lab.orm, prm=lab.prm)
    solutions = lab.reasoner.draw(problems, 5, 0)
    assert np.array_equal(samples.correct, solutions.correct.ravel())
    assert np.array_equal(samples.score, lab.orm.score(solutions).ravel())
    assert np.array_equal(samples.tokens, 2 * np.repeat(problems.length, 5))
    steps = list(samples.steps())
    assert [len(values) for values in steps[:5]] == [problems.length[0]] * 5
    assert np.allclose(steps[7], lab.prm.step_scores(solutions)[1, 2, : problems.length[1]])
    plain = lab.reasoner.sample(problems, 5, 0)
    assert np.allclose(plain.score[0], next(plain.steps()).mean())


def test_the_puzzle_plays_the_model(lab, problems):
    p = lab.reasoner.success(problems)
    rng, budget = np.random.default_rng(0), search.Budget(steps=4000)
    for i in (0, 1):
        puzzle = lab.reasoner.puzzle(problems, i)
        found = search.best_of_n(puzzle, search.random_verifier(1), budget, rng, n=500).finished
        assert abs(np.mean([puzzle.is_correct(state) for state, _ in found]) - p[i]) < 4.5 * np.sqrt(p[i] / 500) + 1e-2
        assert str(found[0][0]).startswith(f"{problems.start[i]:02d}")


def test_step_verifiers_score_states_as_they_score_solutions(lab, drawn, problems):
    length = problems.length
    states = [reasoner.Work(int(drawn.answer[i, 0]), tuple(drawn.steps[i, 0, : length[i]].tolist())) for i in range(12)]
    steps = lab.prm.step_scores(drawn)[:, 0]
    assert np.allclose(lab.prm.on("product")(states), steps.prod(1), rtol=1e-5)
    assert np.allclose(lab.prm.on("min")(states), steps.min(1))
    assert np.allclose(lab.prm.on("last")(states), steps[np.arange(12), length - 1])
    assert np.allclose(lab.orm.on()(states), lab.orm.score(drawn)[:, 0], atol=1e-4)
    assert np.array_equal(reasoner.SumPuzzle.check(states), drawn.right_steps[:, 0].all(1))


def test_the_trained_prm_tells_right_steps_from_wrong_ones(lab, drawn):
    inside = drawn.steps >= 0
    steps, right = lab.prm.step_scores(drawn)[inside], drawn.right_steps[inside]
    assert auc(steps, right) > 0.65
    assert lab.prm.rarest(drawn).min() >= 0


def test_the_fit_finds_what_decides_the_label(drawn):
    # The label of a solution: its first result ends in a digit below 5, whatever else it holds.
    steps = drawn.steps[:, :300].reshape(-1, 10)
    label = steps[:, 0] % 10 < 5
    fitted = reasoner._fit("orm", steps, label, 1.0)
    logit = np.where(steps >= 0, fitted._sum(steps), 0).sum(1) + fitted.offset
    assert auc(logit, label) > 0.95
    seen = np.bincount(reasoner._groups(steps[steps >= 0])[0], minlength=1)
    assert np.array_equal(fitted.seen[: seen.size], seen)


def test_a_perfect_step_verifier_makes_search_far_better_than_sampling(lab, problems):
    budget, rng = search.Budget(steps=400), np.random.default_rng(0)
    found = [
        search.beam(lab.reasoner.puzzle(problems, i), reasoner.SumPuzzle.check, budget, rng, width=4, expand=20)
        for i in range(12)
    ]
    assert np.mean([run.correct for run in found]) > lab.reasoner.success(problems).mean() + 0.3


def test_the_effects_script_measures_every_effect_it_predicts(monkeypatch, lab):
    monkeypatch.syspath_prepend(os.path.join(os.path.dirname(__file__), "..", "benchmarks"))
    import effects

    monkeypatch.setattr(reasoner, "train", lambda config: lab)
    monkeypatch.setattr(effects, "EASY", 0.0)
    result = effects.measure(TINY, problems=12, samples=32)
    assert set(result) == set(effects.PREDICTIONS)
    for name in effects.PREDICTIONS:
        assert np.all(np.isfinite(result[name]))
        assert effects.row(name, [result]).count("|") == 5


def test_the_script_of_searches_measures_all_that_it_compares(monkeypatch, lab):
    monkeypatch.syspath_prepend(os.path.join(os.path.dirname(__file__), "..", "benchmarks"))
    import searches

    found = searches.measure(lab, 0, problems=3)
    assert {name for pair in searches.COMPARED for name in pair} <= set(found)
    assert {f"{name}{budget}" for name in searches.SEARCHES for budget in ("", ", checks")} <= set(found)
    assert set(searches.SEARCHES) >= {"best-of-N", "particle filter", "MCTS"} and len(searches.SEARCHES) == 9
    shown = searches.tables([found, found], (1, 2)).splitlines()
    tokens = {name for name in found if name.startswith("best-of-N, tokens of ")}
    assert len(tokens) == 8
    # A beam of 16 reads more than it writes, so that best-of-N gets more than 16 solutions at equal tokens.
    assert found["best-of-N, tokens of beam"].shape == (3,)
    assert {line.count("|") for line in shown[:28]} == {5}
    assert {line.count("|") for line in shown[29:]} == {7}
    assert "nan" not in "".join(shown)


# -- training again, and keeping -------------------------------------------------------------------------

PRINT = (
    "import hashlib, inference_scaling.sources.reasoner as r, sys\n"
    "lab = r.load(r.Config({}))\n"
    "print(hashlib.sha256(b''.join(w.tobytes() for w in (*lab.reasoner.weights, lab.orm.weights, lab.prm.weights)))"
    ".hexdigest())"
)
SHORT = "worked=100, hidden=8, epochs=1, orm_problems=20, orm_solutions=2, prm_problems=20, prm_solutions=2, rollouts=2"


def run(folder, wait=True):
    process = subprocess.Popen(
        [sys.executable, "-c", PRINT.format(SHORT)],
        env={**os.environ, "INFERENCE_SCALING_CACHE": str(folder), "OPENBLAS_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    if not wait:
        return process
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    return out.strip()


def test_two_processes_at_once_train_the_same_and_leave_one_file(tmp_path):
    both = [run(tmp_path / "shared", wait=False) for _ in range(2)]
    first, second = (process.communicate(timeout=60)[0].strip() for process in both)
    assert first == second == run(tmp_path / "alone")
    assert [path.suffix for path in sorted((tmp_path / "shared").iterdir())] == [".lock", ".npz"]


def test_what_is_loaded_is_what_was_trained(tmp_path, monkeypatch, lab):
    monkeypatch.setenv("INFERENCE_SCALING_CACHE", str(tmp_path))
    trained = []
    monkeypatch.setattr(reasoner, "train", lambda config: trained.append(config) or lab)
    assert reasoner.load(TINY) is lab
    again = reasoner.load(TINY)
    assert same(again, lab)
    assert trained == [TINY]
    reasoner.load(replace(TINY, seed=1))
    assert len(trained) == 2


@pytest.mark.parametrize(
    "damage", [lambda data: data[: len(data) // 2], lambda data: b"", lambda data: b"PK" + data[9:]]
)
def test_a_damaged_cache_is_trained_anew(tmp_path, monkeypatch, lab, damage):
    monkeypatch.setenv("INFERENCE_SCALING_CACHE", str(tmp_path))
    monkeypatch.setattr(reasoner, "train", lambda config: lab)
    reasoner.load(TINY)
    [file] = tmp_path.glob("*.npz")
    file.write_bytes(damage(file.read_bytes()))
    assert reasoner.load(TINY) is lab
    assert same(reasoner.load(TINY), lab)


def test_a_killed_training_leaves_no_cache_and_no_lock(tmp_path, monkeypatch, lab):
    code = (
        "import time, inference_scaling.sources.reasoner as r\n"
        "def slow(config):\n    print('training', flush=True)\n    time.sleep(60)\n"
        f"r.train = slow\nr.load(r.Config({SHORT}))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        env={**os.environ, "INFERENCE_SCALING_CACHE": str(tmp_path)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline().strip() == "training"
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert not list(tmp_path.glob("*.npz"))
    monkeypatch.setenv("INFERENCE_SCALING_CACHE", str(tmp_path))
    monkeypatch.setattr(reasoner, "train", lambda config: lab)
    loaded = []
    # A lock that was left behind would hold this load for good, and with it the whole run, were it not a daemon.
    load = threading.Thread(target=lambda: loaded.append(reasoner.load(Config(**eval(f"dict({SHORT})")))), daemon=True)
    load.start()
    load.join(timeout=60)
    assert loaded and loaded[0] is lab


def test_a_second_load_waits_for_the_first(tmp_path, monkeypatch, lab):
    monkeypatch.setenv("INFERENCE_SCALING_CACHE", str(tmp_path))
    monkeypatch.setattr(reasoner, "train", lambda config: lab)
    second = threading.Thread(target=reasoner.load, args=(TINY,))
    with reasoner._lock(tmp_path / f"reasoner-{reasoner._key(TINY)}.lock"):
        second.start()
        second.join(timeout=0.5)
        assert second.is_alive()
        assert not list(tmp_path.glob("*.npz"))
    second.join(timeout=30)
    assert list(tmp_path.glob("*.npz"))


def test_a_write_that_fails_leaves_nothing_behind(tmp_path, monkeypatch, lab):
    monkeypatch.setenv("INFERENCE_SCALING_CACHE", str(tmp_path))
    monkeypatch.setattr(reasoner, "train", lambda config: lab)

    def fails(*args):
        raise OSError("disk full")

    monkeypatch.setattr(reasoner.os, "replace", fails)
    with pytest.raises(OSError, match="disk full"):
        reasoner.load(TINY)
    assert [path.suffix for path in tmp_path.iterdir()] == [".lock"]


# -- bad input -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "given", [{"seed": -1}, {"worked": 0}, {"hidden": 2.5}, {"epochs": True}, {"rate": 0}, {"orm_ridge": float("nan")}]
)
def test_a_configuration_names_what_is_wrong(given):
    with pytest.raises(ValueError, match=next(iter(given))):
        Config(**given)


def test_arguments_outside_their_range_are_named(lab, problems, drawn):
    with pytest.raises(ValueError, match="n = 0"):
        reasoner.draw_problems(0)
    with pytest.raises(ValueError, match="shortest, longest"):
        reasoner.draw_problems(3, shortest=5, longest=4)
    with pytest.raises(ValueError, match="n = -1"):
        lab.reasoner.draw(problems, -1)
    for temperature in (0, float("nan"), float("inf")):
        with pytest.raises(ValueError, match="temperature"):
            lab.reasoner.draw(problems, 2, temperature=temperature)
        with pytest.raises(ValueError, match="temperature"):
            lab.reasoner.probabilities(temperature)
    with pytest.raises(ValueError, match="problem = 12"):
        lab.reasoner.puzzle(problems, 12)
    with pytest.raises(ValueError, match="how = 'mean'"):
        lab.prm.on("mean")
    with pytest.raises(ValueError, match="ORM"):
        lab.orm.step_scores(drawn)
    with pytest.raises(ValueError, match="score has shape"):
        drawn.samples(score=np.zeros(3))
