"""The recorded tables: what the files hold is what the README and the package say of them."""

import csv
import re
from collections import Counter
from fractions import Fraction
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from inference_scaling import SampleSet, audit, estimates, pass_hat_k
from inference_scaling.sources import recorded

DATA = Path(__file__).resolve().parents[1] / "data"
README = (DATA / "README.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", README, re.MULTILINE | re.DOTALL))


@pytest.mark.parametrize("name", recorded.names())
def test_each_sample_set_carries_its_source_licence_and_citation(name):
    samples = recorded.load(name)
    assert isinstance(samples, SampleSet)
    assert samples.meta["name"] == name
    for key in ("title", "setting", "source", "licence", "citation", "note"):
        assert samples.meta[key]


@pytest.mark.parametrize("name", recorded.tables())
def test_each_table_has_the_rows_it_says_and_columns_of_one_length(name):
    columns = recorded.table(name)
    assert {len(values) for values in columns.values()} == {recorded.about(name)["rows"]}


def test_every_csv_file_is_described_and_every_description_has_its_file():
    assert (
        {path.stem for path in DATA.glob("*.csv")} == set(recorded.tables()) == set(SECTIONS) & set(recorded.tables())
    )


@pytest.mark.parametrize("name", recorded.tables())
def test_the_readme_explains_every_column_and_names_the_licence(name):
    with open(DATA / f"{name}.csv", encoding="utf-8", newline="") as file:
        head = next(csv.reader(file))
    explained = re.findall(r"^\| ([\w, ]+) \|", SECTIONS[name], re.MULTILINE)
    assert {column.strip() for cell in explained for column in cell.split(",")} - {"column"} == set(head)
    licence = recorded.about(name)["licence"].split(",")[0]
    assert licence.split(" (")[0].casefold() in SECTIONS[name].casefold()


@pytest.mark.parametrize(
    ("name", "problems", "samples", "mean"),
    [
        ("game24_io", 100, 10_000, 0.0734),
        ("game24_cot", 100, 10_000, 0.0403),
        ("math_rm", 100, 800, 0.91),
        ("math_prm", 40, 960, 0.38229167),
        ("low_temperature/output", 800, 8_000, 0.342125),
        ("low_temperature/input", 800, 8_000, 0.3595),
        ("humaneval_codet", 164, 16_400, 0.22426829),
        ("smollm2", 24, 1_536, 0.2265625),
        ("agents_airline", 50, 200, 0.42),
        ("gsm8k/ver6b", 1_319, 1_319, 515 / 1_319),
        ("evalperf/gpt-4o-2024-08-06", 118, 11_800, None),
        ("rl/base", 1_060, 135_680, 0.60410525),
        ("rl/trained", 1_060, 135_680, 0.68006338),
        ("puzzles/short", 397, 397_000, None),
    ],
)
def test_sample_sets_have_the_sizes_and_success_rates_of_their_source(name, problems, samples, mean):
    loaded = recorded.load(name)
    assert len(loaded.problems) == problems
    assert len(loaded.correct) == samples
    if mean is not None:
        assert loaded.correct.mean() == pytest.approx(mean)


def test_game24_problems_are_named_by_their_numbers_in_the_order_of_the_puzzle_table():
    puzzles = recorded.table("game24_problems")
    expected = [" ".join(str(puzzles[letter][idx]) for letter in "abcd") for idx in range(900, 1000)]
    assert list(recorded.load("game24_cot").problems) == expected


def test_evalperf_counts_become_as_many_right_samples():
    table = recorded.table("evalperf_counts")
    for model in ("o1-mini-2024-09-12", "gemma-2-9b-it"):
        samples = recorded.load(f"evalperf/{model}")
        rows = table["model"] == model
        right = np.bincount(samples.problem, samples.correct, len(samples.problems))
        counted = dict(zip(table["task"][rows].tolist(), table["c"][rows].tolist(), strict=True))
        assert {task: int(c) for task, c in zip(samples.problems, right, strict=True)} == counted


def test_reinforcement_learning_has_the_published_ends_of_both_curves():
    for name, one, many in (("rl/base", 0.604, 0.891), ("rl/trained", 0.680, 0.871)):
        samples = recorded.load(name)
        assert round(samples.correct.mean(), 3) == one
        assert round((samples.c > 0).mean(), 3) == many


