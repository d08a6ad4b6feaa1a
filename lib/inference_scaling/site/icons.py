"""The few pictures on buttons of the theme, drawn as lines; the theme's icon script weighs twice as much as a page.

The theme names its icons by Font Awesome's classes. Each becomes an inline SVG in the colour of the text around it.
"""

from __future__ import annotations

import re

# Paths on a square of 24; "f:" before a path fills it.
LINES = {
    "magnifying-glass": "M10.5 4a6.5 6.5 0 1 0 0 13a6.5 6.5 0 1 0 0-13M15.5 15.5L21 21",
    "bars": "M3 6h18M3 12h18M3 18h18",
    "list": "M9 6h12M9 12h12M9 18h12M4 6h1M4 12h1M4 18h1",
    "arrow-up": "M12 20V4M5 11l7-7l7 7",
    "arrow-left": "M20 12H4M11 5l-7 7l7 7",
    "arrow-right": "M4 12h16M13 5l7 7l-7 7",
    "angle-left": "M15 5l-7 7l7 7",
    "angle-right": "M9 5l7 7l-7 7",
    "chevron-down": "M5 9l7 7l7-7",
    "chevron-right": "M9 5l7 7l-7 7",
    "download": "M12 3v12M6 10l6 6l6-6M4 21h16",
    "expand": "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5",
    "file": "M6 3h8l5 5v13H6zM14 3v5h5",
    "file-pdf": "M7 9V3h10v6M7 17H4V9h16v8h-3M7 14h10v7H7z",
    "sun": "M12 8a4 4 0 1 0 0 8a4 4 0 1 0 0-8M12 2v2M12 20v2M2 12h2M20 12h2M5 5l1 1M18 18l1 1M19 5l-1 1M6 18l-1 1",
    "moon": "M20 14.5A8.5 8.5 0 1 1 9.5 4A7 7 0 0 0 20 14.5z",
    "circle-half-stroke": "M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18f:M12 3a9 9 0 0 1 0 18z",
}
_PLACE = re.compile(r'(<(i|span) class="[^"]*?\bfa[srb]?(?:-solid)? fa-([a-z-]+)[^"]*"[^>]*>)\s*(</\2>)')

_DOWNLOAD = re.compile(r'<a class="[^"]*\bdownload\b[^"]*" download="[^>]*>')


def svg(name: str) -> str:
    """Return one icon as inline SVG, hidden from screen readers: its button has a name.

    Raises
    ------
    ValueError
        For an icon that is not drawn here, naming those that are.
    """
    if name not in LINES:
        raise ValueError(f"the theme shows an icon {name!r} that is not drawn in icons.py; drawn: {', '.join(LINES)}")
    line, _, filled = LINES[name].partition("f:")
    inner = f'<path d="{line}"/>' + (f'<path class="its-filled" d="{filled}"/>' if filled else "")
    return f'<svg class="its-icon" viewBox="0 0 24 24" aria-hidden="true">{inner}</svg>'


def drawn(page: str) -> str:
    """Return the page with an SVG inside every element that asks for an icon, and before the words of a download.

    Examples
    --------
    >>> drawn('<i class="fa-solid fa-bars"></i>')[:52]
    '<i class="fa-solid fa-bars"><svg class="its-icon" vi'
    """
    page = _DOWNLOAD.sub(lambda found: f"{found[0]}{svg('download')} ", page)
    return _PLACE.sub(lambda found: f"{found[1]}{svg(found[3])}{found[4]}", page)
