"""The book's Sphinx extension: outputs drawn from their data, claims, and our own script and style.

Directives: ``{output} module:NAME`` shows one of our objects on a page without a notebook; ``{claims-table}`` lists
the register, ``{figures-to-move}`` all figures with handles, ``{reference} NAME`` shows a table of the part
Reference, ``{teaching} NAME`` sections of the instructor's pages. On lessons the first place of each term of the
glossary shows its definition. A value in prose is a link to its key (see `prose`): that of a claim leads to its row,
that of a paper to the bibliography, that of a theorem to the theorem on whatever page.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from importlib import import_module
from operator import attrgetter
from pathlib import Path
from typing import Any, ClassVar

import nbformat
from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.transforms import SphinxTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx_proof.domain import ProofDomain
from sphinx_proof.nodes import NODE_TYPES

from ..classroom import release
from ..display import assets
from ..display.mathml import mathml
from ..display.output import Output, rounded
from . import (
    citations,
    claims,
    claims_page,
    finish,
    glossary,
    mathfont,
    movable,
    paths,
    social,
    stills,
    textfont,
    theorems,
    values,
    veil,
    your_numbers,
)
from .reference import TABLES
from .renderers import RENDERERS, rendered
from .teaching import PAGES

logger = logging.getLogger(__name__)

# Key of a page's description in Sphinx's metadata of the page.
DESCRIBED = "its_description"
CLAIMS_PAGE = "book/reference/claims"
PAPERS_PAGE = "book/reference/bibliography"
_MIME = re.compile(r"application/vnd\.its\.([a-z]+)\+json")


class OutputRenderer:
    """Draws the outputs of executed notebooks (an entry point of MyST-NB)."""

    mime_priority_overrides: ClassVar = [("*", f"application/vnd.its.{kind}+json", 1) for kind in (*RENDERERS, "value")]

    @staticmethod
    def handle_mime(renderer: Any, data: Any, inline: bool) -> list[nodes.Element] | None:
        found = _MIME.fullmatch(data.mime_type)
        if inline or found is None:
            return None
        if data.mime_type == claims.GLUED:
            # The sentence that quotes the value shows it; `_drop_glued` takes this place away.
            return [nodes.comment("", data.mime_type)]
        return [nodes.raw("", rendered(found[1], data.content), format="html")]


class OutputDirective(SphinxDirective):
    """``{output} module:NAME``: an object of ours on a page that has no kernel and no notebook."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        module_name, _, name = self.arguments[0].partition(":")
        try:
            module = import_module(module_name)
            shown = attrgetter(name)(module)
        except (ImportError, AttributeError) as error:
            raise self.error(f"output {self.arguments[0]!r}: {error}") from None
        if not isinstance(shown, Output):
            raise self.error(f"output {self.arguments[0]!r} is a {type(shown).__name__}, not an Output")
        for path in Path(assets.__file__).parents[1].rglob("*.py"):
            self.env.note_dependency(str(path))
        return [nodes.raw("", rendered(shown.kind, rounded(shown.payload())), format="html")]


def _register(env: Any) -> dict[str, claims.Claim]:
    env.note_dependency(str(Path(env.srcdir) / claims.REGISTER))
    return claims.read(Path(env.srcdir) / claims.REGISTER)


class ValueLinks(SphinxTransform):
    """Leads each link of prose to what its text stands for, before MyST looks for an anchor of that name."""

    # MyST's own search comes at 879.
    default_priority = 870

    def apply(self, **_: Any) -> None:
        linked = [link for link in self.document.findall(nodes.reference) if link.get("id_link")]
        if not linked:
            return
        register, papers = _register(self.env), _papers(self.env)
        theorems: Mapping[str, str] = self.env.its_theorems
        path = Path(self.env.doc2path(self.env.docname))
        glued = claims.glued(path) if path.suffix == ".ipynb" else {}
        first: set[str] = set()
        for link in linked:
            key = link["refuri"].removeprefix("#")
            paper = papers.get(key.removeprefix(values.PAPER)) if key.startswith(values.PAPER) else None
            if paper is not None:
                link.replace_self(self._leading(link, f"{PAPERS_PAGE}#{key}", paper.title, "its-paper"))
            elif key in register:
                row = self._leading(link, f"{CLAIMS_PAGE}#claim-{key}", register[key].statement, "its-claim")
                # The table of claims leads back to the first place.
                link.replace_self(row if key in first else nodes.inline("", "", row, ids=[f"at-{key}"]))
                first.add(key)
            elif key in theorems:
                link.replace_self(self._leading(link, f"{theorems[key]}#{key}", "", "its-theorem"))
            elif key in glued:
                link.replace_self(nodes.inline("", "", *link.children, classes=["its-value"]))

    def _leading(self, link: nodes.reference, target: str, title: str, kind: str) -> nodes.reference:
        page, _, anchor = target.partition("#")
        where = f"#{anchor}" if page == self.env.docname else f"{_between(self.env.docname, page)}#{anchor}"
        made = nodes.reference("", "", *link.children, internal=True, refuri=where, classes=[kind])
        if title:
            made["reftitle"] = title
        return made


