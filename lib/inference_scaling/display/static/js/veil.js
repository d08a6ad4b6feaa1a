// @ts-check
/* What answers a question waits until the reader has answered it, or asks to be shown. Only this script hides it: without
   one, and on paper, it stands after its question. A link into it, or a search in the page that finds it, opens it. */
(function (ITS) {
  "use strict";

  const SHOWN = "its:shown:";
  /** @type {Map<string, (kept: boolean) => void>} */
  const openers = new Map();

  /* For this visit alone, so that Back finds the page as it was left. */
  /** @type {(question: string) => boolean} */
  const wasShown = (question) => {
    try { return sessionStorage.getItem(SHOWN + question) !== null; } catch (_) { return false; }
  };
  /** @type {(question: string, shown: boolean) => void} */
  const remember = (question, shown) => {
    try {
      if (shown) sessionStorage.setItem(SHOWN + question, "yes");
      else sessionStorage.removeItem(SHOWN + question);
    } catch (_) { /* it is open for this page only */ }
  };

  /** What an address points at: an element, or the figure whose state it holds. @type {(hash: string) => Element | null} */
  function target(hash) {
    let name = hash.slice(1);
    try { name = decodeURIComponent(name); } catch (_) { /* as it is */ }
    const figure = new URLSearchParams(hash.slice(1)).get("its");
    return figure ? document.getElementById(`${figure}-figure`) || document.getElementById(figure) : name ? document.getElementById(name) : null;
  }
  /** Whether a part answers what is asked at its own beginning: then its heading is no way into the answer. @type {(piece: Element, place: Element) => boolean} */
  const asks = (piece, place) => place.contains(document.getElementById(`prediction-${piece.getAttribute("data-question")}`));
  /** @type {(piece: Element, place: Element | null) => boolean} */
  const leadsInto = (piece, place) => !!place && (piece.contains(place) || (place === piece.parentElement && place.tagName === "SECTION" && !asks(piece, place)));
  /** @type {() => NodeListOf<HTMLElement>} */
  const all = () => document.querySelectorAll(".its-veiled");

  /** @type {(hash: string) => boolean} */
  function follow(hash) {
    const place = target(hash);
    let opened = false;
    all().forEach((piece) => {
      if (!piece.hidden || !leadsInto(piece, place)) return;
      openers.get(piece.dataset.question || "")?.(true);
      opened = true;
    });
    return opened;
  }

  ITS.veils = { of, forget };

  /** @type {Its["veils"]["of"]} */
  function of(question) {
    const pieces = [...all()].filter((piece) => piece.dataset.question === question);
    // Where the browser can search what is hidden, it opens what it finds.
    const hidden = "onbeforematch" in document.documentElement ? "until-found" : "";
    const bars = pieces.map((piece) => {
      const heading = piece.parentElement?.querySelector(":scope > :is(h1, h2, h3)")?.firstChild?.textContent || "the answer";
      const show = () => { open(true); piece.focus({ preventScroll: true }); };
      const bar = ITS.el("p", { class: "its-veil" },
        ITS.el("span", {}, "Hidden until you have answered ", ITS.el("a", { href: `#prediction-${question}` }, "the question above"), ". "),
        ITS.el("button", { type: "button", "aria-label": `Show me: ${heading}`, onclick: show }, "Show me"));
      piece.before(bar);
      piece.tabIndex = -1;
      piece.addEventListener("beforematch", () => open(true));
      return bar;
    });
    /** @type {(shut: boolean) => void} */
    function turn(shut) {
      pieces.forEach((piece) => {
        piece.dataset.ready = "yes";
        if (shut) piece.setAttribute("hidden", hidden);
        else piece.removeAttribute("hidden");
      });
      bars.forEach((bar) => { bar.hidden = !shut; });
    }
    /** @type {(kept: boolean) => void} */
    function open(kept) {
      if (kept) remember(question, true);
      turn(false);
    }
    function shut() {
      remember(question, false);
      turn(true);
    }
    openers.set(question, open);
    const place = target(location.hash);
    if (wasShown(question)) turn(false);
    else if (pieces.some((piece) => leadsInto(piece, place))) {
      open(true);
      place?.scrollIntoView();
    } else turn(true);
    return { any: pieces.length > 0, open, shut };
  }
  function forget() {
    try {
      Object.keys(sessionStorage).filter((key) => key.startsWith(SHOWN)).forEach((key) => sessionStorage.removeItem(key));
    } catch (_) { /* nothing was kept */ }
  }

  // Before the browser goes there; a second press on the same link changes no address.
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    if (link && link.hash && link.pathname === location.pathname) follow(link.hash);
  });
  globalThis.addEventListener("hashchange", () => { if (follow(location.hash)) target(location.hash)?.scrollIntoView(); });
})(globalThis.ITS);
