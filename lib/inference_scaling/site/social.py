"""What a search engine or a shared link shows of a page: a sentence, and a picture drawn from recorded answers.

Where the site will stand is not known here. The environment variable ``SITE_URL`` says it, set where the site is
published; without it a page names no address.
"""

from __future__ import annotations

import html
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from docutils import nodes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BOOK = "Inference-Time Scaling Laws"
ADDRESS = "SITE_URL"
WIDTH, HEIGHT = 1200, 630
SHORTEST, LONGEST = 40, 200
_GOALS = "After this page you can"


def _text(node: nodes.Node) -> str:
    """The words of a node; formulas as plain as they can be told in a sentence."""
    copy = node.deepcopy()
    for formula in list(copy.findall(nodes.math)):
        plain = re.sub(r"\\[a-zA-Z]+|[{}$\\]", " ", formula.astext())
        formula.parent.replace(formula, nodes.Text(" ".join(plain.split())))
    return " ".join(copy.astext().split())


def description(doctree: nodes.document, title: str) -> str:
    """Return one or two sentences on a page: a lesson's goals, else its first paragraph of some length.

    Parameters
    ----------
    doctree
        The page as read.
    title
        The page's title, which stands before a lesson's goals.

    Returns
    -------
    str
        At most `LONGEST` characters; empty for a page without such a paragraph.
    """
    for paragraph in doctree.findall(nodes.paragraph):
        if isinstance(paragraph.parent, nodes.list_item | nodes.field_body | nodes.entry):
            continue
        found = _text(paragraph)
        following = paragraph.next_node(nodes.bullet_list, descend=False, siblings=True)
        if found == _GOALS and following is not None:
            goals = [_text(item) for item in following.children]
            return shortened(f"{title}. {_GOALS} {'; '.join(goals)}.")
        # Recorded evidence begins with when and by what code it was made.
        if len(found) >= SHORTEST and not found.startswith(("Date: ", "Code: ")):
            return shortened(found)
    return ""


def fallback(title: str) -> str:
    """Return the description of a page without one of its own; `title` is HTML."""
    return f"{_plain(title)}: a page of {BOOK}."