def _find_theorems(app: Sphinx) -> None:
    """Note the page of each theorem, before pages are read that link to it."""
    found = values.facts(Path(app.srcdir))[0].blocks
    app.env.its_theorems = {label: Path(place.path).with_suffix("").as_posix() for label, (place, _) in found.items()}


def _papers(env: Any) -> dict[str, citations.Paper]:
    env.note_dependency(str(Path(env.srcdir) / values.BIBLIOGRAPHY))
    return citations.papers(Path(env.srcdir) / values.BIBLIOGRAPHY)


def _between(source: str, target: str) -> str:
    ups = "../" * source.count("/")
    return f"{ups}{target}.html"


class ClaimsTable(SphinxDirective):
    """``{claims-table}``: the register as a table, each row with the lesson that decides it."""

    def run(self) -> list[nodes.Node]:
        titles = {stop.name.removeprefix("book/"): stop.header.title for stop in paths.lessons(Path(self.env.srcdir))}

        def place(page: str) -> str:
            return _between(self.env.docname, f"book/{page}")

        shown = claims_page.page_html(_register(self.env).values(), titles, place)
        return [nodes.raw("", shown, format="html")]


class ReferenceDirective(SphinxDirective):
    """``{reference} NAME``: a table made from the data that the program itself uses."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        name = self.arguments[0]
        if name not in TABLES:
            raise self.error(f"there is no table {name!r}; there are {', '.join(TABLES)}")
        self.env.note_reread()
        return [nodes.raw("", TABLES[name](Path(self.env.srcdir), "../" * self.env.docname.count("/")), format="html")]


class TeachingDirective(SphinxDirective):
    """``{teaching} NAME``: sections for instructors, made from the guide, the plans and the lessons themselves."""

    required_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        name = self.arguments[0]
        if name not in PAGES:
            raise self.error(f"there are no sections {name!r}; there are {', '.join(PAGES)}")
        self.env.note_reread()
        made: list[nodes.Node] = []
        for one in PAGES[name](Path(self.env.srcdir), "../" * self.env.docname.count("/")):
            section = nodes.section("", nodes.title("", one.title), ids=[one.id], names=[one.id])
            section.append(nodes.raw("", one.html, format="html"))
            made.append(section)
        return made


class YourNumbers(SphinxDirective):
    """``{your-numbers}``: the reader's own counts, estimated on the page."""

    def run(self) -> list[nodes.Node]:
        return [nodes.raw("", your_numbers.page_html("../" * self.env.docname.count("/")), format="html")]


class FiguresToMove(SphinxDirective):
    """``{figures-to-move}``: every figure that a hand can move, part by part."""

    def run(self) -> list[nodes.Node]:
        self.env.note_reread()
        made: list[nodes.Node] = []
        for part, shown in movable.gallery(Path(self.env.srcdir), "../" * self.env.docname.count("/")):
            section = nodes.section("", nodes.title("", part), ids=[f"figures-{part.lower()}"], names=[part])
            section.append(nodes.raw("", shown, format="html"))
            made.append(section)
        return made


class PathsDirective(SphinxDirective):
    """``{paths}``: the marked ways through the book, each a list of pages with their minutes."""

    def run(self) -> list[nodes.Node]:
        stops = paths.lessons(Path(self.env.srcdir))
        short = paths.SHORT in self.env.found_docs
        return [nodes.raw("", paths.overview_html(self.env.docname, stops, short=short), format="html")]


class LessonsDirective(SphinxDirective):
    """``{lessons} PART``: the lessons of one part in the order of the contents, so that no page lists them by hand."""

    required_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        root, part = Path(self.env.srcdir), self.arguments[0]
        parts = paths.contents(root)
        if part not in parts:
            raise self.error(f"there is no part {part!r}; there are {', '.join(parts)}")
        return [nodes.raw("", paths.part_html(self.env.docname, parts[part], paths.lessons(root)), format="html")]


