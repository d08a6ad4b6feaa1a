/* Loads the page's classic scripts without a page: what they give to `ITS` is there, elements are never made. */
const file = Deno.env.get("ITS_SCRIPT");
if (!file) throw new Error("ITS_SCRIPT must name the file of the page's script");
Object.assign(globalThis, {
  customElements: { get: () => true, define() {} },
  document: { readyState: "loading", addEventListener() {} },
});
(0, eval)(Deno.readTextFileSync(file));

export const ITS = globalThis.ITS;
