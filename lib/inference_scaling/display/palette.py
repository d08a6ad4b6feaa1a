"""Colours, dashes and the roles that own them: the one table behind figures, explorables and replays.

`static/css/tokens.css` says the same colours to browsers and `static/js/plot.js` the same dashes; tests hold them
equal.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import NamedTuple

__all__ = ["DASHES", "ROLES", "STYLES", "TOKENS", "Dash", "Role", "Token", "look"]


class Token(NamedTuple):
    """One colour by its use, as hexadecimal sRGB for the light page, the dark page and print."""

    light: str
    dark: str
    print: str


class Dash(NamedTuple):
    """Lengths of strokes and gaps: `svg` in units of the picture, `widths` in widths of the line."""

    svg: str
    widths: tuple[float, ...]


class Role(NamedTuple):
    """What a series stands for: `colour` numbers its token (0 is muted, else c1 to c5), `style` is its dash."""

    colour: int
    style: str
    means: str

    @property
    def token(self) -> str:
        return f"c{self.colour}" if self.colour else "muted"


def _token(light: str, dark: str) -> Token:
    return Token(light, dark, light)


TOKENS = MappingProxyType(
    {
        "ink": _token("#1b1f24", "#e6e9ed"),
        "muted": _token("#57606a", "#a8b1bb"),
        "grid": _token("#d8dee4", "#3a424c"),
        "paper": _token("#ffffff", "#121212"),
        "c1": _token("#0b5fae", "#79b8ff"),
        "c2": _token("#b34700", "#ffa657"),
        "c3": _token("#00705a", "#56d4b0"),
        "c4": _token("#8a3d8f", "#d9a0e0"),
        "c5": _token("#6b5b00", "#e3cf57"),
    }
)

DASHES = MappingProxyType(
    {
        "dash": Dash("7 4", (5, 2.5)),
        "dot": Dash("1.5 4", (1.2, 2)),
        "dashdot": Dash("8 3 1.5 3", (6, 2, 1.2, 2)),
        "longdash": Dash("12 4", (9, 2.5)),
        "dashdotdot": Dash("8 3 1.5 3 1.5 3", (6, 2, 1.2, 2, 1.2, 2)),
    }
)
STYLES = ("line", *DASHES, "points", "bars", "steps", "area")

# Each role has a colour and a dash of its own, so that colour is never the only difference.
ROLES = MappingProxyType(
    {
        "ceiling": Role(3, "dash", "a right one exists"),
        "verifier": Role(4, "dashdot", "a verifier picks: best-of-n"),
        "vote": Role(2, "line", "majority voting"),
        "one sample": Role(5, "dot", "one sample"),
        "control": Role(0, "dashdotdot", "a control: random or blind"),
        "search": Role(1, "longdash", "a search"),
    }
)


def look(role: str | None, style: str | None, colour: int | None, default: int = 1) -> tuple[str, int]:
    """Return style and colour of a series: as given, else those of its role, else a line of the default colour.

    Raises
    ------
    ValueError
        For a role, a style or a colour that is not in the tables.

    Examples
    --------
    >>> look("ceiling", None, None), look("ceiling", "points", None), look(None, None, None, default=2)
    (('dash', 3), ('points', 3), ('line', 2))
    """
    if role is not None and role not in ROLES:
        raise ValueError(f"role must be one of {tuple(ROLES)}, got {role!r}")
    if style is not None and style not in STYLES:
        raise ValueError(f"style must be one of {STYLES}, got {style!r}")
    if colour is not None and colour not in range(6):
        raise ValueError(f"colour must be 0 (muted) or 1 to 5, got {colour!r}")
    own = Role(default, "line", "") if role is None else ROLES[role]
    return own.style if style is None else style, own.colour if colour is None else colour
