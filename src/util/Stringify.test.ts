// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { shutdownMicroprocess, System } from "../axon/index.ts";
import { drive, stepper } from "../testing/index.ts";
import { Stringify } from "./Stringify.ts";

test("Stringify() leaves text as it is, and reads bytes as UTF-8", async () => {
  await drive(Stringify(), { inbox: ["a\n", Buffer.from("grüß")] }).expect({ outbox: ["a\n", "grüß"] });
});
test("Stringify() lets things write themselves, and writes others as in a program, whole and on one line", async () => {
  const url = new URL("http://example.com/");
  const deep = { a: { b: { c: { d: [1] } } } };
  const long = Array.from({ length: 200 }, (_, i) => i);
  const inbox = [1, 10n, true, null, undefined, Symbol("s"), url, [1, "a"], deep, new Map([[1, 2]]), Object.create(null), long];
  const { outbox } = await drive(Stringify(), { inbox });
  const some = [
    "1",
    "10",
    "true",
    "null",
    "undefined",
    "Symbol(s)",
    "http://example.com/",
    "[ 1, 'a' ]",
    "{ a: { b: { c: { d: [ 1 ] } } } }",
  ];
  assert.deepEqual(outbox.slice(0, 11), [...some, "Map(1) { 1 => 2 }", "[Object: null prototype] {}"]);
  assert.equal(outbox[11], `[ ${long.join(", ")} ]`);
});
test("Stringify() waits without working, does nothing before it is activated, and can be stopped (the original could none of this)", async () => {
  const system = new System({ manual: true });
  const stringify = Stringify();
  assert.deepEqual(stepper(system).rest(), []);
  system.activate(stringify);
  assert.deepEqual(stepper(system).rest(), ["Stringify_1"]);
  stringify.stop();
  stepper(system).rest();
  assert.equal(stringify.isStopped, true);
  assert.deepEqual((await drive(Stringify(), {}, { shutdown: "shutdownMicroprocess" })).signal, [shutdownMicroprocess()]);
});