def test_each_problem_of_the_training_has_the_same_visits():
    columns = recorded.table("rl_training")
    visits = [1, 2, 3, 5, 7, 13, 19, 25, 31, 37, 43]
    assert np.array_equal(columns["visit"].reshape(-1, len(visits)), np.tile(visits, (1209, 1)))
    assert columns["c"].max() == 8 == columns["n"].min()


def test_the_usual_score_is_replaced_by_any_number_column_and_turned_round_by_a_minus():
    chars = recorded.table("humaneval_codet")["n_chars"]
    assert np.array_equal(recorded.load("humaneval_codet", score="-n_chars").score, -chars.astype(float))
    assert np.array_equal(recorded.load("humaneval_codet", score="n_chars").score, chars)


def test_missing_answers_of_the_small_model_stay_missing():
    table = recorded.table("smollm2_samples")
    assert np.array_equal(recorded.load("smollm2").answer < 0, np.isnan(table["answer"]))


def test_an_unknown_name_suggests_the_nearest_and_lists_the_known_ones():
    with pytest.raises(ValueError, match=r"got 'game24_cto'; did you mean 'game24_cot'\?.*smollm2"):
        recorded.load("game24_cto")
    with pytest.raises(ValueError, match=r"did you mean 'game24_values'\?.*rm_scores"):
        recorded.table("game24_value")
    with pytest.raises(ValueError, match=r"Known: .*n_pass"):
        recorded.load("humaneval_codet", score="reward")


def test_changing_a_returned_table_changes_no_later_one():
    recorded.table("rm_scores")["score"][:] = 0
    assert recorded.table("rm_scores")["score"].max() > 0


def test_empty_fields_are_nan_in_number_columns_and_empty_text_elsewhere():
    values = recorded.table("game24_values")
    assert np.isnan(values["n_left"]).sum() == 313
    assert (values["state"] == "").sum() == 313
    assert values["value"].dtype == float
    assert values["idx"].dtype == np.int64


def reachable(numbers):
    """Say whether 24 can be made of the numbers, in exact arithmetic."""
    if len(numbers) == 1:
        return numbers[0] == 24
    for i, j in combinations(range(len(numbers)), 2):
        a, b = numbers[i], numbers[j]
        rest = [x for place, x in enumerate(numbers) if place not in (i, j)]
        results = {a + b, a - b, b - a, a * b} | ({a / b} if b else set()) | ({b / a} if a else set())
        if any(reachable([*rest, result]) for result in results):
            return True
    return False


def test_recorded_solvability_of_whole_number_states_agrees_with_exhaustive_search():
    values = recorded.table("game24_values")
    rows = np.flatnonzero((values["kind"] == "state") & (values["n_left"] == 2) & (values["legal"] == 1))
    plain = [row for row in rows if re.fullmatch(r"-?\d+ -?\d+", values["state"][row])][::10]
    assert len(plain) > 100
    for row in plain:
        assert reachable([Fraction(x) for x in values["state"][row].split()]) == values["solvable"][row]


def test_value_is_the_stated_sum_of_judgements():
    values = recorded.table("game24_values")
    expected = 20 * values["n_sure"] + values["n_likely"] + 0.001 * values["n_impossible"]
    judged = values["value_source"] == "model"
    assert values["value"][judged] == pytest.approx(expected[judged])


def test_published_numbers_from_memory_are_marked():
    published = recorded.table("published_numbers")
    assert set(published["verified"]) == {"yes", "no"}
    memory = np.char.find(published["how_verified"], "memory") >= 0
    assert not (memory & (published["verified"] == "yes")).any()


def test_a_program_that_passes_none_of_the_self_made_tests_casts_no_vote():
    samples, columns = recorded.load("humaneval_codet"), recorded.table("humaneval_codet")
    assert np.array_equal(samples.answer < 0, columns["n_pass"] == 0)
    # Two programs of a problem have one answer exactly if they pass the same tests, some of them.
    for problem in (0, 12, 86):
        mine = (columns["problem"] == problem) & (columns["n_pass"] > 0)
        pairs = set(zip(samples.answer[mine].tolist(), columns["cluster"][mine].tolist(), strict=True))
        assert len(pairs) == len({one for one, _ in pairs}) == len({other for _, other in pairs})


