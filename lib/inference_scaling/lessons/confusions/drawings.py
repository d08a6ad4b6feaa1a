"""The drawings of the part Confusions."""

from __future__ import annotations

from ..._lazy import on_demand
from ...figures import drawings
from ...sources import recorded

__all__ = ["VOTE"]  # noqa: F822 (made on demand)


def _vote() -> drawings.Drawing:
    rows, tasks = recorded.table("smollm2_samples"), recorded.table("smollm2_tasks")
    cases = {}
    # The right answer comes twice among the first nine both times. Once the wrong ones scatter, once they agree.
    for problem in (3, 15):
        mine = rows["problem"] == problem
        answers = [f"{answer:.0f}" for answer in rows["answer"][mine][:9]]
        cases[str(tasks["question"][problem])] = (answers, (rows["correct"][mine][:9] == 1).tolist())
    return drawings.vote(
        cases,
        finding="The largest stack of {n} answers wins: {votes} votes are enough where the wrong answers scatter, and "
        "not where they agree.",
    )


__getattr__ = on_demand(__name__, {"VOTE": _vote})
