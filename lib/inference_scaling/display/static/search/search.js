// @ts-check
/* The search page: the pages that a word means come first, then what Sphinx's index finds. Excerpts come from the
   pages where they can be read, else from what each page says of itself, as in a folder without a server. */
(function (ITS) {
  "use strict";

  /** Filled in by the build. @type {{ words: Record<string, string[]>, pages: Record<string, string> }} */
  const known = /** @type {any} */ ("KNOWN");
  const EXCERPT = 220, READ = 12;
  const folder = location.protocol === "file:";

  /** One spelling for all: small letters, no hyphens, "z" in optimization. @param {string} text */
  const plain = (text) => ` ${text.toLowerCase().replace(/[^\p{L}\p{N}@]+/gu, " ").replace(/is(e[ds]?|ing|ations?)\b/g, "iz$1").trim()} `;

  /** Pages to which the query's words lead: the longest words first, then as the table stands. @param {string} query */
  function meant(query) {
    const asked = plain(query);
    return Object.entries(known.words)
      .map(([page, words]) => /** @type {[string, number]} */ ([page, Math.max(0, ...words.map((word) => (asked.includes(plain(word)) ? word.length : 0)))]))
      .filter(([, length]) => length)
      .sort((a, b) => b[1] - a[1])
      .map(([page]) => page);
  }

  /** @param {string} text @param {string[]} terms */
  function excerpt(text, terms) {
    const found = terms.map((term) => ITS.wholeWord([term]).exec(text)).find(Boolean);
    if (!found) return null;
    const start = text.lastIndexOf(" ", Math.max(found.index - EXCERPT / 2, 0)) + 1;
    const end = text.indexOf(" ", start + EXCERPT);
    return `${start ? "… " : ""}${text.slice(start, end < 0 ? undefined : end)}${end < 0 ? "" : " …"}`;
  }

  /** @param {string} url @param {string} anchor */
  async function readable(url, anchor) {
    const page = new DOMParser().parseFromString(await (await fetch(url)).text(), "text/html");
    const article = (anchor && page.getElementById(anchor.slice(1))) || page.querySelector("article");
    if (!article) return "";
    // No code, no controls, no formulas: an excerpt is a sentence.
    article.querySelectorAll("script, style, .headerlink, pre, math, svg, table, .its-live, nav").forEach((one) => one.remove());
    return (article.textContent || "").replace(/\s+/g, " ").trim();
  }

  /** @param {Hit} hit @param {string[]} terms @param {boolean} read */
  function entry([page, title, anchor, description], terms, read) {
    const link = ITS.el("a", {});
    link.innerHTML = title; // Sphinx's titles are HTML.
    const marks = terms.length ? `?${new URLSearchParams({ highlight: terms.join(" ") })}` : "";
    link.setAttribute("href", `${page}.html${marks}${anchor || ""}`);
    const says = ITS.el("p", { class: "context" }, description ? new DOMParser().parseFromString(description, "text/html").body.textContent || "" : known.pages[page] || "");
    ITS.mark(says, terms);
    if (read && !folder && !description) {
      readable(`${page}.html`, anchor).then((text) => {
        const part = excerpt(text, terms);
        if (part) { says.textContent = part; ITS.mark(says, terms); }
      }).catch(() => { /* the page's own words stand there already */ });
    }
    return ITS.el("li", {}, link, says);
  }

  // Sphinx would keep the words to mark in the browser's storage; here the link carries them.
  globalThis.SPHINX_HIGHLIGHT_ENABLED = false;

  Search.query = function (query) {
    const parsed = Search._parseQuery(query);
    const terms = [...parsed[3]];
    const first = meant(query);
    const titles = Object.fromEntries(Search._index.docnames.map((page, i) => [page, Search._index.titles[i]]));
    const rest = Search._performSearch(...parsed).reverse().filter(([page, , anchor]) => anchor || !first.includes(page));
    const all = [...first.map((page) => /** @type {Hit} */ ([page, titles[page], "", null])), ...rest];
    Search.output.append(...all.map((one, i) => entry(one, terms, i < READ)));
    Search.stopPulse();
    Search.title.textContent = "Search results";
    Search.status.textContent = all.length
      ? `${all.length} place${all.length === 1 ? "" : "s"} found.`
      : "Nothing found. Try a single word, or look at the glossary and the contents.";
  };
})(globalThis.ITS);
