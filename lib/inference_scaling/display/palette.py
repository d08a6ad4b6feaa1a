"""Colours, dashes and the roles that own them: the one table behind figures, explorables and replays.

`static/css/tokens.css` says the same colours to browsers and `static/js/plot.js` the same dashes; tests hold them
equal.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import NamedTuple

__all__ = [
    "COLOURS",
    "DASHES",
    "PLAIN",
    "ROLES",
    "STYLES",
    "TOKENS",
    "Dash",
    "Role",
    "Token",
    "look",
    "plain",
    "role_table",
]


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
    """What a series stands for: `colour` numbers its token in `COLOURS`, `style` is its dash."""

    colour: int
    style: str
    means: str

    @property
    def token(self) -> str:
        return COLOURS[self.colour]


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
        "n1": _token("#1f3044", "#d5dfea"),
        "n2": _token("#45627f", "#a3bad1"),
        "n3": _token("#64778a", "#8496a8"),
    }
)

# By number: 0 to 5 belong to roles; what has no role of the table is drawn in one of three tints of slate, which
# means nothing, so that no colour of a role is ever seen where the role is not.
COLOURS = ("muted", "c1", "c2", "c3", "c4", "c5", "n1", "n2", "n3")
PLAIN = (6, 7, 8)

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
        "verifier": Role(4, "dashdot", "a verifier picks: best-of-N"),
        "vote": Role(2, "line", "majority voting"),
        "one sample": Role(5, "dot", "one sample"),
        "control": Role(0, "dashdotdot", "a control: random or blind"),
        "search": Role(1, "longdash", "a search"),
    }
)


def role_table() -> str:
    """Return the roles with their meanings, as an error message lists them."""
    return "; ".join(f"{name!r} ({role.means})" for name, role in ROLES.items())


def plain(index: int) -> int:
    """Return the colour of the series without a role that comes at this place in its figure."""
    return PLAIN[index % len(PLAIN)]


def look(role: str | None, style: str | None, colour: int | None, default: int = PLAIN[0]) -> tuple[str, int]:
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
        raise ValueError(f"role must be one of {role_table()}, got {role!r}")
    if style is not None and style not in STYLES:
        raise ValueError(f"style must be one of {STYLES}, got {style!r}")
    if colour is not None and colour not in range(len(COLOURS)):
        raise ValueError(f"colour must be 0 (muted), 1 to 5 (of roles) or 6 to 8 (of no role), got {colour!r}")
    own = Role(default, "line", "") if role is None else ROLES[role]
    return own.style if style is None else style, own.colour if colour is None else colour