def _gather_folds(_app: Sphinx, doctree: nodes.document) -> None:
    """Give folded code that shows nothing by itself to the fold that follows it: one place to open, not two."""
    for cell in [one for one in doctree.findall(nodes.container) if one.get("nb_element") == "cell_code"]:
        if not cell.children:
            cell.parent.remove(cell)
    for cell in [one for one in doctree.findall(nodes.container) if one.get("hide_mode") == "input"]:
        following = cell.next_node(descend=False, siblings=True)
        if (
            len(cell.children) == 1
            and isinstance(following, nodes.container)
            and following.get("hide_mode") == "input"
            and following.children
        ):
            source = following.children[0]
            source[:0] = cell.children[0].children
            cell.parent.remove(cell)


def _add_next(app: Sphinx, doctree: nodes.document) -> None:
    links = paths.next_html(app.env.docname, paths.lessons(Path(app.srcdir)))
    if links:
        sections = list(doctree.findall(nodes.section))
        (sections[0] if sections else doctree).append(nodes.raw("", links, format="html"))


def _mark_terms(app: Sphinx, doctree: nodes.document) -> None:
    source = Path(app.srcdir) / glossary.GLOSSARY
    # Lessons are the notebooks; pages of the part Reference would explain themselves.
    if source.is_file() and app.env.doc2path(app.env.docname).endswith(".ipynb"):
        app.env.note_dependency(str(source))
        glossary.mark(doctree, glossary.read(source), "../" * app.env.docname.count("/"))


def _describe(app: Sphinx, doctree: nodes.document) -> None:
    # Before terms get their definitions, which are no part of the sentence.
    title = next(doctree.findall(nodes.title), None)
    if title is not None and (described := social.description(doctree, title.astext())):
        app.env.metadata[app.env.docname][DESCRIBED] = described


def _veil_answers(app: Sphinx, doctree: nodes.document) -> None:
    try:
        veil.cover(doctree)
    except ValueError as error:
        raise ExtensionError(f"{app.env.docname}: {error}") from None


def _number_theorems(_app: Sphinx, builder: Any) -> None:
    """Put each part's own numbers in the place of Sphinx's, which count through the whole book."""
    found = theorems.blocks(Path(builder.srcdir))
    for page, kinds in builder.env.toc_fignumbers.items():
        for kind in NODE_TYPES.keys() & kinds.keys():
            for label in kinds[kind]:
                if label not in found:
                    raise ExtensionError(
                        f"{page}: the {kind} {label!r} has no number; write its fence as `:::{{prf:{kind}}} Title`"
                    )
                kinds[kind][label] = (found[label].part, found[label].count)


def _offer_downloads(app: Sphinx, doctree: nodes.document) -> None:
    """Make links to student notebooks downloads; a link to any other file that is no page stays an error."""
    for link in list(doctree.findall(addnodes.pending_xref)):
        target = f"{link.get('reftarget', '')}.ipynb"
        if link.get("refdomain") == "doc" and release.RELEASE in Path(target).parents:
            offered = addnodes.download_reference("", "", *link.children, reftarget=f"/{target}", refexplicit=True)
            offered["refdoc"] = app.env.docname
            link.replace_self(offered)


def _drop_glued(_app: Sphinx, doctree: nodes.document) -> None:
    """Take out the places of glued values: the prose shows them."""
    for place in list(doctree.findall(lambda node: isinstance(node, nodes.comment) and node.astext() == claims.GLUED)):
        inside: nodes.Element = place
        while len(inside.parent.children) == 1 or inside.parent.get("nb_element") == "mime_bundle":
            inside = inside.parent
        inside.parent.remove(inside)


def _compare_pictures(app: Sphinx, docname: str, source: list[str]) -> None:
    """Warn, which fails the build, where a notebook's committed pictures are not those of its data.

    Here, because the page needs the same pictures: each is drawn once for both.
    """
    path = app.env.doc2path(docname)
    if path.endswith(".ipynb"):
        for problem in stills.problems(nbformat.reads(source[0], as_version=4)):
            logger.warning("%s", problem, location=docname)


# Two extensions of Jupyter Book do not say whether pages may be read in several processes. One acts when all are read
# and the other for LaTeX alone, and the pages come out the same to the byte.
UNDECLARED = ("sphinx_jupyterbook_latex", "sphinx_multitoc_numbering")
MOST_PROCESSES = 4


def _use_all_cores(app: Sphinx) -> None:
    """Read pages in as many processes as there are cores: Jupyter Book asks Sphinx for one, and has no option."""
    # Sphinx itself sees to machines that cannot fork. Each process holds all pages: half a gigabyte.
    app.parallel = max(app.parallel, min(os.cpu_count() or 1, MOST_PROCESSES))
    for name in UNDECLARED:
        if name in app.extensions:
            app.extensions[name].parallel_read_safe = True
    # sphinx-proof says that it can be, and merges its list of theorems at an event; its domain holds nothing else.
    ProofDomain.merge_domaindata = _merge_nothing


