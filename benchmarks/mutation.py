"""Mutation score: change the library one operator at a time and see whether some test fails.

    python benchmarks/mutation.py                      # every mutant, and the evidence page
    python benchmarks/mutation.py --sample 60 --only laws   # a few of one room, printed only
    python benchmarks/mutation.py --again          # survivors of the last run once more, and the evidence page

A mutant is one changed node of the syntax tree: a comparison, an arithmetic or Boolean operator, a
constant, a condition, a return value, a raise that is left out. For each the tests that run its line are
run, fastest first, in a forked process in which the library is imported in its changed form; the first
failure, a crash or the time limit kills it. Messages, annotations and docstrings are left alone. Property
tests run with fixed seeds, so that the score can be repeated.

What was found is kept under `.cache` with the hash of the code: an interrupted run goes on where it stopped, and
after a test was added only the survivors are run again. `--afresh` forgets it.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import importlib.abc
import importlib.machinery
import importlib.util
import itertools
import json
import os
import random
import runpy
import signal
import sys
import tempfile
import time
import traceback
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import evidence
import hypothesis
import pytest
import scipy.integrate
import scipy.optimize
import scipy.stats  # noqa: F401  (these three: imported once here, not in every fork)

LIBRARY = evidence.ROOT / "lib" / "inference_scaling"
ROOMS = ("estimates", "laws", "verifiers")
# From the file alone: whatever imports the package here would be found unchanged by every mutant.
ARITHMETIC = runpy.run_path(str(LIBRARY / "site" / "kernel.py"))["ARITHMETIC"]
COMPARISONS = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
OPERATORS = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.And: ast.Or,
    ast.Or: ast.And,
}
# Tests that speak of a room, beside those that carry its name.
ALSO = {"estimates": ("test_intervals.py",)}
EVERYWHERE = ("test_bad_input.py",)
KEPT = evidence.ROOT / ".cache" / "mutation.json"
LEFT_ALONE = ("annotation", "returns", "decorator_list")
# The project's own settings without its other plugins: most of the time of a mutant is the start of pytest.
PYTEST = ["-x", "-q", "-c", os.devnull, "--rootdir", str(evidence.ROOT), "--import-mode=importlib", "-W", "error"]
PYTEST += ["-W", "ignore::pytest.PytestAssertRewriteWarning", "-o", f"pythonpath={evidence.ROOT / 'tests'}"]
PYTEST += ["-p", "no:cacheprovider", "-p", "_hypothesis_pytestplugin", "--no-header", "--no-summary"]


@dataclass(frozen=True)
class Mutant:
    """One change: the `index`-th candidate of a file."""

    path: Path
    line: int
    change: str
    index: int

    def __str__(self) -> str:
        return f"{self.path.relative_to(LIBRARY)}:{self.line}: {self.change}"


def sites(node: ast.AST) -> Iterator[tuple[int, str, Callable[[], None]]]:
    """Yield (line, description, change in place) for each mutation below a node, in a fixed order."""
    for field, value in ast.iter_fields(node):
        if field in LEFT_ALONE:
            continue
        children = value if isinstance(value, list) else [value]
        for i, child in enumerate(children):
            if isinstance(child, ast.Raise):
                out = ast.copy_location(ast.Pass(), child)
                yield child.lineno, "raise left out", partial(children.__setitem__, i, out)
            elif isinstance(child, ast.AST) and not isinstance(child, ast.JoinedStr):
                yield from _here(child)
                yield from sites(child)


def _here(node: ast.AST) -> Iterator[tuple[int, str, Callable[[], None]]]:
    def change(field: str, new: object, text: str) -> tuple[int, str, Callable[[], None]]:
        return node.lineno, text, partial(setattr, node, field, new)

    match node:
        case ast.Compare():
            for i, old in enumerate(node.ops):
                new = COMPARISONS[type(old)]()
                yield node.lineno, _arrow(old, new), partial(node.ops.__setitem__, i, new)
        case ast.BinOp() | ast.AugAssign() | ast.BoolOp() if type(node.op) in OPERATORS:
            new = OPERATORS[type(node.op)]()
            yield change("op", new, _arrow(node.op, new))
        case ast.UnaryOp(op=ast.USub() | ast.Invert()):
            yield change("op", ast.UAdd(), f"{type(node.op).__name__} left out")
        case ast.Constant(value=bool() | int() | float()):
            new = not node.value if isinstance(node.value, bool) else node.value + 1
            yield change("value", new, f"{node.value!r} -> {new!r}")
        case ast.If() | ast.IfExp() | ast.While():
            yield change("test", ast.copy_location(ast.UnaryOp(ast.Not(), node.test), node), "condition negated")
        case ast.Return() if node.value is not None:
            yield change("value", ast.copy_location(ast.Constant(None), node), "return None")


def _arrow(old: ast.AST, new: ast.AST) -> str:
    return f"{type(old).__name__} -> {type(new).__name__}"


def mutants(path: Path) -> list[Mutant]:
    """Return every mutant of a file."""
    found = enumerate(sites(ast.parse(path.read_text(encoding="utf-8"))))
    return [Mutant(path, line, change, index) for index, (line, change, _) in found]


def changed(mutant: Mutant) -> ast.Module:
    """Return the tree of the mutant's file with its change made."""
    tree = ast.parse(mutant.path.read_text(encoding="utf-8"))
    _, _, change = next(itertools.islice(sites(tree), mutant.index, None))
    change()
    return ast.fix_missing_locations(tree)