def _plain(title: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", title))


def shortened(text: str, longest: int = LONGEST) -> str:
    """Return the text, cut between words where it is longer.

    Examples
    --------
    >>> shortened("one two three", 9)
    'one two …'
    """
    return text if len(text) <= longest else text[: longest - 1].rsplit(" ", 1)[0] + " …"


def tags(described: str, title: str, name: str, address: str) -> str:
    """Return a page's tags for search engines and, where the site has an address, for shared links.

    Parameters
    ----------
    described, title
        What the page says of itself, and its title as HTML.
    name
        The page's name without ending, from the top of the site.
    address
        Where the site stands, ``https://…``; empty for a site that has no address.

    Raises
    ------
    ValueError
        For an address that does not begin with ``https://`` or ``http://``.
    """
    said = html.escape(described)
    found = [f'<meta name="description" content="{said}">']
    if address:
        if not re.match(r"https?://[^\s\"'<>]+$", address):
            raise ValueError(f"{ADDRESS} must be the site's address, https://…, got {address!r}")
        place = html.escape(address.rstrip("/"))
        shared = {
            "title": html.escape(_plain(title)),
            "description": said,
            "type": "website" if name == "book/index" else "article",
            "site_name": BOOK,
            "url": f"{place}/{html.escape(name)}.html",
            "image": f"{place}/_static/{picture_of(name).file}",
            "image:width": str(WIDTH),
            "image:height": str(HEIGHT),
            "image:alt": html.escape(picture_of(name).says),
        }
        found += [f'<meta property="og:{key}" content="{value}">' for key, value in shared.items()]
        found.append('<meta name="twitter:card" content="summary_large_image">')
    return "\n".join(found) + "\n"


def _draw_mark(axes: Axes) -> None:
    """Draw the book's mark as its file `favicon.svg` has it, on a square of 32."""
    from matplotlib.patches import Circle, FancyBboxPatch, PathPatch
    from matplotlib.path import Path

    axes.set(xlim=(0, 32), ylim=(32, 0))
    axes.axis("off")
    curve = Path([(6, 26), (8, 14), (13, 9), (24, 8.5)], [Path.MOVETO, *[Path.CURVE4] * 3])
    axes.add_patch(FancyBboxPatch((7, 7), 18, 18, "round,pad=7", facecolor="#1f3044", linewidth=0))
    axes.add_patch(PathPatch(curve, fill=False, edgecolor="white", linewidth=5.5, capstyle="round"))
    axes.add_patch(Circle((6, 26), 2.7, color="white"))
    axes.add_patch(Circle((25, 8.5), 4.2, color="#ffa657"))


class _Line(NamedTuple):
    """One curve of a picture: where, its name beside its end, and its role."""

    x: Sequence[float]
    y: Sequence[float]
    words: str
    role: str


@dataclass(frozen=True)
class SocialPicture:
    """What stands behind a shared link.

    Parameters
    ----------
    file : str
        Its name beside the pages' style.
    title, below : str
        The large line and the one under it.
    says : str
        What it shows, for those who cannot see it.
    across, above : str
        What the axes measure.
    ticks : tuple of int
        The numbers that the horizontal axis names.
    lines : callable
        Returns the curves; they are computed where the picture is drawn.
    """

    file: str
    title: str
    below: str
    says: str
    across: str
    above: str
    ticks: tuple[int, ...]
    lines: Callable[[], list[_Line]]


def _answers() -> list[_Line]:
    from ..lessons.setup import replays

    again = replays.ANSWERS_REPLAY
    pool = again.rest["pool"]
    return [
        _Line(again.grid, again.chances(pool, pick), words, role)
        for pick, words, role in (("checker", "perfect checker", "ceiling"), ("vote", "majority vote", "vote"))
    ]


def _programs() -> list[_Line]:
    from ..lessons.setup import story

    told = story.facts()
    return [
        _Line(story.PROGRAMS, told.ceiling.value, "a right one exists", "ceiling"),
        _Line(story.PROGRAMS, told.verifier.value, "picked by tests", "verifier"),
    ]


GENERAL = SocialPicture(
    file="preview.png",
    title=BOOK,
    below="Ask a model again. When does it help?",
    says="Two curves of recorded answers: more of them help a perfect checker and hurt a vote",
    across="answers asked of the same model",
    above="chance that the answer picked is right",
    ticks=(1, 2, 4, 8, 16, 32, 63),
    lines=_answers,
)
# Pages that are sent to somebody by themselves.
OWN = {
    "book/setup/ten_minutes": SocialPicture(
        file="preview_ten_minutes.png",
        title="From one answer to many",
        below="Inference-time scaling in ten minutes, without code",
        says="Two curves of recorded programs: ever more problems have a right one; the one that tests pick is right "
        "on more problems, and then on fewer",
        across="programs for each problem",
        above="share of problems solved",
        ticks=(1, 2, 5, 10, 20, 50, 100),
        lines=_programs,
    )
}


def picture_of(name: str) -> SocialPicture:
    """Return the picture behind a link to a page, by the page's name without ending."""
    return OWN.get(name, GENERAL)


def drawn(asked: SocialPicture) -> bytes:
    """Return a picture as PNG, 1200 by 630.

    Raises
    ------
    ValueError
        For a title, or a line below it, that runs into the mark.
    """
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.ticker import NullLocator

    from ..display.palette import ROLES
    from ..figures.draw import INK, MUTED, PAPER, SERIES, STYLE

    with mpl.rc_context({**STYLE, "font.size": 20, "xtick.labelsize": 18, "ytick.labelsize": 18}):
        figure = Figure(figsize=(WIDTH / 100, HEIGHT / 100), dpi=100, facecolor=PAPER)
        FigureCanvasAgg(figure)
        mark = figure.add_axes((0.87, 0.81, 0.063, 0.12))
        _draw_mark(mark)
        for height, text, look in (
            (0.86, asked.title, {"fontsize": 42, "fontweight": "bold", "color": INK}),
            (0.775, asked.below, {"fontsize": 26, "color": MUTED}),
        ):
            line = figure.text(0.06, height, text, **look)
            if line.get_window_extent().x1 > mark.get_window_extent().x0:
                raise ValueError(f"{text!r} runs into the mark: shorten it")
        axes = figure.add_axes((0.1, 0.13, 0.6, 0.54))
        for line in asked.lines():
            colour = SERIES[ROLES[line.role].colour]
            axes.plot(line.x, line.y, color=colour, linewidth=5, solid_capstyle="round")
            axes.annotate(
                line.words,
                (line.x[-1], line.y[-1]),
                xytext=(14, 0),
                textcoords="offset points",
                color=colour,
                fontsize=23,
                va="center",
                annotation_clip=False,
            )
        axes.set_xscale("log", base=2)
        axes.set_xticks(asked.ticks, [str(k) for k in asked.ticks])
        axes.xaxis.set_minor_locator(NullLocator())
        axes.set_yticks([0, 0.5, 1])
        axes.set_ylim(-0.02, 1.04)
        axes.set_xlabel(asked.across, fontsize=20)
        axes.set_title(asked.above, loc="left", fontsize=20, color=INK)
        out = io.BytesIO()
        figure.savefig(out, format="png", metadata={"Software": None})
    return out.getvalue()