def test_the_airline_agent_has_the_published_chances_of_solving_a_task_every_time():
    airline = recorded.load("agents_airline")
    found = pass_hat_k(airline.n[:, None], airline.c[:, None], [1, 2, 3, 4]).mean(axis=0)
    assert found.round(3).tolist() == [0.42, 0.273, 0.22, 0.2]
    assert audit([f"{one:.3f}" for one in found], 50).histograms == (tuple(np.bincount(airline.c).tolist()),)


def _audited(**options):
    rows = recorded.table("agents_pass_hat_k")
    each = zip(rows["tasks"].tolist(), *(rows[f"pass_{k}"].tolist() for k in (1, 2, 3, 4)), strict=True)
    return rows, [audit(values, tasks, **options) for tasks, *values in each]


def test_sixty_of_the_agents_rows_have_one_histogram_and_sixty_one_when_rounded_twice():
    rows, once = _audited()
    assert Counter(one.verdict for one in once) == {"one": 60, "none": 14}
    none = [i for i, one in enumerate(once) if one.verdict == "none"]
    assert Counter(rows["version"][none].tolist()) == {"0.1.3": 12, "1.0.1": 1, "0.2.1-dev": 1}
    assert sum("-6 tasks with exactly 2 successes" in one.reason for one in once) == 1
    _, twice = _audited(roundings=2)
    assert Counter(one.verdict for one in twice) == {"one": 61, "none": 13}


def test_two_of_the_agents_rows_agree_to_every_digit():
    rows, _ = _audited()
    pairs = Counter(zip(rows["domain"].tolist(), *(rows[f"pass_{k}"].tolist() for k in (1, 2, 3, 4)), strict=True))
    assert [one for one, times in pairs.items() if times > 1] == [
        ("telecom", 0.9583333333, 0.9195906433, 0.8837719298, 0.850877193)
    ]


@pytest.mark.parametrize(("prompt", "solved"), [("short", 119), ("medium", 274), ("long", 304)])
def test_puzzles_solved_at_least_once_in_a_thousand_programs(prompt, solved):
    puzzles = recorded.load(f"puzzles/{prompt}")
    assert (puzzles.n == 1000).all() and (puzzles.c > 0).sum() == solved


def test_the_scored_solutions_reach_what_their_source_prints_for_each_run_of_eight():
    columns = recorded.table("prm_math500")
    shape = (40, 3, 8)
    right, score = columns["correct"].reshape(shape) == 1, columns["prm_score"].reshape(shape)
    assert np.array_equal(columns["problem"].reshape(shape), np.arange(40)[:, None, None] * np.ones(shape, int))
    # Of 120 runs: the first sample, then at N = 2, 4, 8 the best by score and whether a right one is there.
    assert right[..., 0].sum() == 46
    for n, best, possible in ((2, 54, 60), (4, 64, 74), (8, 66, 84)):
        picked = np.take_along_axis(right[..., :n], score[..., :n].argmax(axis=2)[..., None], axis=2)
        assert (picked.sum(), right[..., :n].any(axis=2).sum()) == (best, possible)


def test_an_answer_of_the_scored_solutions_is_right_or_wrong_as_a_whole():
    columns = recorded.table("prm_math500")
    assert np.array_equal(columns["value"] == 0, columns["correct"] == 1)
    pairs = set(zip(columns["problem"], columns["answer"], columns["value"], strict=True))
    assert len(pairs) == len({(problem, answer) for problem, answer, _ in pairs})


@pytest.mark.parametrize(
    ("direction", "one", "five", "equal", "rights"),
    [("output", 34.2125, 40.2867, 397, 2), ("input", 35.95, 44.9911, 234, 8)],
)
def test_answers_at_a_low_temperature_reach_what_their_source_prints(direction, one, five, equal, rights):
    answers = recorded.load(f"low_temperature/{direction}")
    assert (answers.n == 10).all() and len(answers.n) == 800
    assert [round(100 * estimates.pass_at_k(answers.n, answers.c, k).mean(), 4) for k in (1, 5)] == [one, five]
    columns = recorded.table("low_temperature_votes")
    mine = columns["direction"] == direction
    codes, correct = columns["answer"][mine].reshape(800, 10), columns["correct"][mine].reshape(800, 10)
    # Codes go by first appearance, so a problem has one answer where all its codes are 0.
    assert (codes == 0).all(axis=1).sum() == equal
    # A code is right or wrong as a whole, and so many codes of one problem are right at most.
    pairs = set(zip(np.repeat(np.arange(800), 10), codes.ravel(), correct.ravel(), strict=True))
    assert len(pairs) == len({(problem, code) for problem, code, _ in pairs})
    assert max(len({*row[right == 1]}) for row, right in zip(codes, correct, strict=True)) == rights


