"""What an instructor reads: a guide to each lesson and the plans of a course, from data files and from the lessons."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from . import guide, syllabus
from .guide import TitledHtml

__all__ = ["PAGES", "TitledHtml"]

# What the directive ``{teaching} NAME`` shows: sections made for the project's folder and the way up to it.
PAGES: Mapping[str, Callable[[Path, str], list[TitledHtml]]] = MappingProxyType(
    {"term": syllabus.weeks, "three-hours": syllabus.sessions}
    | {f"guide {file}": guide.of_file(file) for file in guide.FILES}
)