def _merge_nothing(_domain: ProofDomain, _docnames: list[str], _otherdata: dict[str, Any]) -> None:
    pass


def _write_with_all_cores(app: Sphinx, _env: Any) -> None:
    # Sphinx counts the process that hands the pages out, which is idle half of its time.
    if app.parallel > 1:
        app.parallel += 1


def _add_assets(app: Sphinx) -> None:
    folder = Path(app.doctreedir).parent / "its-assets"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "its.js").write_text(assets.script(), encoding="utf-8")
    font = mathfont.face(mathfont.write(folder)) + textfont.face(textfont.write(folder))
    (folder / "its.css").write_text(font + assets.style(), encoding="utf-8")
    (folder / "favicon.svg").write_text(assets.favicon(), encoding="utf-8")
    for ending in ("js", "css"):
        (folder / f"{your_numbers.NAME}.{ending}").write_text(assets.own(your_numbers.NAME, ending), encoding="utf-8")
    movable.write(Path(app.srcdir), folder)
    if os.environ.get(social.ADDRESS):
        for picture in (social.GENERAL, *social.OWN.values()):
            (folder / picture.file).write_bytes(social.drawn(picture))
    app.config.html_static_path.append(str(folder))
    app.add_js_file("its.js", loading_method="defer")
    app.add_css_file("its.css")


def _visit_math(translator: Any, node: nodes.math) -> None:
    translator.body.append(f'<span class="math">{mathml(node.astext(), "inline")}</span>')
    raise nodes.SkipNode


def _visit_math_block(translator: Any, node: nodes.math_block) -> None:
    number = f'<span class="eqno">({node["number"]})</span>' if node["number"] else ""
    anchor = f' id="{node["ids"][0]}"' if node["ids"] else ""
    translator.body.append(f'<div class="math its-scroll"{anchor} tabindex="0">{number}{mathml(node.astext())}</div>')
    raise nodes.SkipNode


def _finish_pages(app: Sphinx, error: Exception | None) -> None:
    if error is None and app.builder.format == "html":
        finish.finish(Path(app.outdir))


def _add_head(app: Sphinx, name: str, _template: str, context: dict[str, Any], _doctree: object) -> None:
    title = context.get("title") or app.config.project
    described = app.env.metadata[name].get(DESCRIBED) or social.fallback(title)
    tags = social.tags(described, title, name, os.environ.get(social.ADDRESS, ""))
    context["metatags"] = context.get("metatags", "") + tags


# A NamedTuple's fields stand in its signature; Python's own description of them is no help.
_FIELD = re.compile(r"Alias for field number \d+")


def _skip_field(_app: Sphinx, _what: str, _name: str, member: Any, _skip: bool, _options: Any) -> bool | None:
    return True if _FIELD.fullmatch(getattr(member, "__doc__", None) or "") else None


def setup(app: Sphinx) -> dict[str, Any]:
    citations.register()
    # Mathematics is made once, at build: pages need no script for it, and screen readers read it as it is.
    app.add_html_math_renderer("its", (_visit_math, None), (_visit_math_block, None))
    app.add_directive("output", OutputDirective)
    app.add_directive("claims-table", ClaimsTable)
    app.add_directive("paths", PathsDirective)
    app.add_directive("your-numbers", YourNumbers)
    app.add_directive("figures-to-move", FiguresToMove)
    app.add_directive("lessons", LessonsDirective)
    app.add_directive("reference", ReferenceDirective)
    app.add_directive("teaching", TeachingDirective)
    app.add_transform(ValueLinks)
    app.connect("builder-inited", _find_theorems)
    app.connect("builder-inited", _use_all_cores)
    app.connect("env-updated", _write_with_all_cores)
    # Before Sphinx collects what a page offers as a download.
    app.connect("doctree-read", _offer_downloads, priority=400)
    app.connect("doctree-read", _drop_glued)
    app.connect("source-read", _compare_pictures)
    app.connect("doctree-read", _gather_folds)
    app.connect("doctree-read", _describe)
    app.connect("doctree-read", _add_next)
    app.connect("doctree-read", _mark_terms)
    app.connect("doctree-read", _veil_answers)
    # After Jupyter Book has made every script of the static folders a script of every page.
    app.connect("builder-inited", _add_assets, priority=900)
    # After the numbers were kept for the next build, which compares them with Sphinx's own.
    app.connect("write-started", _number_theorems)
    app.connect("html-page-context", _add_head)
    app.connect("autodoc-skip-member", _skip_field)
    # Last: at the same event the theme writes its colours of code, which are part of the one style sheet.
    app.connect("build-finished", _finish_pages, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
