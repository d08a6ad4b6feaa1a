"""The race of two searches: every pair is there, counts are those given, bad input is refused by name."""

from __future__ import annotations

import re

import pytest
from inference_scaling import search
from inference_scaling.display.output import rounded, to_html
from inference_scaling.interactive import search_race
from inference_scaling.interactive.search_race import Lane, SearchRace

STRATEGIES = {"best-of-3": (search.best_of_n, {"n": 3}), "a beam": (search.beam, {"width": 2, "expand": 2})}


def lanes() -> dict[tuple[str, str, str], Lane]:
    found = {}
    for place, problem in enumerate(("easy", "hard")):
        for verifier in ("sees", "blind"):
            judge = search.Chain.check if verifier == "sees" else search.random_verifier(1)
            for name, (strategy, shape) in STRATEGIES.items():
                puzzle, budget = search.Chain(3, 0.8 - 0.5 * place), search.Budget(steps=9)
                found[problem, verifier, name] = Lane(
                    strategy(puzzle, judge, budget, 3, trace=True, **shape), place + 2
                )
    return found


def race(**changes) -> SearchRace:
    options = {"rest": ("easy", "sees", "best-of-3", "a beam"), "tries": 5, "label": lambda state: f"step {state[0]}"}
    options |= {"right": lambda problem, state: state[1], "budget": search.Budget(steps=9), "lanes": lanes(), **changes}
    return SearchRace("race", "Two searches", options.pop("lanes"), options.pop("budget"), **options)


def test_the_finding_tells_how_both_ended_and_how_often_each_is_right() -> None:
    results = lanes()
    ends = [results["easy", "sees", name].result.correct for name in STRATEGIES]
    words = [f"{name} ends {'right' if end else 'wrong'}" for name, end in zip(STRATEGIES, ends, strict=True)]
    said = race().finding
    assert said.startswith(f"On “easy” {words[0]} after 9 steps; {words[1]} after ")
    assert said.endswith("Of 5 such races the first is right in 2, the second in 2.")


def test_page_without_script_holds_both_runs_as_outlines_and_every_count() -> None:
    page = re.sub(r"<script.*?</script>", "", to_html("race", rounded(race().payload())))
    shown = [lanes()["easy", "sees", name].result.trace for name in STRATEGIES]
    assert page.count("<li class=") == sum(map(len, shown))
    assert page.count("<tr>") == 1 + 2 * 2 and "<button" not in page and "its-outline" in page


def test_every_run_is_packed_with_the_step_after_which_each_fate_is_known() -> None:
    payload = rounded(race().payload())
    for problem, rows in zip(("easy", "hard"), payload["runs"], strict=True):
        for verifier, row in zip(("sees", "blind"), rows, strict=True):
            for name, run in zip(STRATEGIES, row, strict=True):
                trace = lanes()[problem, verifier, name].result.trace
                nodes = [node.split(",") for node in run["nodes"].split(";")]
                assert [int(node[0]) for node in nodes] == [node.parent for node in trace]
                assert [node[5] for node in nodes[1:]] == [str(int(node.state[1])) for node in trace[1:]]
                assert all(i <= int(node[1]) < len(nodes) for i, node in enumerate(nodes))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"rest": ("easy", "sees", "best-of-3", "MCTS")}, "at rest the strategy is 'MCTS'; there are"),
        ({"budget": search.Budget(calls=9)}, "a race needs a budget of steps"),
        ({"budget": search.Budget(steps=8)}, "drew 9 steps; the budget is 8"),
        ({"tries": 1}, r"is right in 2 of 1 runs; 0 to 1 can be"),
        ({"label": lambda state: "a;b"}, "neither comma nor semicolon, got 'a;b'"),
    ],
)
def test_author_s_mistake_is_refused(changes: dict, message: str) -> None:
    with pytest.raises(ValueError, match=f"^race: .*{message}"):
        race(**changes)


def test_a_missing_combination_and_a_run_without_its_trace_are_named() -> None:
    missing = lanes()
    del missing["hard", "blind", "a beam"]
    with pytest.raises(ValueError, match=r"no lane for \('hard', 'blind', 'a beam'\)"):
        race(lanes=missing)
    silent = search.beam(search.Chain(3, 0.8), search.Chain.check, search.Budget(steps=9), 3, width=2, expand=2)
    with pytest.raises(ValueError, match="has no trace; run the search with trace=True"):
        race(lanes=lanes() | {("easy", "sees", "a beam"): Lane(silent, 2)})


def test_sentence_of_the_data_is_the_finding() -> None:
    shown = race()
    assert search_race.sentence(rounded(shown.payload())) == shown.finding
