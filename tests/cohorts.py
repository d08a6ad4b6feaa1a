"""Which of many cohorts every run of the tests takes: the others are for `make evidence`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest


def few_of(cohorts: Sequence[str], count: int) -> list[Any]:
    """Return cohorts as parameters of a test, those after the first few marked as evidence."""
    return [*cohorts[:count], *(pytest.param(one, marks=pytest.mark.evidence) for one in cohorts[count:])]
