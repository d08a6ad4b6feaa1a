"""Zip archives among submissions: which notebooks are in one, and their bytes. Nothing is written to the disk.

An archive may be made to hurt: small as a file and without end when opened, full of itself, or with names that lead
out of a folder. So no name in it is a path, every size is bounded before anything is unpacked, and an archive in an
archive is opened three deep.
"""

from __future__ import annotations

import contextlib
import io
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import IO

from .names import notebook_stem, printable

__all__ = ["ArchiveRefused", "Member", "is_archive", "members", "read"]

MOST_MEMBERS = 50_000
# Of one notebook, or of one archive in an archive.
MOST_BYTES = 64 << 20
# Text of a notebook shrinks to a tenth or a fiftieth; what shrinks more is made to.
MOST_RATIO, SMALL = 200, 8 << 20
DEEPEST = 3
# Unpacked of the archives in one student's archive, to see what is in them.
MOST_UNPACKED = 256 << 20
_ENTRY = b"PK\x01\x02"
OTHER_ARCHIVES = (".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst")


class ArchiveRefused(ValueError):
    """An archive, or something in one, that is not read; the message says why."""


@dataclass(frozen=True)
class Member:
    """A notebook in an archive, or an archive in it that is refused.

    `chain` is where it is: its name, behind those of the archives in which it lies. `shown` are the folders and names
    on the way, as people read them.
    """

    chain: tuple[str, ...]
    shown: tuple[str, ...]
    size: int


def is_archive(name: str) -> bool:
    """Whether a file's name is that of a zip archive."""
    return name.lower().endswith(".zip")


def _opened(file: IO[bytes]) -> zipfile.ZipFile:
    entries = 0
    file.seek(0)
    last = b""
    while piece := file.read(1 << 20):
        entries += (last + piece).count(_ENTRY)
        last = piece[-len(_ENTRY) + 1 :]
        if entries > MOST_MEMBERS:
            raise ArchiveRefused(f"The archive has more than {MOST_MEMBERS:,} files: it was not opened.")
    file.seek(0)
    try:
        return zipfile.ZipFile(file)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError):
        raise ArchiveRefused("The archive is damaged or no zip archive. Hand in the notebook itself.") from None


def _shown(member: zipfile.ZipInfo) -> tuple[str, ...]:
    """Return the pieces of a member's name; none of them leads anywhere."""
    name = member.orig_filename.partition("\0")[0]
    if not member.flag_bits & 0x800:
        # Without the flag the bytes are of an unknown alphabet, and macOS writes UTF-8 into them.
        with contextlib.suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    pieces = printable(name.encode("utf-8", "backslashreplace").decode()).replace("\\", "/").split("/")
    return tuple(piece for piece in pieces if piece not in ("", ".", ".."))


def _hidden(pieces: Sequence[str]) -> bool:
    return any(piece.startswith((".", "__MACOSX")) for piece in pieces)


def members(file: IO[bytes], *, of_a_class: bool = False) -> list[Member]:
    """Return the notebooks of an archive and of the archives in it, in the order of their names.

    Parameters
    ----------
    file : file of bytes
    of_a_class : bool
        The first folders and files in it are students', each with a share of its own of what may be unpacked.

    Raises
    ------
    ArchiveRefused
        For what is no zip archive, or has too many files.
    """
    found = _members(file, Member((), (), 0), Counter(), of_a_class)
    return sorted(found, key=lambda member: member.shown)


def _members(file: IO[bytes], above: Member, unpacked: Counter[str], of_a_class: bool) -> Iterator[Member]:
    with _opened(file) as archive:
        for name in dict.fromkeys(archive.namelist()):
            info = archive.getinfo(name)
            pieces = _shown(info)
            if info.is_dir() or not pieces or _hidden(pieces):
                continue
            member = Member((*above.chain, name), (*above.shown, *pieces), info.file_size)
            if notebook_stem(pieces[-1]) is not None:
                yield member
            elif is_archive(pieces[-1]):
                whose = member.shown[0] if of_a_class else ""
                unpacked[whose] += info.file_size
                try:
                    if len(member.chain) >= DEEPEST or unpacked[whose] > MOST_UNPACKED:
                        raise ArchiveRefused(_TOO_DEEP)
                    inside = list(_members(io.BytesIO(_bytes(archive, info)), member, unpacked, of_a_class))
                except ArchiveRefused:
                    # It stands for itself, and whoever reads it is told why it cannot be.
                    inside = [member]
                yield from inside or [member]


_TOO_DEEP = (
    f"Archives lie in archives more than {DEEPEST} deep, or hold more than {MOST_UNPACKED >> 20} MB of archives: that "
    "is not read. Hand in the notebook itself."
)


def _bytes(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    if member.flag_bits & 1:
        raise ArchiveRefused("The archive is protected by a password. Hand in the notebook itself.")
    if member.file_size > MOST_BYTES:
        raise ArchiveRefused(
            f"A file in the archive has {member.file_size / 2**20:.0f} MB, at most {MOST_BYTES >> 20} are read. "
            "Clear the notebook's outputs and hand it in again."
        )
    if member.file_size > SMALL and member.file_size > MOST_RATIO * max(1, member.compress_size):
        raise ArchiveRefused(
            f"A file in the archive shrinks to less than one {MOST_RATIO}th: it was not unpacked. "
            "Hand in the notebook itself."
        )
    try:
        # No more than the archive says itself: what is longer than that is cut by the reader.
        with archive.open(member) as file:
            return file.read(MOST_BYTES + 1)
    except NotImplementedError:
        raise ArchiveRefused(
            "The archive is packed in a way that is not read here. Hand in the notebook itself."
        ) from None
    except Exception:
        # A damaged archive may fail in many ways, all of them in the library that unpacks.
        raise ArchiveRefused("The archive is damaged. Hand in the notebook itself.") from None


def read(file: IO[bytes], chain: Sequence[str]) -> bytes:
    """Return the bytes of what `members` found, by its chain of names.

    Raises
    ------
    ArchiveRefused
        For what is too large, shrinks too well, lies too deep, is damaged or has a password.
    """
    for depth, name in enumerate(chain, start=1):
        if depth > DEEPEST:
            raise ArchiveRefused(_TOO_DEEP)
        with _opened(file) as archive:
            try:
                member = archive.getinfo(name)
            except KeyError:
                raise ArchiveRefused("The archive holds this file no longer.") from None
            data = _bytes(archive, member)
        file = io.BytesIO(data)
    if chain and is_archive(chain[-1]):
        # An archive at the end is one that could not be looked into, or holds nothing: say which.
        if len(chain) >= DEEPEST or _members_of(file):
            raise ArchiveRefused(_TOO_DEEP)
        raise ArchiveRefused("There is no notebook in this archive.")
    return data


def _members_of(file: IO[bytes]) -> bool:
    with _opened(file) as archive:
        return any(notebook_stem(name) is not None or is_archive(name) for name in archive.namelist())
