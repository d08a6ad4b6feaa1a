// @ts-check
/* Where the nodes of a search stand, how large they are and what is said of them; runs as the page holds them. */
import assert from "node:assert/strict";
import { ITS } from "./scripts.js";

/** @type {(parent: number, changes?: Partial<Branch>) => Branch} */
const node = (parent, changes = {}) => ({ parent, fate: "kept", label: "a", born: 0, known: 0, ...changes });

Deno.test("children stand below their parents in the parents' order, each level across its whole width", () => {
  const { x, depth, wide } = ITS.branches.places([node(-1), node(0), node(0), node(2), node(1)]);
  assert.deepEqual([depth, wide], [[0, 1, 1, 2, 2], [1, 2, 2]]);
  // Drawn later, but of the left parent: on the left.
  assert.deepEqual(x, [0.5, 0.25, 0.75, 0.75, 0.25]);
});

Deno.test("a node is larger the higher its score, and in the middle where nobody scored it", () => {
  assert.deepEqual(ITS.branches.sizes([node(-1), node(0, { score: 0 }), node(0, { score: 0.25 }), node(0, { score: 1 })]), [0.5, 0, 0.5, 1]);
  assert.deepEqual(ITS.branches.sizes([node(0, { score: -4 }), node(0, { score: 0 })]), [0, 1]);
  assert.deepEqual(ITS.branches.sizes([node(-1)]), [0.5]);
});

Deno.test("the way to the chosen node leaves the start out; without one it is empty", () => {
  assert.deepEqual([...ITS.branches.way([node(-1), node(0), node(1, { fate: "chosen" })])], [2, 1]);
  assert.equal(ITS.branches.way([node(-1), node(0)]).size, 0);
});

Deno.test("a fate is said only once it is known", () => {
  const data = { nodes: [node(-1), node(0, { fate: "pruned", score: 0.5, right: false, known: 3 })], score: "score", words: /** @type {[string, string]} */ (["right so far", "wrong"]) };
  assert.deepEqual([2, 3].map((at) => ITS.branches.words(data, 1, at)), ["a, score 0.5, wrong, drawn", "a, score 0.5, wrong, pruned"]);
});

Deno.test("a picture of forty nodes in 120 pixels stays in its frame, and holds only what is drawn by then", () => {
  const nodes = [node(-1), ...Array.from({ length: 40 }, (_, i) => node(0, { born: i + 1, label: "<b>" }))];
  const data = { nodes, score: "s", words: /** @type {[string, string]} */ (["y", "n"]) };
  for (const { x, size } of ITS.branches.spots(nodes, 120)) assert.ok(x - size >= 0 && x + size <= 120);
  const svg = ITS.branches.svg(data, 5, 120, 'a "name"');
  assert.equal(svg.split('class="its-node').length - 1, 6);
  assert.ok(!svg.includes("<b>") && svg.includes("&quot;name&quot;"));
});

Deno.test("a run is read from its line, empty places as unknown", () => {
  const nodes = ITS.race.nodes({ nodes: "-1,0,start,50,,;0,8,pruned,-47=03,0.5,1;1,9,chosen,+1=51,,0", correct: false, won: 0, said: "" });
  assert.deepEqual(nodes, [
    { parent: -1, known: 0, fate: "start", label: "50", born: 0 },
    { parent: 0, known: 8, fate: "pruned", label: "-47=03", born: 1, score: 0.5, right: true },
    { parent: 1, known: 9, fate: "chosen", label: "+1=51", born: 2, right: false },
  ]);
});
