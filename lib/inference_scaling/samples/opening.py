"""Files opened: which ones a path, a folder or a pattern names, and what is in them, packed or not."""

from __future__ import annotations

import glob
import gzip
import hashlib
import io
import re
import sys
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import IO, Any, NamedTuple, cast

from .errors import SampleError

STDIN = "-"
STDIN_NAME = "standard input"
_GZIP, _ZSTANDARD, _PARQUET = b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"PAR1"
# The part of a file's name that tells which of several runs it holds.
_RUN = re.compile(r"(?:seed|run|rs|epoch|trial|sample)[-_]?(\d+)", re.IGNORECASE)


def zstandard() -> Any:
    """What reads Zstandard here: the standard library from Python 3.14 on, its backport, or another package."""
    for name in ("compression.zstd", "backports.zstd", "zstandard"):
        try:
            return import_module(name)
        except ImportError:
            continue
    raise ImportError("files packed with Zstandard need one more package: pip install 'inference-scaling[zst]'")


def unpack_zstandard(data: bytes) -> bytes:
    """Return what was packed with Zstandard."""
    return cast(bytes, zstandard().open(io.BytesIO(data), "rb").read())


def _open_gzip(path: Path) -> IO[bytes]:
    return cast(IO[bytes], gzip.GzipFile(path, "rb"))


def _open_zstandard(path: Path) -> IO[bytes]:
    return cast(IO[bytes], zstandard().open(path, "rb"))


_PACKED: dict[str, Callable[[Path], IO[bytes]]] = {".gz": _open_gzip, ".zst": _open_zstandard}


class Source(NamedTuple):
    """A file or the standard input: its name, the ending that gives its format, and how it is opened."""

    name: str
    ending: str
    open: Callable[[], IO[bytes]]
    path: Path | None = None

    def text(self) -> IO[str]:
        """Open it as text, with or without a byte order mark."""
        return io.TextIOWrapper(self.open(), newline="", encoding="utf-8-sig")


def ending_of(path: Path) -> str:
    """Return the ending that gives a file's format, in lower case, without a final ``.gz`` or ``.zst``."""
    return Path(path.stem if path.suffix.lower() in _PACKED else path.name).suffix.lower()


def source_of(path: str | Path) -> Source:
    """Return what opens a file; "-" is the standard input, recognised by how it begins."""
    if str(path) == STDIN:
        return _standard_input()
    path = Path(path)
    unpack = _PACKED.get(path.suffix.lower())
    return Source(path.name, ending_of(path), lambda: unpack(path) if unpack else open(path, "rb"), path)


def _standard_input() -> Source:
    data = sys.stdin.buffer.read()
    with faults_named(STDIN_NAME):
        if data.startswith(_GZIP):
            data = gzip.decompress(data)
        elif data.startswith(_ZSTANDARD):
            data = unpack_zstandard(data)
    begin = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    first = begin.partition(b"\n")[0]
    if begin.startswith(_PARQUET):
        ending = ".parquet"
    elif begin.startswith(b"["):
        ending = ".json"
    elif begin.startswith(b"{"):
        ending = ".jsonl"
    else:
        ending = ".tsv" if b"\t" in first else ".csv"
    return Source(STDIN_NAME, ending, lambda: io.BytesIO(data))


def open_text(path: Path) -> IO[str]:
    """Open a text file, packed or not, with or without a byte order mark."""
    return source_of(path).text()


@contextmanager
def faults_named(name: str) -> Iterator[None]:
    """Every reason why a file cannot be read, as one error that names the file."""
    try:
        yield
    except UnicodeDecodeError as error:
        raise SampleError(f"{name}: not text in UTF-8 (byte {error.start})") from None
    except SampleError as error:
        raise SampleError(f"{name}: {error}") from None
    except Exception as error:
        if not is_packing_fault(error):
            raise
        raise SampleError(f"{name}: not a {_packing(name)} file, or cut off") from None


def is_packing_fault(error: Exception) -> bool:
    """Return whether a packed file is none, or is cut off."""
    # Each of the three readers of Zstandard has an error of its own, of this name.
    return isinstance(error, (gzip.BadGzipFile, EOFError, zlib.error)) or type(error).__name__ == "ZstdError"


def _packing(name: str) -> str:
    return "Zstandard" if name.lower().endswith(".zst") else "gzip"


def files_of(given: str | Path | Sequence[str | Path], endings: Sequence[str]) -> list[str | Path]:
    """Return the files that paths, folders and patterns name, each once asked for, in order.

    Raises
    ------
    SampleError
        For a folder without such a file, a pattern that fits none, or no path at all.
    """
    found: list[str | Path] = []
    for one in [given] if isinstance(given, (str, Path)) else list(given):
        if str(one) == STDIN:
            found.append(STDIN)
        elif Path(one).is_dir():
            found += _in_folder(Path(one), endings)
        elif glob.has_magic(str(one)) and not Path(one).exists():
            fitting = sorted(name for name in glob.glob(str(one), recursive=True) if Path(name).is_file())
            if not fitting:
                raise SampleError(f"{one}: no file fits this pattern")
            found += [Path(name) for name in fitting]
        else:
            found.append(Path(one))
    if not found:
        raise SampleError("no file was given: at least one is needed")
    if found.count(STDIN) > 1:
        raise SampleError("the standard input, -, can be read once only")
    return found


def _in_folder(folder: Path, endings: Sequence[str]) -> list[str | Path]:
    """The files of a folder and of those in it, without hidden ones."""
    every = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    every = [path for path in every if not any(part.startswith(".") for part in path.relative_to(folder).parts)]
    fitting: list[str | Path] = [path for path in every if ending_of(path) in endings]
    if not fitting:
        names = ", ".join(path.name for path in every[:5]) + (", …" if len(every) > 5 else "")
        raise SampleError(
            f"{folder}: a folder without a file ending in {', '.join(endings)}; it has {names or 'no file'}"
        )
    return fitting


def check_different_files(sources: Sequence[Source]) -> list[str]:
    """Refuse a file that is given twice, by its path or by its contents; a note where only its name differs."""
    notes = []
    resolved: set[Path] = set()
    contents: dict[str, Source] = {}
    for source in sources:
        if source.path is None or not source.path.is_file():
            continue
        if source.path.resolve() in resolved:
            raise SampleError(f"{source.name}: given twice; the same samples again add no information")
        resolved.add(source.path.resolve())
        first = contents.setdefault(_digest(source), source)
        if first is source:
            continue
        if not are_runs([first.name, source.name]):
            raise SampleError(
                f"{source.name}: has the same contents as {first.name}; a copy adds no information. Two runs with "
                "equal results are read if their file names show that they are two, as in seed0 and seed1"
            )
        notes.append(
            f"{source.name} has the same contents as {first.name}, and counts as a run of its own because of its name: "
            "is it a copy, or was nothing drawn at random?"
        )
    return notes


def are_runs(names: Sequence[str]) -> bool:
    """Return whether the names of files show that each is a run of its own, as in seed0 and seed1."""
    runs = [tuple(_RUN.findall(name)) for name in names]
    return all(runs) and len(set(runs)) == len(runs)


def _digest(source: Source) -> str:
    found = hashlib.sha256()
    with faults_named(source.name), source.open() as file:
        while block := file.read(1 << 20):
            found.update(block)
    return found.hexdigest()
