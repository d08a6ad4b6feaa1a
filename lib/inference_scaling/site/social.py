"""What a search engine or a shared link shows of a page: a sentence, and a picture drawn from recorded answers.

Where the site will stand is not known here. The environment variable ``SITE_URL`` says it, set where the site is
published; without it a page names no address.
"""

from __future__ import annotations

import html
import io
import re
from typing import TYPE_CHECKING

from docutils import nodes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BOOK = "Inference-Time Scaling Laws"
ADDRESS = "SITE_URL"
PICTURE = "preview.png"
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
            "image": f"{place}/_static/{PICTURE}",
            "image:width": "1200",
            "image:height": "630",
            "image:alt": "Two curves of recorded answers: more of them help a perfect checker and hurt a vote",
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


def picture() -> bytes:
    """Return the book's picture as PNG, 1200 by 630: its title, and the curves of its first screen's question."""
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.ticker import NullLocator

    from ..figures.draw import INK, MUTED, PAPER, SERIES, STYLE
    from ..lessons.setup import replays

    again = replays.ANSWERS_REPLAY
    pool = again.rest["pool"]
    with mpl.rc_context({**STYLE, "font.size": 20, "xtick.labelsize": 18, "ytick.labelsize": 18}):
        figure = Figure(figsize=(12, 6.3), dpi=100, facecolor=PAPER)
        FigureCanvasAgg(figure)
        figure.text(0.06, 0.86, BOOK, fontsize=42, fontweight="bold", color=INK)
        figure.text(0.06, 0.775, "Ask a model again. When does it help?", fontsize=26, color=MUTED)
        _draw_mark(figure.add_axes((0.87, 0.81, 0.063, 0.12)))
        axes = figure.add_axes((0.1, 0.13, 0.6, 0.54))
        for pick, words, colour in (("checker", "perfect checker", SERIES[3]), ("vote", "majority vote", SERIES[2])):
            chances = again.chances(pool, pick)
            axes.plot(again.grid, chances, color=colour, linewidth=5, solid_capstyle="round")
            axes.annotate(
                words,
                (again.grid[-1], chances[-1]),
                xytext=(14, 0),
                textcoords="offset points",
                color=colour,
                fontsize=23,
                va="center",
                annotation_clip=False,
            )
        axes.set_xscale("log", base=2)
        axes.set_xticks(again.stops, [str(k) for k in again.stops])
        axes.xaxis.set_minor_locator(NullLocator())
        axes.set_yticks([0, 0.5, 1])
        axes.set_ylim(-0.02, 1.04)
        axes.set_xlabel("answers asked of the same model", fontsize=20)
        axes.set_title("chance that the answer picked is right", loc="left", fontsize=20, color=INK)
        out = io.BytesIO()
        figure.savefig(out, format="png", metadata={"Software": None})
    return out.getvalue()