class _Loader(importlib.machinery.SourceFileLoader):
    tree: ast.Module

    def get_code(self, fullname: str):
        return compile(self.tree, self.path, "exec")


class _Finder(importlib.abc.MetaPathFinder):
    """Imports one module from a changed syntax tree."""

    def __init__(self, path: Path, tree: ast.Module) -> None:
        parts = path.relative_to(LIBRARY.parent).with_suffix("").parts
        self.package = parts[-1] == "__init__"
        self.name = ".".join(parts[:-1] if self.package else parts)
        self.path, self.tree = path, tree

    def find_spec(self, fullname: str, path: object, target: object = None):
        if fullname != self.name:
            return None
        loader = _Loader(fullname, str(self.path))
        loader.tree = self.tree
        places = [str(self.path.parent)] if self.package else None
        return importlib.util.spec_from_file_location(
            fullname, self.path, loader=loader, submodule_search_locations=places
        )


def test_files(room: str) -> list[str]:
    """Return the test files of a room."""
    tests = evidence.ROOT / "tests"
    found = sorted(tests.glob(f"test_{room}*.py")) + sorted(tests.glob(f"{room}/test_*.py"))
    if not found:
        raise SystemExit(f"no tests for {room}")
    return [str(path) for path in found + [tests / name for name in (*ALSO.get(room, ()), *EVERYWHERE)]]


class _Lines:
    """A pytest plugin that notes which tests run which lines of the room's files, and how long each takes."""

    def __init__(self, files: list[Path]) -> None:
        self.files = {str(path) for path in files}
        self.tests: dict[tuple[str, int], set[str]] = defaultdict(set)
        self.seconds: dict[str, float] = {}
        self.at_import: set[tuple[str, int]] = set()
        self.now: str | None = None
        self.failed = 0

    def trace(self, frame, event, argument):
        if frame.f_code.co_filename not in self.files:
            return None
        key = (frame.f_code.co_filename, frame.f_lineno)
        if self.now is None:
            self.at_import.add(key)
        else:
            self.tests[key].add(self.now)
        return self.trace

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item, nextitem):
        self.now, start = item.nodeid, time.perf_counter()
        result = yield
        self.seconds[item.nodeid] = time.perf_counter() - start
        self.now = None
        return result

    def pytest_runtest_logreport(self, report):
        self.failed += report.failed


