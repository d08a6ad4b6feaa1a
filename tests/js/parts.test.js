// @ts-check
/* The pure parts of the page's scripts: numbers as text, drawn chances, grids, links, number boxes, plots. */
import assert from "node:assert/strict";
import { bar, ITS } from "./scripts.js";

/** @type {(a: number, b: number) => void} */
const near = (a, b) => assert.ok(Math.abs(a - b) <= 1e-12 * Math.max(1, Math.abs(b)), `${a} is not ${b}`);

Deno.test("a number is written with four digits, thousands apart and a real minus", () => {
  const written = [0, 1234567, -0.12345, 1e-5, 2.5e12, 0.1 + 0.2, Infinity, -Infinity, NaN].map((x) => ITS.format(x));
  assert.deepEqual(written, ["0", "1,235,000", "−0.1235", "1e−5", "2.5e12", "0.3", "∞", "−∞", "not a number"]);
  assert.equal(ITS.format(Math.PI, 6), "3.14159");
});

Deno.test("figures' sentences never round a chance to certainty", () => {
  const { chance, up, whole, points } = ITS.explore.formats;
  assert.deepEqual([0, 1e-5, 0.5, 0.99951, 1].map(chance), ["0", "less than 0.001", "0.5", "more than 0.999", "more than 0.999"]);
  assert.deepEqual([up(2.0000000001), up(2.1), whole(1234.5), points(0.1234)], ["2", "3", "1,235", "12"]);
});

Deno.test("the same seed draws the same numbers in [0, 1)", () => {
  const [one, two] = [ITS.random(7), ITS.random(7)];
  const drawn = Array.from({ length: 1000 }, one);
  assert.deepEqual(drawn, Array.from({ length: 1000 }, two));
  assert.ok(drawn.every((x) => x >= 0 && x < 1));
  assert.ok(Math.abs(drawn.reduce((a, b) => a + b) / 1000 - 0.5) < 0.05);
});

Deno.test("interpolation is exact on the nodes, linear between them, and stays on the grid", () => {
  /** @type {Grid} */
  const grid = { scale: "linear", axes: [{ nodes: [0, 1, 3], scale: "linear" }, { nodes: [1, 100], scale: "log" }], values: [0, 10, 1, 11, 3, 13] };
  near(ITS.explore.interpolate(grid, [1, 100]), 11);
  near(ITS.explore.interpolate(grid, [2, 10]), 7);
  near(ITS.explore.interpolate(grid, [99, 1]), 3);
  near(ITS.explore.interpolate({ scale: "logit", axes: [{ nodes: [0, 1], scale: "linear" }], values: [-1, 1] }, [0.5]), 0.5);
});

Deno.test("a state written into the address is read again, of one version and one figure only", async () => {
  ITS.link.write("one", { k: 8, rule: "vote" });
  await new Promise((done) => setTimeout(done, 300));
  assert.equal(bar.hash, "#its=one&v=1&k=8&rule=vote");
  assert.equal(ITS.link.read("other"), null);
  const found = ITS.link.read("one");
  assert.ok(found);
  const accept = { k: Number, rule: (/** @type {string} */ text) => (text === "vote" ? text : null), more: Number };
  assert.deepEqual(ITS.link.understood(found, accept), { state: { k: 8, rule: "vote" } });
  assert.deepEqual(ITS.link.understood(new URLSearchParams("v=1&k=x"), accept), { reason: "“k” cannot be “x”" });
  assert.deepEqual(ITS.link.understood(new URLSearchParams("v=2&k=8"), accept), { reason: "it was made by another version" });
});

Deno.test("a typed number is read, and what is none is told how to be one", () => {
  const { typed } = ITS.box;
  assert.deepEqual([" 0.5 ", "−3", "1/4", "1e3", "0,5", "0,125", "1,234.5", "12,345,678", "2(3+1,5)"].map((text) => typed(text).number),
    [0.5, -3, 0.25, 1000, 0.5, 0.125, 1234.5, 12345678, 9]);
  near(typed("ln(0,1)/ln(0.8)").number ?? NaN, Math.log(0.1) / Math.log(0.8));
  near(typed("1 - (1-0,05)^64").number ?? NaN, 1 - 0.95 ** 64);
  near(typed("1 - C(6,3)/C(8,3)").number ?? NaN, 1 - 20 / 56);
  assert.deepEqual(["", "50 %", "x", "1/0", "1,000", "2,,5"].map((text) => typed(text).verdict),
    ["untouched", "wrong kind", "wrong kind", "wrong kind", "wrong kind", "wrong kind"]);
});

Deno.test("a number is judged: right, a known misconception, out of range, close, too small", () => {
  const rules = { right: 11, width: 0.5, whole: true, low: 1, high: 1000, says: "yes", outside: "From 1 to 1000.", close: "near",
    misconceptions: [{ value: 20, says: "a misconception" }] };
  const replies = [11, 20, 2000, 10.6, 8.5, 13, 2].map((x) => ITS.box.judged(x, rules, "A whole number."));
  assert.deepEqual(replies.map((one) => one.says),
    ["yes", "a misconception", "This is 2000. From 1 to 1000.", "yes", "This is 8.5. A whole number.", "near", "2 is too small."]);
  // Three digits of the right number are close, whatever the tolerance; two are not.
  const fine = { ...rules, right: 0.0173625, width: 1e-6, whole: false, low: 0, misconceptions: [] };
  assert.deepEqual([0.0174, 0.017].map((x) => ITS.box.judged(x, fine, "A number.").says), ["near", "0.017 is too small."]);
});

Deno.test("a plot breaks its line where there is no value, and escapes what it is told", () => {
  const spec = { title: "<a> & b", x: { label: "k", min: 1, max: 4 }, y: { label: "chance", min: 0, max: 1 },
    series: [{ id: "s", label: "", style: "line", points: /** @type {Places} */ ([[1, 0], [2, null], [3, 1], [4, NaN]]) }] };
  const svg = ITS.plotSvg(spec);
  assert.ok(svg.includes('aria-label="&lt;a&gt; &amp; b"') && !svg.includes("NaN"));
  const line = /class="its-line its-s1" d="([^"]*)"/.exec(svg);
  assert.equal(line && line[1].match(/M/g)?.length, 2);
  assert.equal(ITS.plotKey(spec), "");
});

Deno.test("an address names a scene of the story or nothing", () => {
  const { named } = ITS.story;
  assert.deepEqual(["#scene-1", "#scene-8", "#scene-9", "#scene-0", "#scene-01", "#scene-", "#scene-2x", "#its=scene-2", "", "#%00"].map((hash) => named(hash, 8)),
    [0, 7, null, null, null, null, null, null, null, null]);
});

Deno.test("the scene that is read is the last one above the line", () => {
  const { reached } = ITS.story;
  assert.deepEqual([500, 0, -150, -900].map((by) => reached([100 + by, 400 + by, 700 + by], 300)), [0, 0, 1, 2]);
});

Deno.test("the parts of several pictures keep the order of each", () => {
  assert.deepEqual(ITS.story.merged([["a", "b", "c"], ["b", "x", "c"], ["y", "c", "z"]]), ["y", "a", "b", "x", "c", "z"]);
  assert.deepEqual(ITS.story.merged([[], ["a"], ["a"]]), ["a"]);
});
