"""Tables that lie elsewhere: samples are counted where they are, and one row a problem comes home."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np

from .answers import is_missing, problem_label
from .coercion import RIGHT, WRONG, threshold
from .columns import SETTINGS, check_names, check_needed
from .errors import SampleError, short
from .native import narwhals
from .table import SampleSet

__all__ = ["counts"]

# Names that no table has: the group's size, and the sums of right samples and of judgements that are none.
_N, _C, _ODD = "samples counted", "samples right", "samples not judged"


def counts(
    frame: Any,
    *,
    names: Mapping[str, str] | None = None,
    at_least: float | None = None,
    meta: Mapping[str, Any] | None = None,
) -> SampleSet:
    """Count the samples of each problem where the table lies, and bring home one row a problem.

    Parameters
    ----------
    frame : dataframe or relation
        Of any library that narwhals understands: a lazy frame of Polars, a relation of DuckDB, a dataframe of Dask or
        Spark, or a table in memory. The grouping runs there; no sample is brought here. Each of these has been run on
        a million samples with the same counts (`benchmarks/counted_elsewhere.py`, Spark in its local mode).
    names : mapping of str to str, optional
        Where the columns "problem" and "correct" have other names.
    at_least : float, optional
        Where ``correct`` holds numbers: the lowest that counts as right; 1 where there is a ``reward`` instead.
    meta : mapping, optional

    Returns
    -------
    SampleSet
        With counts alone, as `SampleSet.from_counts` makes it: enough for pass@k, pass^k, forecasts, comparisons and
        plans for coverage. Problems are sorted by their labels, because tables that lie elsewhere keep no order.

    Raises
    ------
    SampleError
        For a missing column, a problem without a name, a judgement that is none, or a problem with samples of two
        values of ``model``, ``task``, ``dataset`` or ``temperature``.
    ImportError
        When narwhals is not installed.

    Notes
    -----
    Counted are the rows as they are: a sample that the table has twice counts twice.

    Examples
    --------
    >>> import pandas
    >>> found = counts(pandas.DataFrame({"problem": ["b", "a", "b"], "correct": [True, False, False]}))
    >>> found.problems, found.n, found.c
    (('a', 'b'), array([1, 2]), array([0, 1]))
    """
    with warnings.catch_warnings():
        # narwhals says that its part for Dask will be a package of its own: nothing that who counts can mend here, and
        # the counts are the same from either.
        warnings.filterwarnings("ignore", "Dask support is moving", FutureWarning)
        return _counted(frame, check_names(names), threshold(at_least), meta)


def _counted(frame: Any, own: Mapping[str, str], least: float | None, meta: Mapping[str, Any] | None) -> SampleSet:
    nw = narwhals()
    try:
        lazy = nw.from_native(frame).lazy()
    except TypeError:
        raise SampleError(f"expected a dataframe, got {type(frame).__name__}") from None
    schema = lazy.collect_schema()
    check_needed(schema.names(), own)
    problem, correct = own.get("problem", "problem"), own.get("correct", "correct")
    if correct not in schema.names():
        correct, least = own.get("reward", "reward"), 1.0 if least is None else least
    right, judged = _judged(nw, nw.col(correct), schema[correct], least)
    settings = [name for name in SETTINGS if name in schema.names() and name not in (problem, correct)]
    found = (
        lazy.select(
            nw.col(problem),
            *(nw.col(name) for name in settings),
            right.cast(nw.Int64).alias(_C),
            (~judged).cast(nw.Int64).alias(_ODD),
        )
        .group_by(problem)
        .agg(
            nw.len().alias(_N),
            nw.col(_C).sum(),
            nw.col(_ODD).sum(),
            *(nw.col(name).min().alias(f"least {name}") for name in settings),
            *(nw.col(name).max().alias(f"greatest {name}") for name in settings),
        )
        .collect()
    )
    return _set(found, problem, correct, settings, meta)


def _judged(nw: Any, column: Any, kind: Any, least: float | None) -> tuple[Any, Any]:
    """Whether each sample is right, and whether it is judged at all, as expressions of its column."""
    here = ~column.is_null()
    if kind == nw.Boolean:
        return column.fill_null(False), here
    if kind.is_numeric():
        if least is not None:
            # NaN is no judgement, and no comparison with it says so: in some engines it is the greatest number.
            sane = here & (column == column) & (column.abs() < float("inf"))
            return (sane & (column >= least)).fill_null(False), sane.fill_null(False)
        return (column == 1).fill_null(False), (here & ((column == 1) | (column == 0))).fill_null(False)
    if least is not None:
        raise SampleError(f"at_least = {least:g}: the column of judgements holds {kind}, and must hold numbers")
    word = column.cast(nw.String).str.strip_chars().str.to_lowercase()
    right = word.is_in(sorted(RIGHT))
    return right.fill_null(False), (right | word.is_in(sorted(WRONG))).fill_null(False)


def _set(found: Any, problem: str, correct: str, settings: list[str], meta: Mapping[str, Any] | None) -> SampleSet:
    labels = found[problem].to_list()
    if not labels:
        raise SampleError("an empty table: at least one sample is needed")
    if any(map(is_missing, labels)):
        raise SampleError("problem: every sample needs a problem, and some have none")
    texts = [problem_label(label) for label in labels]
    odd = np.array(found[_ODD].to_list())
    if np.any(odd):
        at = int((odd > 0).argmax())
        raise SampleError(
            f"{correct}: problem {short(texts[at])} has samples that are judged neither right nor wrong, {odd[at]:,} "
            "of them (true or false, 1 or 0); at_least = … would set the lowest value that is right"
        )
    for name in settings:
        for text, one, other in zip(
            texts, found[f"least {name}"].to_list(), found[f"greatest {name}"].to_list(), strict=True
        ):
            if one != other and not (is_missing(one) and is_missing(other)):
                raise SampleError(
                    f"{name}: problem {short(text)} has samples of {one!r} and of {other!r}, which do not belong on "
                    "one curve: keep the rows of one of them"
                )
    # Two spellings of a label, as 7 and 7.0, are one problem here as they are elsewhere.
    names, back = np.unique(np.array(texts, dtype=object), return_inverse=True)
    n, c = np.zeros((2, names.size), dtype=np.int64)
    np.add.at(n, back, np.array(found[_N].to_list(), dtype=np.int64))
    np.add.at(c, back, np.array(found[_C].to_list(), dtype=np.int64))
    return SampleSet.from_counts(n, c, problems=names.tolist(), meta=meta)
