"""Logs of τ-bench and τ²-bench: tasks tried several times, each trial with a reward."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .record import JudgedSample, Opened, Origin, Reader, required, required_list, text_of, within

# Both count a trial as solved where its reward is 1, but for rounding.
_ROUNDING = 1e-6
# τ²-bench leaves such trials out of its own numbers.
_NEVER_RAN = "infrastructure_error"


def _solved(reward: Any) -> Any:
    """Whether a reward means solved; a reward that is no number is given on, to be refused."""
    return abs(reward - 1) <= _ROUNDING if isinstance(reward, (int, float)) else reward


def _knows_trials(log: Opened) -> bool:
    return {"task_id", "trial", "reward"} <= log.first_item().keys()


def _read_trials(log: Opened) -> Iterator[JudgedSample]:
    """Yield the trials of a file of results of τ-bench."""
    origin = Origin(log.path.name)
    for i, row in enumerate(log.value):
        place = f"{log.path.name}: entry {i}"
        problem, trial = str(required(row, "task_id", place)), required(row, "trial", place)
        place = f"{log.path.name}: task {problem}, trial {trial}"
        reward = required(row, "reward", place)
        yield JudgedSample(
            place,
            problem,
            {"solved": _solved(reward)},
            {},
            origin,
            sample_mark=(log.path, problem, trial),
            reward=reward,
            broke=within(row, "info", "error") is not None,
        )


def _knows_simulations(log: Opened) -> bool:
    return isinstance(log.value, dict) and {"info", "simulations"} <= log.value.keys()


def _read_simulations(log: Opened) -> Iterator[JudgedSample]:
    """Yield the simulations of a file of results of τ²-bench."""
    info = log.value["info"]
    origin = Origin(
        log.path.name,
        text_of(within(info, "agent_info", "llm")),
        text_of(within(info, "environment_info", "domain_name")),
    )
    for i, row in enumerate(required_list(log.value, "simulations", log.path.name)):
        problem = str(required(row, "task_id", f"{log.path.name}: simulation {i}"))
        place = f"{log.path.name}: task {problem}, trial {row.get('trial')}"
        reward = within(row, "reward_info", "reward")
        ran = row.get("termination_reason") != _NEVER_RAN and reward is not None
        mark = row.get("id")
        yield JudgedSample(
            place,
            problem,
            {"solved": _solved(reward) if ran else None},
            {},
            origin,
            sample_mark=None if mark is None else (str(mark),),
            reward=reward if ran else None,
        )


# Field names of sierra-research/tau-bench at 01ed5e3 (tau_bench/types.py, run.py) and tau2-bench at 8297164
# (src/tau2/data_model/simulation.py) and 26ac2bc (src/tau2/metrics/agent_metrics.py).
TRIALS = Reader("tau-bench", _knows_trials, _read_trials, tried=False)
SIMULATIONS = Reader("tau2-bench", _knows_simulations, _read_simulations, tried=False)
