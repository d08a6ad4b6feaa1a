"""The program of the run-time made smaller and bounded: a WebAssembly module is a list of sections.

The names of functions serve debuggers, and the data that memory begins with are in the memory image; without both the
program is a quarter smaller. A limit on memory makes a cell that asks for more fail with Python's own MemoryError, in
place of the browser's tab.

Format: WebAssembly Core Specification 2.0, section 5.5.
"""

from __future__ import annotations

from collections.abc import Iterator

__all__ = ["PAGE", "bounded", "sections", "without_data"]

HEADER = b"\0asm\1\0\0\0"
PAGE = 65536
CUSTOM, MEMORY, DATA, DATA_COUNT = 0, 5, 11, 12


def _number(program: bytes, at: int) -> tuple[int, int]:
    """Return an unsigned LEB128 number and the place behind it."""
    value = shift = 0
    while True:
        byte = program[at]
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return value, at


def _coded(number: int) -> bytes:
    coded = bytearray()
    while True:
        number, low = number >> 7, number & 127
        coded.append(low | (128 if number else 0))
        if not number:
            return bytes(coded)


def sections(program: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield id and content of each section.

    Raises
    ------
    ValueError
        When `program` is no WebAssembly module of version 1.
    """
    if program[:8] != HEADER:
        raise ValueError(f"this is no WebAssembly module of version 1: it begins with {program[:8]!r}")
    at = 8
    while at < len(program):
        size, start = _number(program, at + 1)
        yield program[at], program[start : start + size]
        at = start + size


def _joined(parts: list[tuple[int, bytes]]) -> bytes:
    return b"".join([HEADER, *(bytes([kind]) + _coded(len(content)) + content for kind, content in parts)])


def bounded(program: bytes, limit: int) -> bytes:
    """Return a program whose one memory grows to `limit` bytes at most, and without names for debuggers.

    Raises
    ------
    ValueError
        When the program has not exactly one memory of 32-bit addresses, or begins with more than `limit`.

    Examples
    --------
    >>> bounded(HEADER + bytes([5, 3, 1, 0, 2]), 4 * PAGE).hex(" ")
    '00 61 73 6d 01 00 00 00 05 04 01 01 02 04'
    """
    parts = []
    for kind, content in sections(program):
        if kind == MEMORY:
            count, flags, (least, _) = content[0], content[1], _number(content, 2)
            if count != 1 or flags not in (0, 1) or least * PAGE > limit:
                raise ValueError(f"one memory of at most {limit} bytes can be bounded, not {content.hex(' ')}")
            content = bytes([1, 1]) + _coded(least) + _coded(limit // PAGE)
        if kind != CUSTOM:
            parts.append((kind, content))
    return _joined(parts)


def without_data(program: bytes) -> bytes:
    """Return a program without the data that its memory begins with: whoever starts it brings a memory image.

    Examples
    --------
    >>> without_data(HEADER + bytes([12, 1, 1, 11, 2, 9, 9])) == HEADER
    True
    """
    return _joined([part for part in sections(program) if part[0] not in (DATA, DATA_COUNT)])
