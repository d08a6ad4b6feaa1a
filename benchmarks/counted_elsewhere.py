"""Samples counted where their table lies: the same counts from every engine that is installed.

    python benchmarks/counted_elsewhere.py            # 10⁶ samples
    python benchmarks/counted_elsewhere.py 100000000  # as many as the memory of this machine makes
    python benchmarks/counted_elsewhere.py --spark    # Spark too: its start takes longer than the rest

It installs nothing: an engine that is not here is left out by name. The lock has pandas, pyarrow and Dask; another
environment may have Polars, DuckDB or Spark beside the project (`pip install . narwhals polars duckdb`).
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import inference_scaling as its
import numpy as np

PROBLEMS = 5_000


def table(count: int) -> dict[str, Any]:
    """Samples in random order, with a column that is not counted."""
    rng = np.random.default_rng(7)
    problem = rng.integers(PROBLEMS, size=count)
    return {
        "problem": np.array([f"task/{i}" for i in range(PROBLEMS)], dtype=object)[problem],
        "correct": rng.random(count) < rng.beta(0.3, 1.2, PROBLEMS)[problem],
        "score": rng.normal(size=count),
    }


def expected(columns: dict[str, Any]) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Labels, n and c by NumPy alone."""
    labels, code = np.unique(columns["problem"], return_inverse=True)
    return labels.tolist(), np.bincount(code), np.bincount(code[columns["correct"]], minlength=labels.size)


def _parquet(columns: dict[str, Any], folder: Path) -> str:
    arrow, parquet = import_module("pyarrow"), import_module("pyarrow.parquet")
    path = folder / "samples.parquet"
    if not path.exists():
        parquet.write_table(arrow.table(columns), path)
    return str(path)


def on_pandas(columns: dict[str, Any], folder: Path) -> Any:
    return import_module("pandas").DataFrame(columns)


def on_arrow(columns: dict[str, Any], folder: Path) -> Any:
    return import_module("pyarrow").table(columns)


def on_polars(columns: dict[str, Any], folder: Path) -> Any:
    return import_module("polars").scan_parquet(_parquet(columns, folder))


def on_duckdb(columns: dict[str, Any], folder: Path) -> Any:
    return import_module("duckdb").connect().read_parquet(_parquet(columns, folder))


def on_dask(columns: dict[str, Any], folder: Path) -> Any:
    """Two worker processes of a cluster on this machine, which read the file themselves."""
    distributed = import_module("distributed")
    cluster = distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None)
    distributed.Client(cluster)
    frame = import_module("dask.dataframe").read_parquet(_parquet(columns, folder))
    return frame.repartition(npartitions=8)


def on_spark(columns: dict[str, Any], folder: Path) -> Any:
    builder = import_module("pyspark.sql").SparkSession.builder.master("local[2]")
    # On this machine alone, and without its page.
    here = {"spark.driver.bindAddress": "127.0.0.1", "spark.driver.host": "127.0.0.1", "spark.ui.enabled": "false"}
    spark = builder.config(map=here | {"spark.sql.shuffle.partitions": "8"}).getOrCreate()
    return spark.read.parquet(_parquet(columns, folder))


ENGINES: dict[str, Callable[[dict[str, Any], Path], Any]] = {
    "pandas": on_pandas,
    "pyarrow": on_arrow,
    "polars": on_polars,
    "duckdb": on_duckdb,
    "dask": on_dask,
}


def run(count: int, engines: dict[str, Callable[[dict[str, Any], Path], Any]]) -> dict[str, float | None]:
    """Seconds of each engine; None where it is not installed; an error where its counts are others."""
    columns = table(count)
    labels, n, c = expected(columns)
    found: dict[str, float | None] = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, make in engines.items():
            try:
                frame = make(columns, Path(folder))
            except ModuleNotFoundError:
                found[name] = None
                continue
            start = time.perf_counter()
            samples = its.counts(frame)
            found[name] = time.perf_counter() - start
            assert list(samples.problems) == labels, name
            assert np.array_equal(samples.n, n), name
            assert np.array_equal(samples.c, c), name
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("samples", nargs="?", type=int, default=10**6)
    parser.add_argument("--spark", action="store_true", help="Spark too")
    arguments = parser.parse_args()
    engines = ENGINES | ({"spark": on_spark} if arguments.spark else {})
    for name, seconds in run(arguments.samples, engines).items():
        print(f"{name}: " + ("not installed" if seconds is None else f"the same counts, {seconds:.2f} s"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
