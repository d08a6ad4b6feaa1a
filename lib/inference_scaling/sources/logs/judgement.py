"""Judgements of samples: which metric is meant, and which of its values are right."""

from __future__ import annotations

import math
from typing import Any

from ...samples import SampleError
from ...samples.errors import short
from .record import JudgedSample

# The words of EvalPlus and Inspect, as Inspect counts them; its "N" is no answer, which is not a right one.
_WORDS = {
    **dict.fromkeys(("c", "correct", "pass", "yes", "true"), 1.0),
    "p": 0.5,
    **dict.fromkeys(("i", "n", "incorrect", "fail", "timeout", "no", "false"), 0.0),
}


def choose_metric(samples: list[JudgedSample], metric: str | None) -> str:
    """Return the metric that was asked for, or the only one."""
    known = list(dict.fromkeys(name for sample in samples for name in sample.metrics))
    if not known:
        raise SampleError(f"{samples[0].place}: no sample was judged" if samples else "the log holds no sample")
    if metric is None and len(known) > 1:
        raise SampleError(f"the log holds several metrics: name one of {', '.join(map(repr, known))}")
    if metric is not None and metric not in known:
        raise SampleError(f"metric = {metric!r}: the log has {', '.join(map(repr, known))}")
    return known[0] if metric is None else metric


def judged_value(sample: JudgedSample, metric: str) -> Any:
    """Return the value that a metric gives a sample, None where there is none; Inspect writes NaN for that."""
    value = sample.metrics.get(metric)
    return None if isinstance(value, float) and math.isnan(value) else value


def is_right(value: Any, at_least: float | None, place: str, metric: str) -> bool:
    """Return whether a judgement means right, or refuse one that is neither right nor wrong."""
    number = as_number(value)
    if number is not None:
        if at_least is not None and not isinstance(value, bool):
            return number >= at_least
        if number in (0, 1):
            return bool(number)
    message = f"{place}: {metric} is {short(value)}, neither right nor wrong"
    if number is not None:
        counts = f" (it counts {number:g})" if isinstance(value, str) else ""
        message += f"{counts}; at_least = … would set the lowest value that is right"
    raise SampleError(message)


def as_number(value: Any) -> float | None:
    """The number that a judgement stands for, or None where there is none."""
    if isinstance(value, str):
        word = value.strip().lower()
        if word in _WORDS:
            return _WORDS[word]
    elif not isinstance(value, (int, float)):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None