def _quietly() -> None:
    """Send everything that tests print nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)


class _Fork:
    """A forked process that runs `work` and ends with its exit status."""

    def __init__(self, work: Callable[[], int], seconds: float) -> None:
        self.end = time.monotonic() + seconds
        self.pid = os.fork()
        if self.pid == 0:
            status = 99
            try:
                os.setsid()
                _quietly()
                status = work()
            except BaseException:
                traceback.print_exc()
            finally:
                sys.stderr.flush()
                os._exit(status)

    def done(self) -> tuple[bool, int | None]:
        """Whether it has ended, and its exit status; None when it was killed at the time limit."""
        done, status = os.waitpid(self.pid, os.WNOHANG)
        if done:
            return True, os.waitstatus_to_exitcode(status)
        if time.monotonic() < self.end:
            return False, None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        return True, None


def _in_forks(forks: Iterable[tuple[Any, _Fork]], jobs: int) -> Iterator[tuple[Any, int | None]]:
    """Start named forks, `jobs` at a time, and yield name and exit status of each when it ends."""
    forks, running = iter(forks), {}
    while True:
        for name, fork in itertools.islice(forks, jobs - len(running)):
            running[name] = fork
        if not running:
            return
        time.sleep(0.005)
        for name, fork in list(running.items()):
            done, status = fork.done()
            if done:
                del running[name]
                yield name, status


def map_lines(room: str, files: list[Path]) -> dict:
    """Run the room's tests once, unchanged, and return which tests run which line."""
    with tempfile.NamedTemporaryFile("r", suffix=".json") as out:

        def work() -> int:
            lines = _Lines(files)
            sys.settrace(lines.trace)
            status = pytest.main([*PYTEST[1:], *test_files(room)], plugins=[lines])
            sys.settrace(None)
            tests = {f"{path}:{line}": sorted(names) for (path, line), names in lines.tests.items()}
            at_import = sorted(f"{path}:{line}" for path, line in lines.at_import)
            Path(out.name).write_text(json.dumps({"tests": tests, "at_import": at_import, "seconds": lines.seconds}))
            return int(status)

        ((_, status),) = _in_forks([(room, _Fork(work, seconds=1800))], jobs=1)
        if status != 0:
            raise SystemExit(f"the tests of {room} do not pass unchanged (status {status})")
        return json.loads(out.read())


def tried(mutant: Mutant, lines: dict, room: str) -> _Fork:
    """Start the tests that run the mutant's line; the status is 0 where none of them fails."""
    key = f"{mutant.path}:{mutant.line}"
    names = lines["tests"].get(key, [])
    if key in lines["at_import"]:
        names = test_files(room)
    names = sorted(names, key=lambda name: lines["seconds"].get(name, 0))

    def work() -> int:
        if not names:
            return 0
        sys.meta_path.insert(0, _Finder(mutant.path, changed(mutant)))
        return int(pytest.main([*PYTEST, *names]))

    usual = sum(lines["seconds"].get(name, 0) for name in names) or sum(lines["seconds"].values())
    return _Fork(work, seconds=20 + 3 * usual)


def room_files(room: str) -> list[Path]:
    """Return the library files of a room, one file or a folder of files."""
    folder = LIBRARY / room
    return sorted(folder.rglob("*.py")) if folder.is_dir() else [LIBRARY / f"{room}.py"]


class Score(NamedTuple):
    """What was found of a room: mutants there are, mutants run, survivors."""

    every: int
    run: int
    left: list[Mutant]


def found_before(room: str) -> Score:
    """Return what is known of a room without a run."""
    every = [mutant for path in room_files(room) for mutant in mutants(path)]
    kept = _kept(room)
    if not kept:
        raise SystemExit(f"nothing is known of {room} as its code is now")
    return Score(len(every), len(kept), [mutant for mutant in every if kept.get(_key(mutant), False)])


