// @ts-check
/* What every component of the book uses: elements from data, numbers as text, one quiet voice, a small memory. */
(function (ITS) {
  "use strict";

  const SVG = "http://www.w3.org/2000/svg";

  /** @type {<N extends Element>(node: N, attrs: Record<string, unknown> | null | undefined, children: Child[]) => N} */
  function filled(node, attrs, children) {
    for (const [name, value] of Object.entries(attrs || {})) {
      if (value === null || value === undefined || value === false) continue;
      if (typeof value === "function") node.addEventListener(name.replace(/^on/, ""), /** @type {EventListener} */ (value));
      else node.setAttribute(name, value === true ? "" : String(value));
    }
    node.append(.../** @type {any[]} */ (children).flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
    return node;
  }

  ITS.el = (tag, attrs, ...children) => filled(document.createElement(tag), attrs, children);
  ITS.svg = (tag, attrs, ...children) => filled(document.createElementNS(SVG, tag), attrs, children);

  // Made once: a number in words is wanted twenty times a move of the hand.
  const GROUPED = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 12 });
  ITS.grouped = (x) => GROUPED.format(x);

  /** @type {Record<string, string>} */
  const ESCAPED = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;" };
  ITS.escape = (text) => String(text).replace(/[&<>"']/g, (sign) => ESCAPED[sign]);

  /* Numbers as readers write them: 4 digits, thousands apart, a real minus. */
  ITS.format = function (x, digits = 4) {
    if (!Number.isFinite(x)) return x > 0 ? "∞" : x < 0 ? "−∞" : "not a number";
    const size = Math.abs(x);
    if (size !== 0 && (size < 1e-4 || size >= 1e9)) {
      return x.toExponential(digits - 1).replace(/\.?0+e/, "e").replace("e+", "e").replace(/-/g, "−");
    }
    const value = Number(x.toPrecision(digits));
    return GROUPED.format(value).replace("-", "−");
  };

  /* One polite live region a host, which speaks once the reader's hand has rested. */
  /** @type {WeakMap<Element, ReturnType<typeof setTimeout>>} */
  const waiting = new WeakMap();
  ITS.announce = function (host, text, rest = 600) {
    let region = host.querySelector(":scope > .its-live");
    if (!region) {
      region = ITS.el("div", { class: "its-live", role: "status", "aria-live": "polite" });
      host.append(region);
    }
    clearTimeout(waiting.get(host));
    waiting.set(host, setTimeout(() => { region.textContent = text; }, rest));
  };

  /* Storage may be forbidden, full or absent; nothing may depend on it. */
  const PREFIX = "its:";
  ITS.store = {
    get(key) {
      try { return JSON.parse(localStorage.getItem(PREFIX + key) || "null"); } catch (_) { return null; }
    },
    set(key, value) {
      try { localStorage.setItem(PREFIX + key, JSON.stringify(value)); } catch (_) { /* kept for this visit only */ }
    },
    clear(start = "") {
      try {
        Object.keys(localStorage).filter((key) => key.startsWith(PREFIX + start)).forEach((key) => localStorage.removeItem(key));
      } catch (_) { /* there was nothing kept */ }
    },
  };

  /* The same seed gives the same draws on every device (mulberry32). */
  ITS.random = function (seed) {
    let state = seed >>> 0;
    return function () {
      state = (state + 0x6d2b79f5) >>> 0;
      let t = Math.imul(state ^ (state >>> 15), 1 | state);
      t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
      return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
    };
  };

  /* A component is a custom element whose child script holds its data. Without this script its content stands as it is. */
  ITS.define = function (tag, setup) {
    if (customElements.get(tag)) return;
    customElements.define(tag, class extends HTMLElement {
      connectedCallback() {
        if (this.dataset.ready) return;
        // A notebook adds the element before its children: wait until they are there.
        const start = () => {
          const data = this.querySelector(':scope > script[type="application/json"]');
          if (!data || this.dataset.ready) return;
          this.dataset.ready = "yes";
          setup(this, JSON.parse(data.textContent));
        };
        if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start, { once: true });
        else queueMicrotask(start);
      }
    });
  };
})(globalThis.ITS = globalThis.ITS || /** @type {Its} */ ({}));
