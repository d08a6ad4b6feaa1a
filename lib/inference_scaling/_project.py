"""Where the project lies. Commands look from the current folder upward, the library from its own place."""

from __future__ import annotations

from pathlib import Path

__all__ = ["MARKER", "checkout", "project_root"]

MARKER = "_toc.yml"


def project_root(start: Path) -> Path:
    """Return the nearest folder, `start` or one above it, that holds the book's table of contents.

    Raises
    ------
    ValueError
        When `start` does not lie in the project.
    """
    start = start.resolve()
    for folder in (start, *start.parents):
        if (folder / MARKER).is_file():
            return folder
    raise ValueError(
        f"{start} does not lie in the project: neither it nor a folder above it holds {MARKER}; "
        "run the command in the project's folder"
    )


def checkout() -> Path | None:
    """Return the project whose ``lib/`` holds this package; None where the package is installed without it."""
    package = Path(__file__).resolve().parent
    try:
        root = project_root(package)
    except ValueError:
        return None
    # An environment may lie within some project: a package installed there is no part of it.
    return root if root / "lib" / package.name == package else None
