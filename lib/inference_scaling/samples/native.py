"""Columns as a dataframe of the library that the user has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Any, ClassVar

import numpy as np

from .errors import SampleError

BACKENDS = ("pandas", "polars", "pyarrow")


def narwhals() -> Any:
    """The package that speaks to dataframes of every library, or an error that says how to install it."""
    try:
        return import_module("narwhals")
    except ImportError:
        raise ImportError("dataframes need the package narwhals: pip install 'inference-scaling[frames]'") from None


class Framed:
    """A result that is a dataframe too: its numbers under their own names, a row a point."""

    # Fields and properties, each a single value or one a row; what is None is left out.
    _columns: ClassVar[tuple[str, ...]] = ()

    def _rows(self) -> Mapping[str, Any]:
        """The columns, single values not yet repeated."""
        return {name: getattr(self, name) for name in self._columns}

    def to_frame(self, backend: str | None = None) -> Any:
        """Return the result as a dataframe: its numbers at full precision, under the names of its attributes.

        Parameters
        ----------
        backend : {"pandas", "polars", "pyarrow"}, optional
            The library of the dataframe; the first of these that is installed when left out.

        Returns
        -------
        a dataframe of the backend, a row a point: a k, a budget, an option; or one row
        """
        return frame_of(as_columns(self._rows()), backend)


def as_columns(values: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Columns of one length: a list or an array is a column, a single value is repeated, None is left out."""
    kept = {name: np.asarray(value).tolist() for name, value in values.items() if value is not None}
    rows = max((len(value) for value in kept.values() if isinstance(value, list)), default=1)
    return {name: value if isinstance(value, list) else [value] * rows for name, value in kept.items()}


def frame_of(columns: Mapping[str, Sequence[Any]], backend: str | None = None) -> Any:
    """Return columns as a dataframe; without `backend` of the first of `BACKENDS` that is installed.

    Raises
    ------
    SampleError
        For another backend.
    ImportError
        When narwhals or the backend is not installed.
    """
    package = narwhals()
    if backend is not None and backend not in BACKENDS:
        raise SampleError(f"backend = {backend!r:.60}: must be one of {', '.join(map(repr, BACKENDS))}")
    found = backend or next((name for name in BACKENDS if find_spec(name)), None)
    if found is None or find_spec(found) is None:
        raise ImportError(
            f"a dataframe needs the package {found or ' or '.join(BACKENDS)}: pip install {found or BACKENDS[0]}"
        )
    return package.from_dict(dict(columns), backend=found).to_native()
