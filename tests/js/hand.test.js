// @ts-check
/* The parts that a hand moves: values from places and keys, and answers drawn as a ROC curve says. */
import assert from "node:assert/strict";
import { ITS } from "./scripts.js";

/** @type {(changes: Partial<Control>) => Control} */
const control = (changes) => ({ name: "a", label: "a", unit: "", value: 0.5, min: 0, max: 1, step: 0.005, log: false, whole: false, ...changes });

Deno.test("a value snaps to what the slider can have, and never leaves it", () => {
  const { snap } = ITS.hand;
  assert.deepEqual([0.1234, -3, 7].map((x) => snap(control({}), x)), [0.125, 0, 1]);
  const k = control({ min: 1, max: 1000, step: 1, log: true, whole: true });
  assert.deepEqual([1.4, 17.6, 5000, 0].map((x) => snap(k, x)), [1, 18, 1000, 1]);
  assert.equal(snap(control({ min: 0.001, max: 0.9, step: 0.001, log: true }), 0.123456), 0.123);
});

Deno.test("a place leads back to the value, whether it rises or falls, and to nothing where it does neither", () => {
  const { found } = ITS.hand;
  assert.equal(found(control({}), (x) => x * x, 0.25), 0.5);
  assert.equal(found(control({}), (x) => 1 - x, 0.25), 0.75);
  assert.equal(found(control({ min: 1, max: 4096, step: 1, log: true, whole: true }), (n) => Math.sqrt(Math.log(n)), Math.sqrt(Math.log(64))), 64);
  assert.deepEqual([-9, 9].map((wanted) => found(control({}), (x) => x, wanted)), [0, 1]);
  assert.equal(found(control({}), () => 1, 0.3), null);
});

Deno.test("a key moves a part, a leap or the smallest step, always at least one, and stops at the ends", () => {
  const { stepped } = ITS.hand, one = control({});
  assert.deepEqual(["part", "leap", "fine"].map((key) => stepped(one, 0.5, 1, /** @type {any} */ (key))), [0.51, 0.6, 0.505]);
  const k = control({ min: 1, max: 1000, step: 1, log: true, whole: true });
  assert.deepEqual([stepped(k, 1, 1, "part"), stepped(k, 1, -1, "part"), stepped(k, 1000, 1, "leap")], [2, 1, 1000]);
});

Deno.test("of several handles the nearest is taken", () => {
  assert.equal(ITS.hand.nearest([[0, 0], [10, 0], [10, 10]], 9, 8), 2);
  assert.equal(ITS.hand.nearest([[3, 3]], 900, -900), 0);
});

Deno.test("the plot's frame leads from values to places and back, on both scales", () => {
  const axis = { label: "a", min: 0, max: 1 };
  const frame = ITS.plotFrame({ x: { label: "k", min: 1, max: 1000, log: true }, y: axis });
  for (const x of [1, 10, 640]) assert.ok(Math.abs(frame.backX(frame.x(x)) - x) < 1e-9 * x);
  assert.ok(Math.abs(frame.backY(frame.y(0.3)) - 0.3) < 1e-12);
  assert.deepEqual([frame.x(1), frame.x(1000), frame.y(0)], [frame.left, frame.right, frame.bottom]);
});

Deno.test("drawn answers follow the ROC curve, and one seed gives the same answers after it is bent", () => {
  /** @type {[number, number][]} */
  const corners = [[0, 0], [0.1, 0.6], [1, 1]];
  const { share, slope, answers, best } = ITS.drawing;
  assert.deepEqual([share(corners, false, 0.3), share(corners, true, 0.3), share(corners, true, 0.6)], [0.3, 0.05, 0.1]);
  assert.ok(Math.abs(slope(corners, 0.05) - 6) < 1e-12 && Math.abs(slope(corners, 0.5) - 4 / 9) < 1e-12);
  const drawn = answers(ITS.random(4), 0.3, 4000, corners), right = drawn.filter((one) => one.right);
  assert.ok(Math.abs(right.length / 4000 - 0.3) < 0.03);
  assert.ok(Math.abs(right.filter((one) => one.share <= 0.1).length / right.length - 0.6) < 0.05);
  assert.equal(best(drawn), drawn.findIndex((one) => one.share === Math.min(...drawn.map((other) => other.share))));
  const bent = answers(ITS.random(4), 0.3, 4000, [[0, 0], [0.1, 0.2], [1, 1]]);
  assert.deepEqual(bent.map((one) => one.right), drawn.map((one) => one.right));
});

Deno.test("a jump of the curve is drawn at its place", () => {
  assert.equal(ITS.drawing.share([[0, 0], [0.2, 0], [0.2, 1], [1, 1]], true, 0.5), 0.2);
});

Deno.test("drawn answers stand on the stack of their answer, the tallest first, and the rare ones share the last", () => {
  /** @type {Pool} */
  const pool = { label: "q", story: true, right: "0".repeat(12), answer: [5, 5, 1, -1, 1, 5, 2, 3, 4, 6, 7, 8], texts: [], ranks: {}, curves: {} };
  const all = pool.answer.map((_, i) => i), found = ITS.votes.stacks(pool, all);
  assert.deepEqual(found.slice(0, 2), [{ answer: 5, samples: [0, 1, 5] }, { answer: 1, samples: [2, 4] }]);
  assert.equal(found.length, 7);
  assert.deepEqual(found[6], { answer: null, samples: [10, 11] });
  assert.deepEqual(ITS.votes.stacks(pool, [3]), []);
});
