// @ts-check
/* Loads the page's classic scripts without a page: what they give to `ITS` is there, elements are never made. */
const file = Deno.env.get("ITS_SCRIPT");
if (!file) throw new Error("ITS_SCRIPT must name the file of the page's script; tests/display/test_scripts.py makes it");

/** The address bar: what it holds, and what was written into it. */
export const bar = { hash: "" };
Object.assign(globalThis, {
  customElements: { get: () => true, define() {} },
  document: { readyState: "loading", addEventListener() {} },
  history: { replaceState: (/** @type {unknown} */ _state, /** @type {string} */ _title, /** @type {string} */ url) => { bar.hash = url; } },
});
Object.defineProperty(globalThis, "location", { value: bar, configurable: true });
(0, eval)(Deno.readTextFileSync(file));

export const ITS = globalThis.ITS;
