// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { System } from "../axon/index.ts";
import { drive } from "../testing/index.ts";
import { InterpreterTransformer, type InterpreterTransformerOptions } from "./InterpreterTransformer.ts";

const answers = async (lines: string[], options: InterpreterTransformerOptions = {}): Promise<string[]> =>
  (await drive(InterpreterTransformer(options), { inbox: lines })).outbox;

test("InterpreterTransformer() sends what each line comes to, as it would be written in a program", async () => {
  assert.deepEqual(await answers(["1 + 1\n", '"a".repeat(3)\r\n', "[1, , { a: new Map() }]", "undefined"]), [
    "2\n",
    "'aaa'\n",
    "[ 1, <1 empty item>, { a: Map(0) {} } ]\n",
    "undefined\n",
  ]);
});
test("InterpreterTransformer() knows names from line to line, and those it was given; _ is the last result", async () => {
  const lines = ["const x = 20", "var y = x + 1", "function twice(n) { return 2 * n }", "twice(y)", "_ - answer"];
  assert.deepEqual((await answers(lines, { names: { answer: 42 } })).slice(-2), ["42\n", "0\n"]);
});
test("InterpreterTransformer() looks into the system that it runs in", async () => {
  const system = new System();
  const [, live] = await answers(["system.live", "typeof system.run"], { names: { system } });
  assert.equal(live, "'function'\n");
});
test("InterpreterTransformer() takes programs of several lines", async () => {
  const lines = ["function f(", "  n,", ") {", "", "  return `a", "${n}`;", "}", "f(1)", "[1,", "2].map((n) =>", "  n + 1", ")"];
  assert.deepEqual(await answers(lines), ["undefined\n", "'a\\n1'\n", "[ 2, 3 ]\n"]);
});
test("InterpreterTransformer() takes a brace for an object where it can be one", async () => {
  assert.deepEqual(await answers(["{ a: 1 }", "{ let b = 2; b + 1 }", "{ a: 3 };"]), ["{ a: 1 }\n", "3\n", "3\n"]);
});
test("InterpreterTransformer() waits for promises, and goes on meanwhile with nothing else", async () => {
  assert.deepEqual(await answers(["Promise.resolve(7)", "_ + 1", 'Promise.reject(new Error("no"))', "1"]), [
    "7\n",
    "8\n",
    "Uncaught Error: no\n",
    "1\n",
  ]);
});
test("InterpreterTransformer() goes on after an error (the original failed there)", async () => {
  assert.deepEqual(await answers(["nothing.at.all", "1 +* 2", "throw 5", "throw new TypeError('x')", "1"]), [
    "Uncaught ReferenceError: nothing is not defined\n",
    "Uncaught SyntaxError: Unexpected token '*'\n",
    "Uncaught 5\n",
    "Uncaught TypeError: x\n",
    "1\n",
  ]);
});
test("InterpreterTransformer() interrupts what goes on and on", async () => {
  assert.deepEqual(await answers(["for (;;);", "1"], { timeout: 300 }), [
    "Uncaught Error: Script execution timed out after 300ms\n",
    "1\n",
  ]);
});
test("InterpreterTransformer() says what is missing when the input ends in the middle of a program", async () => {
  assert.deepEqual(await answers(["function f() {"]), ["Uncaught SyntaxError: Unexpected end of input\n"]);
});
test("InterpreterTransformer() says nothing to an empty line, and nothing more on shutdownMicroprocess", async () => {
  assert.deepEqual(await answers(["", "\n"]), []);
  const { outbox } = await drive(InterpreterTransformer(), { inbox: ["1 +"] }, { shutdown: "shutdownMicroprocess" });
  assert.deepEqual(outbox, []);
});
test("InterpreterTransformer() goes on after something was thrown that throws when one looks at it", async () => {
  const thrower = "throw Object.assign(new Error(), { toString() { throw 2 } })";
  assert.deepEqual(await answers([thrower, "1"]), ["Uncaught something that cannot be shown\n", "1\n"]);
});
test("InterpreterTransformer() refuses a time that cannot be", () => {
  for (const timeout of [0, Number.NaN, 1.5, 2 ** 32])
    assert.throws(() => InterpreterTransformer({ timeout }), {
      name: "RangeError",
      message: `Cannot interrupt programs after ${timeout} ms: give a whole number above 0, of 32 bits`,
    });
});