def score(room: str, sample: int | None, seed: int, again: bool, jobs: int) -> Score:
    """Run the mutants of a room that were not killed before."""
    files = room_files(room)
    every = [mutant for path in files for mutant in mutants(path)]
    kept = _kept(room)
    chosen = every
    if again:
        chosen = [mutant for mutant in every if _key(mutant) in kept]
    elif sample is not None and sample < len(every):
        chosen = random.Random(seed).sample(every, sample)
    lines = map_lines(room, files)
    # In random order: what an interrupted run has done is a random sample, and `--again` reports it as one.
    chosen = random.Random(seed).sample(chosen, len(chosen))
    open_ones = [mutant for mutant in chosen if kept.get(_key(mutant), True)]
    forks = ((mutant, tried(mutant, lines, room)) for mutant in open_ones)
    for done, (mutant, status) in enumerate(_in_forks(forks, jobs), start=1):
        kept[_key(mutant)] = status == 0
        _keep(room, kept)
        if status == 0:
            print(f"survived  {mutant}", flush=True)
        if done % 50 == 0:
            print(f"{room}: {done} of {len(open_ones)} run", flush=True)
    left = [mutant for mutant in chosen if kept[_key(mutant)]]
    return Score(len(every), len(chosen), sorted(left, key=lambda mutant: (mutant.path, mutant.index)))


def _key(mutant: Mutant) -> str:
    return f"{mutant.path.relative_to(LIBRARY)}:{mutant.index}"


def _kept(room: str) -> dict[str, bool]:
    """Whether each mutant that was run survived; nothing when the code has changed since."""
    every = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}
    code, found = every.get(room, ("", {}))
    return found if code == evidence.code_hash(_code([room])) else {}


