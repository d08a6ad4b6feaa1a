// @ts-check
/* The page "Your numbers" without a page: what it reads, what it refuses, and its values beside the library's. */
import assert from "node:assert/strict";
import { ITS } from "./scripts.js";

const { read, estimate, studentReach } = ITS.yourNumbers;
const cases = JSON.parse(Deno.readTextFileSync(/** @type {string} */ (Deno.env.get("ITS_COUNTS"))));

/** @type {(found: number, wanted: number, what: string) => void} */
const near = (found, wanted, what) => assert.ok(Math.abs(found - wanted) <= 1e-12, `${what}: ${found} is not ${wanted}`);

for (const [i, one] of cases.tables.entries()) {
  Deno.test(`values of table ${i} are those of the library`, () => {
    const { problems, says } = read(one.text);
    assert.equal(says, undefined);
    const found = estimate(problems, one.k);
    for (const part of ["pass", "all"]) {
      for (const name of ["value", "low", "high"]) {
        one.k.forEach((/** @type {number} */ k, /** @type {number} */ j) => near(found[part][name][j], one[part][name][j], `${part} ${name} at k = ${k}`));
      }
    }
    one.promise.forEach((/** @type {number} */ wanted, /** @type {number} */ j) => near(found.promise[j], wanted, "promise"));
  });
}
for (const [df, wanted] of cases.reach) {
  Deno.test(`the quantile of Student's t with ${df} degrees of freedom`, () => {
    const found = studentReach(df, 0.05);
    assert.ok(Math.abs(found / wanted - 1) < 1e-11, `${found} is not ${wanted}`);
  });
}

/** @type {[string, string, [string, number, number][]][]} */
const READ = [
  ["pairs", "4, 1\n4, 4\n", [["1", 4, 1], ["2", 4, 4]]],
  ["spaces", "4 1\r\n4 0\r\n", [["1", 4, 1], ["2", 4, 0]]],
  ["names, a remark and an empty line", "# my model\na; 4; 1\n\nb; 5; 5", [["a", 4, 1], ["b", 5, 5]]],
  ["a name with a comma", '"x, y", 4, 1', [["x, y", 4, 1]]],
  ["a head", "\ufeffn,c\n4,1", [["1", 4, 1]]],
  ["a row a sample", "task_id\tpassed\na\ttrue\nb\t0\na\tFalse\n", [["a", 2, 1], ["b", 1, 0]]],
];
for (const [name, text, wanted] of READ) {
  Deno.test(`read: ${name}`, () => {
    const { problems, says } = read(text);
    assert.equal(says, undefined);
    assert.deepEqual(problems.map((/** @type {any} */ one) => [one.label, one.n, one.c]), wanted);
  });
}
/** @type {[string, string, string][]} */
const REFUSED = [
  ["nothing", " \n", "nothing to read yet"],
  ["more right than drawn", "4, 1\n4, 5", "Line 2: c = 5 is more than n = 4"],
  ["no samples", "0, 0", "Line 1: n = 0"],
  ["a fraction", "4, 1\n4, 1.5", "Line 2"],
  ["one field", "4", "Line 1 has 1 field"],
  ["other columns", "model,score\na,1", 'names the columns "model", "score"'],
  ["an unknown judgement", "problem,correct\na,maybe", 'Line 2: the column "correct" holds "maybe"'],
  ["a head alone", "problem,correct\n", "no row below"],
  ["a problem without a name", "problem,correct\n,1", 'Line 2: the column "problem" is empty'],
  ["numbers that are too long", "9999999999, 1", "Line 1"],
];
for (const [name, text, wanted] of REFUSED) {
  Deno.test(`refused: ${name}`, () => assert.ok(read(text).says.includes(wanted), read(text).says));
}
