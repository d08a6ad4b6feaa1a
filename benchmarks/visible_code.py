"""How much of each lesson is code: the share of its height at 1280 px that visible code takes.

python benchmarks/visible_code.py   # a minute; reads the built site and prints a table
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from browsing import SITE, chromium, unveil  # noqa: E402
from playwright.sync_api import Page  # noqa: E402

WIDTH = 1280
# Of every piece of code: whether a reader sees it, how high its box is, and whether a line ends beyond it.
MEASURE = """() => {
  const article = document.querySelector('article.bd-article');
  const pieces = [...article.querySelectorAll('.cell_input, .highlight-python:not(.cell *)')]
    .filter(piece => piece.checkVisibility() && piece.getBoundingClientRect().height > 0);
  // What comes before the second heading is the lesson's opening.
  const second = [...article.querySelectorAll('h2')][1];
  const cut = pieces.flatMap(piece => [...piece.querySelectorAll('pre')])
    .filter(pre => pre.scrollWidth > pre.clientWidth + 1);
  return {
    height: article.getBoundingClientRect().height,
    code: pieces.reduce((sum, piece) => sum + piece.getBoundingClientRect().height, 0),
    pieces: pieces.length,
    opens: pieces.some(piece => piece.compareDocumentPosition(second) & Node.DOCUMENT_POSITION_FOLLOWING),
    folds: article.querySelectorAll('.its-code').length,
    cut: cut.map(pre => pre.textContent),
  };
}"""


@dataclass(frozen=True)
class Share:
    """A lesson as it stands at rest, with everything folded that folds."""

    name: str
    height: float
    code: float
    pieces: int
    folds: int
    # Whether code stands before the second heading of the lesson.
    opens: bool
    cut: tuple[str, ...]

    @property
    def share(self) -> float:
        return self.code / self.height


def lessons() -> list[str]:
    """Return the pages made from notebooks, below the built site; those of the workshop are about code."""
    found = (path.relative_to(ROOT).with_suffix(".html").as_posix() for path in (ROOT / "book").rglob("*.ipynb"))
    return sorted(name for name in found if (SITE / name).is_file() and not name.startswith("book/workshop/"))


def measured(page: Page, name: str) -> Share:
    """Measure the page that is open, with what answers its questions shown."""
    unveil(page)
    found = page.evaluate(MEASURE)
    return Share(
        name.removeprefix("book/").removesuffix(".html"), found.pop("height"), cut=tuple(found.pop("cut")), **found
    )


def main() -> None:
    print(f"| lesson | px high at {WIDTH} | pieces of visible code | folds | share of code |")
    print("| --- | --: | --: | --: | --: |")
    with chromium() as browser:
        page = browser.new_page(viewport={"width": WIDTH, "height": 900})
        for name in lessons():
            page.goto((SITE / name).as_uri())
            one = measured(page, name)
            print(f"| {one.name} | {one.height:,.0f} | {one.pieces} | {one.folds} | {one.share:.1%} |")


if __name__ == "__main__":
    main()