def _keep(room: str, found: dict[str, bool]) -> None:
    every = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}
    every[room] = evidence.code_hash(_code([room])), found
    KEPT.parent.mkdir(exist_ok=True)
    KEPT.write_text(json.dumps(every), encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--only", nargs="+", choices=ROOMS, default=list(ROOMS))
    parser.add_argument("--sample", type=int, help="mutants a room, chosen at random; all without it")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=len(os.sched_getaffinity(0)), help="mutants at a time")
    parser.add_argument("--again", action="store_true", help="only mutants that were run before")
    parser.add_argument("--page", action="store_true", help="run nothing: the page of what was found before")
    parser.add_argument("--afresh", action="store_true", help="forget what was found before")
    args = parser.parse_args()
    if not ARITHMETIC.items() <= os.environ.items():
        # The tests run with the book's arithmetic, which has to be set before NumPy is loaded.
        os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, **ARITHMETIC})
    if args.afresh:
        KEPT.unlink(missing_ok=True)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    # Fixed examples and no shrinking: a mutant is killed or not, the same in each run, at the first failure.
    hypothesis.settings.register_profile(
        "mutation",
        derandomize=True,
        database=None,
        deadline=None,
        phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    hypothesis.settings.load_profile("mutation")
    os.chdir(evidence.ROOT)
    results = {
        room: found_before(room) if args.page else score(room, args.sample, args.seed, args.again, args.jobs)
        for room in args.only
    }
    for room, (_, run, left) in results.items():
        print(f"{room}: {run - len(left)} of {run} killed ({1 - len(left) / run:.1%})")
    if args.only == list(ROOMS):
        print(evidence.write("mutation.md", "Mutation score", _code(ROOMS), page(results)))
    return 0


def _code(rooms: Iterable[str]) -> list[str]:
    return [str(path.relative_to(evidence.ROOT)) for room in rooms for path in room_files(room)]


# Changes that no test can see, because they change no result that the library promises: why, and for each the
# changed line's telling piece and the change (or "any").
EQUIVALENT: dict[str, tuple[tuple[str, str], ...]] = {
    "a placeholder at places whose value is not used": (
        ("inner, rho, 0.5", "0.5 -> 1.5"),
        ("np.where(sure, 1.0, 1 - q)", "1.0 -> 2.0"),
        ("np.where(none, 1.0, p)", "1.0 -> 2.0"),
        ("left = np.maximum(total - tries, 1.0)", "1.0 -> 2.0"),
        ("np.where(p == 1, 0.5, p)", "0.5 -> 1.5"),
        ("np.where(run > 0, run, 1.0)", "1.0 -> 2.0"),
        ("np.where(saved > 0, saved, 1.0)", "1.0 -> 2.0"),
        ("np.where(sure, 1.0, f)", "1.0 -> 2.0"),
        ("np.where(sure, 1, wrong)", "1 -> 2"),
        ("np.where(enough, tries - wanted, 0.0)", "0.0 -> 1.0"),
        ("np.where(saved > 0, cost / np.where(saved > 0,", "Gt -> GtE"),
    ),
    "how much is held at once, or which of two ways to the same number is taken: memory and time only": (
        ("_BLOCK = 2**17", "any"),
        ("BLOCK //", "any"),
        ("pair_n.size * wanted[-1] <=", "any"),
        ("-(-len(jobs) // 64)", "any"),
        ("_BLOCK // len(self.wrong)", "any"),
        ("BLOCK = 2_000_000", "any"),
        ("CACHE_ELEMENTS = 100_000", "any"),
        ("CACHE_ELEMENTS // most", "any"),
        ("SUM_BLOCK = 1024", "any"),
        ("if length <= SUM_BLOCK:", "LtE -> Lt"),
        ("POWER_MIN = 4", "any"),
        ("if number <= POWER_MIN:", "any"),
        ("counts[2].max() > counts[0].min()", "Gt -> GtE"),
        ("counts[2].max() > counts[0].min()", "0 -> 1"),
        ("if shape[-1:] == (1,)", "USub left out"),
        ("if shape[-1:] == (1,)", "1 -> 2"),
        ("np.broadcast_arrays(*counts[:2])", "2 -> 3"),
        ("_distinct(values) if method in", "any"),
        ("MULTINOMIAL_MIN = 30", "any"),
        ("times > MULTINOMIAL_MIN", "Gt -> GtE"),
        ("CACHE_ELEMENTS // values.shape[1]", "any"),
        ("most=1, copy=False)", "False -> True"),
        ("self._pieces(p, reach / k[0])", "Div -> Mult"),
        ('side="right") if low < 1 else None', "any"),
        ("tops = np.arange(max(1, own - (size - int(wanted[0])))", "Sub -> Add"),
        ("_SINGLE, _NODES = 64, 20", "any"),
        ("if part.shape[1] > _NODES:", "any"),
    ),
    "the start, the step or the damping of a search that ends at the same maximum": (
        ("np.log(mean / (1 - mean)), np.log(0.3)", "any"),
        ("damping", "any"),
        ("np.linalg.solve(curvature, gradient)", "any"),
        ("if new[0] < value:", "Lt -> LtE"),
        ("np.abs(step).max() < 1e-9", "any"),
        ("1e-10 * self.drawn.sum()", "any"),
        ("np.linalg.eigvalsh(curvature)[0] <= 0", "any"),
        ("for _ in range(200)", "any"),
        ("bounds = (np.log(min(start", "any"),
    ),
    "a range, a number of steps or of points that is ample with either value": (
        ("_LOG_THETA = ", "any"),
        ("_LOGIT, _CONTOUR", "any"),
        ("steps=30", "30 -> 31"),
        ("steps: int = 45", "45 -> 46"),
        ("_REACH = 38.5", "any"),
        ("np.arange(-_REACH", "any"),
        ("leggauss(16)", "16 -> 17"),
        ("np.geomspace(1, k, 1000)", "1000 -> 1001"),
        ("least > -660", "any"),
        ("-700, 700", "any"),
        ("RESAMPLES = 2000", "any"),
        ("PERMUTATIONS = 2000", "any"),
        ("unit_legendre(size - 1)", "Sub -> Add"),
        ("_nodes(min(degree // 2 + 1, 8 + 4", "any"),
        ("unit_legendre(min(sum(times), degree // top))", "FloorDiv -> Mult"),
        ("first.sum() + 1)", "1 -> 2"),
        ("joint = np.zeros(most + 1)", "1 -> 2"),
        ("_NOTHING = 60.0", "any"),
        ("1e17 * np.exp(-reach)", "any"),
    ),
    "where one band of k ends, or the rate and the first term that its probabilities are computed from: they cancel": (
        ("fitting = np.flatnonzero(least > -660)", "any"),
        ("stop = start + 1 +", "any"),
        ("np.clip((low + high) / 2 / size", "any"),
        ("ways = gammaln(size + 1)", "any"),
        ("return ways + count * np.log(rate)", "any"),
        ("mode = min(int((size + 1) * rate), size)", "any"),
    ),
    "NumPy takes any negative length for the one that it works out": (
        ("reshape(rows, -1)", "1 -> 2"),
        ("reshape(-1, columns)", "1 -> 2"),
        ("reshape(len(values), -1)", "1 -> 2"),
    ),
    "two arrays of one shape, or a count of which only matters whether it is above 0": (
        ("= pair[0].shape", "0 -> 1"),
        ("codes[drawn]] += 1", "1 -> 2"),
    ),
    "the two sides differ only where two floating-point numbers are equal, and there either answer will do": (
        ("@ right > (1 / (expit(-x)", "Gt -> GtE"),
        (">= cut", "GtE -> Gt"),
        (">= least", "GtE -> Gt"),
        ("if last - first <= _LEVEL * last:", "LtE -> Lt"),
        ("np.ptp(difference, axis=0) < 1e-12", "Lt -> LtE"),
        ("need > 2.0**53", "Gt -> GtE"),
        ("small = miss >= 0.5", "GtE -> Gt"),
        ("(gap < 0.02)", "Lt -> LtE"),
        ("np.where(mean > 0.5, 1 - 2 * mean", "Gt -> GtE"),
        ("means < upto[:, :1]", "Lt -> LtE"),
        ("means < upto[:, :1]", "LtE -> Lt"),
        ("1.0 if self.shift == 0 else", "Gt -> GtE"),
        ("np.inf if self.ratio > 1 else", "Gt -> GtE"),
        ("np.where(tail < 0.5", "Lt -> LtE"),
        ("np.abs(edges) <= _REACH", "LtE -> Lt"),
    ),
    "the lengths are equal by construction": (("strict=True", "True -> False"),),
    "a change below the digits that the function promises": (("_fall(z, a, 7) / 1680", "any"),),
    "a sum with 0 that would only turn −0 into 0, and here there is no −0": (
        ("np.expm1(-length / scale) + 0.0", "Add -> Sub"),
        ("plain(-np.expm1(-k * p) + 0.0)", "Add -> Sub"),
        ("np.minimum(curves.min(-1), middle) + 0.0", "Add -> Sub"),
        ("rate * np.exp(xlog1py(k, -p))) + 0.0", "Add -> Sub"),
    ),
    "the mirror image: a squared quantile, symmetric nodes, points in reverse order, infinity of either sign": (
        ("drop = ndtri((1 + level) / 2)", "Add -> Sub"),
        ("share = (1 - np.cos(", "Sub -> Add"),
        ("np.array([-slack, slack])", "Add -> Sub"),
        ("width + width * x", "Add -> Sub"),
        ("np.r_[top, -np.inf]", "USub left out"),
    ),
    "a guard against rounding, or at an end, that the numbers never reach": (
        ("np.minimum(y[i - 1] + np.clip(share", "1.0 -> 2.0"),
        ("np.clip(share, 0.0, 1.0)", "1.0 -> 2.0"),
        ("corners[-1] = 1.0", "1.0 -> 2.0"),
        ("np.minimum(corners, 1.0)", "1.0 -> 2.0"),
        ("easy = (target == 0) | (p == 1)", "1 -> 2"),
        ("np.nextafter(1.0, 0.0)", "1.0 -> 2.0"),
        ("1 - 4 * np.finfo(float).eps", "4 -> 5"),
        ("np.clip(bound, 0, 1)", "1 -> 2"),
        ("np.maximum(1 - skew * z, 1e-6)", "any"),
        ("1 - skew * z, 1e-6)), 0, 1)", "1 -> 2"),
        ("np.clip(share, 0.5 / RESAMPLES, 1 - 0.5 / RESAMPLES)", "any"),
        ("np.clip(low, -1, 1)), plain(np.clip(high, -1, 1))", "1 -> 2"),
        ("(1 + level) / 2) if w else 1.0", "1.0 -> 2.0"),
        ("np.minimum(mass / rest, 1.0)", "1.0 -> 2.0"),
        ("plain(np.minimum(high, 1.0))", "1.0 -> 2.0"),
        ("np.log1p(-np.minimum(accept, 1.0))", "1.0 -> 2.0"),
        ("np.clip(out, 0.0, 1.0) if edges", "1.0 -> 2.0"),
    ),
    "the first row stands for itself, and any combination of columns will do: what it puts together is compared": (
        ("random.default_rng(0).random(values.shape[1])", "0 -> 1"),
        ("for start in range(0, len(values), step))", "0 -> 1"),
    ),
    "rounds of a tournament after its last one are not played": (("range(int((exponent - 1).max(initial=0)))", "any"),),
    "the last of two axes is the second": (
        ("axis=-1", "USub left out"),
        ("sums.shape[:-1]", "any"),
    ),
}


def reason(mutant: Mutant) -> str | None:
    """Return why a survivor changes no result, where that is known."""
    line = mutant.path.read_text(encoding="utf-8").splitlines()[mutant.line - 1]
    for why, changes in EQUIVALENT.items():
        if any(piece in line and change in ("any", mutant.change) for piece, change in changes):
            return why
    return None


def page(results: dict[str, Score]) -> str:
    """Return the body of the evidence page."""
    rows = [
        f"| {room} | {every:,} | {run:,} | {run - len(left):,} | {1 - len(left) / run:.1%} "
        f"| {sum(reason(mutant) is not None for mutant in left)} |"
        for room, (every, run, left) in results.items()
    ]
    survivors = [mutant for _, _, left in results.values() for mutant in left]
    grouped: dict[str, list[str]] = defaultdict(list)
    for mutant in survivors:
        if why := reason(mutant):
            grouped[why].append(f"`{mutant}`")
    sampled = any(run < every for every, run, _ in results.values())
    return "\n".join(
        [
            "The library was changed one operator, constant, condition, return value or refusal at a time, and",
            "the tests that run the changed line were run: those of the room and the bad-input corpus, without",
            "the examples of the docstrings. A mutant is killed when one of them fails. What was killed once is not",
            "run again while its code is as it was; survivors are, when tests were added.",
            *(["This is a sample: the mutants were drawn at random, as many as the table says."] if sampled else []),
            "An equivalent mutant changes no result that the library promises, such as the start of a search that",
            "ends at the same place; it counts as a survivor in the score.",
            "",
            "| code | mutants | run | killed | score | survivors that are equivalent |",
            "| --- | ---: | ---: | ---: | ---: | ---: |",
            *rows,
            "",
            "## Survivors that no test catches",
            "",
            *([f"- `{mutant}`" for mutant in survivors if reason(mutant) is None] or ["None."]),
            "",
            "## Equivalent mutants",
            "",
            *([f"- {why}: {', '.join(found)}" for why, found in grouped.items()] or ["None."]),
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
