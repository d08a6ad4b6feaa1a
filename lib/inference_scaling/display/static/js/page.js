// @ts-check
/* What the theme's scripts leave to mend on every page: menus give the focus back and show where the reader is; words
   that were searched are marked whole. */
(function (ITS) {
  "use strict";

  const MARKS = 200;

  /** Matches any of the words, never inside another word. */
  ITS.wholeWord = function (words) {
    const escaped = words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    return new RegExp(`(?<![\\p{L}\\p{N}])(?:${escaped.join("|")})(?![\\p{L}\\p{N}])`, "giu");
  };

  ITS.mark = function (root, words) {
    if (!words.length) return;
    const pattern = ITS.wholeWord(words);
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT, (node) => (
      node.parentElement?.closest("[data-ready], script, style, svg, math, pre, mark, button, [aria-live]") ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT));
    const texts = [];
    while (walker.nextNode()) texts.push(/** @type {Text} */ (walker.currentNode));
    let left = MARKS;
    for (const text of texts) {
      const places = [...text.data.matchAll(pattern)].slice(0, left);
      left -= places.length;
      // From the end, so that the places before stay where they are.
      for (const place of places.reverse()) {
        const word = text.splitText(place.index);
        word.splitText(place[0].length);
        word.replaceWith(ITS.el("mark", {}, place[0]));
      }
    }
  };

  function searched() {
    const address = new URL(location.href);
    const words = (address.searchParams.get("highlight") || "").slice(0, 200).split(/\s+/).filter(Boolean);
    const article = document.querySelector("article.bd-article");
    if (words.length && article) ITS.mark(article, words);
  }

  // The lesson in the contents, or the heading in the page's own list.
  /** @param {Element} place @returns {HTMLElement | null} */
  const current = (place) => place.querySelector(".current.active, .active > a, a.active");

  /** @param {string} which */
  function menu(which) {
    const button = /** @type {HTMLElement | null} */ (document.querySelector(`.bd-header-article .${which}-toggle`));
    const sheet = /** @type {HTMLDialogElement | null} */ (document.getElementById(`pst-${which}-sidebar-modal`));
    if (!button || !sheet) return;
    sheet.setAttribute("aria-label", button.getAttribute("aria-label") || "");
    // The theme moves the menu into the sheet while it handles the press, and takes the focus off the button.
    button.addEventListener("click", () => setTimeout(() => {
      if (sheet.open) current(sheet)?.scrollIntoView({ block: "center" });
    }));
    sheet.addEventListener("close", () => button.focus({ preventScroll: true }));
    sheet.addEventListener("click", (event) => { if (event.target instanceof Element && event.target.closest("a[href*='#']")) sheet.close(); });
  }

  /* Of a figure's own page: nothing but the figure on the screen, where the browser lets a page do that. */
  function full() {
    const button = /** @type {HTMLElement | null} */ (document.querySelector("[data-full]"));
    if (!button || !document.fullscreenEnabled) return;
    button.hidden = false;
    button.addEventListener("click", () => (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen()).catch(() => { button.hidden = true; }));
  }

  function ready() {
    full();
    ["primary", "secondary"].forEach(menu);
    // When every component stands: words inside them are theirs.
    globalThis.addEventListener("load", searched);
  }

  // The theme would put the contents where the page before had them, which may be far from this lesson.
  try { sessionStorage.removeItem("sidebar-scroll-top"); } catch (_) { /* nothing was kept */ }
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", ready);
  else ready();
})(globalThis.ITS);
