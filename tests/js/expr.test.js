// @ts-check
/* The page's reader of typed lines, held to the table of cases that the notebook's reader is held to as well. */
import assert from "node:assert/strict";
import { ITS } from "./scripts.js";

const cases = JSON.parse(Deno.readTextFileSync(new URL("typed_lines.json", import.meta.url)));
const { evaluate } = ITS.expr;
/** @type {(line: string, symbols: string[]) => any} */
const parse = ITS.expr.parse;

for (const { line, symbols, tree } of cases.accepted) {
  Deno.test(`read: ${line}`, () => assert.deepEqual(parse(line, symbols || cases.symbols), { tree }));
}
for (const { line, at, message } of cases.refused) {
  Deno.test(`refused: ${line.slice(0, 20)}`, () => {
    const read = parse(line, cases.symbols);
    assert.deepEqual([read.position, read.message], [at, message]);
    assert.ok(read.says.startsWith(`Not understood at character ${at + 1}: ${message}.`));
  });
}
for (const { line, at, value } of cases.values) {
  Deno.test(`value: ${line}`, () => {
    const got = evaluate(parse(line, Object.keys(at)).tree, at);
    if (value === null) assert.ok(!Number.isFinite(got));
    else assert.ok(Math.abs(got - value) <= 1e-12 * Math.abs(value), `${got}`);
  });
}
for (const { text, value, says } of cases.numbers) {
  Deno.test(`number: ${text}`, () => {
    const read = ITS.expr.number(text);
    assert.equal(read.says, says);
    if (says === undefined) assert.ok(Math.abs((read.number ?? NaN) - value) <= 1e-12 * Math.abs(value), `${read.number}`);
  });
}
Deno.test("the hint is the table's", () => assert.equal(ITS.expr.HINT, cases.hint));
Deno.test("a refusal says what stands before the place", () => {
  assert.equal(parse("ln(2)/x", ["p", "k"]).says,
    "Not understood at character 7: “x” is not known here; write with p, k. Before it: “ln(2)/”.");
});
Deno.test("lines at random are read as lines and as numbers, or refused at the same place in the same words, as in the notebook", () => {
  const file = Deno.env.get("ITS_LINES");
  assert.ok(file);
  for (const { line, number, ...theirs } of JSON.parse(Deno.readTextFileSync(file))) {
    const read = parse(line, cases.symbols);
    assert.deepEqual(read.error ? { at: read.position, says: read.says } : { tree: read.tree }, theirs, line);
    const typed = ITS.expr.number(line);
    assert.equal(typed.says, number.says, line);
    if (number.value !== undefined) assert.ok(Math.abs((typed.number ?? NaN) - number.value) <= 1e-9 * Math.abs(number.value), line);
  }
});