def test_the_first_sample_at_a_low_temperature_is_none_at_random():
    columns = recorded.table("low_temperature_votes")
    mine = columns["direction"] == "output"
    assert columns["correct"][mine & (columns["sample"] == 0)].mean() == 0.3525
    assert columns["correct"][mine].mean() == pytest.approx(0.342125)


def test_the_runs_beside_the_scored_solutions_reach_what_their_source_prints():
    runs = recorded.table("prm_math500_runs")
    once, beam, mcts = (runs["method"] == method for method in ("once_7b", "beam", "mcts"))
    assert (once.sum(), beam.sum(), mcts.sum()) == (40, 8, 8)
    assert [runs["correct"][of].sum() for of in (once, beam, mcts)] == [27, 0, 1]
    tokens = runs["policy_tokens"] + runs["verifier_tokens"]
    assert [round(tokens[of].mean()) for of in (once, beam, mcts)] == [524, 36_753, 11_820]
    # The searches were cut off, and say nothing about search.
    assert [runs["finished"][of].sum() for of in (beam, mcts)] == [1, 0]
    assert np.isnan(runs["prm_score"][once]).all()
    missed = recorded.table("prm_math500")
    first = missed["correct"][missed["sample"] % 8 == 0].reshape(40, 3).sum(axis=1) == 0
    assert set(runs["problem"][beam]) == set(runs["problem"][mcts]) <= set(np.flatnonzero(first))


def test_votes_and_tokens_of_the_scored_solutions_are_those_that_their_source_prints():
    columns = recorded.table("prm_math500")
    answer, right = columns["answer"].reshape(120, 8), columns["correct"].reshape(120, 8) == 1
    tokens = columns["tokens"].reshape(120, 8)
    for n, voted in ((2, 46), (4, 54), (8, 63)):
        # Of equally frequent answers the source takes the one that came first.
        winner = [max(row[:n].tolist(), key=row[:n].tolist().count) for row in answer]
        won = [right[i, row.tolist().index(win)] for i, (row, win) in enumerate(zip(answer, winner, strict=True))]
        assert sum(won) == voted
    assert [round(tokens[:, :n].sum(axis=1).mean()) for n in (1, 2, 4, 8)] == [503, 985, 1990, 4015]


def test_direct_and_chain_answers_are_pairs_of_the_same_problems_from_ninety_two_questions():
    columns = recorded.table("direct_against_chain")
    question = dict(zip(columns["problem"].tolist(), columns["question"].tolist(), strict=True))
    models = list(dict.fromkeys(columns["model"].tolist()))
    assert len(models) == 30 and len(question) == 479 and len(set(question.values())) == 92
    assert max(Counter(question.values()).values()) == 6
    for model in models:
        direct, chain = (recorded.load(f"{kind}/{model}") for kind in ("direct", "chain"))
        assert direct.problems == chain.problems and (direct.n == 10).all() and (chain.n == 10).all()
        assert len(direct.problems) == (478 if model in ("Codestral-Latest", "GPT-4O-2024-05-13") else 479)
        assert direct.meta["licence"] == "CC BY-SA 4.0"
    # Column sums of the whole table, in the order of the file.
    assert (np.nansum(columns["c_direct"]), np.nansum(columns["c_chain"])) == (58_974, 75_610)


def test_what_reflexion_printed_of_each_trial_comes_out_again():
    retry, reflexion = recorded.solved_by_trial("retry"), recorded.solved_by_trial("reflexion")
    assert retry.sum(axis=0).tolist() == [84, 94, 97, 98, 100, 101, 101]
    said = [84, 103, 111, 113, 117, 118, 123, 126, 128, 129, 130, 130, 131, 133, 134]
    assert reflexion.sum(axis=0).tolist() == said and reflexion.shape == (134, 15)
    assert (retry[:, 0] == reflexion[:, 0]).all() and (retry[:, 5] == retry[:, 6]).all()
    # Cumulative: what is solved stays solved.
    assert all((np.diff(one.astype(int), axis=1) >= 0).all() for one in (retry, reflexion))
    with pytest.raises(ValueError, match="arm = 'reflection': must be one of 'reflexion', 'retry'"):
        recorded.solved_by_trial("reflection")
