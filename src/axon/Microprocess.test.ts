// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { Echo, stepper } from "../testing/index.ts";
import { make } from "../testing/make.ts";
import { System } from "./index.ts";

test("Microprocess: a component is told of boxes by their names", () => {
  const echo = Echo();
  const { microprocess } = echo;
  assert.deepEqual(
    [echo.inboxes.inbox, echo.outboxes.signal, Echo().inboxes.inbox].map((box) => microprocess.nameOfBox(box)),
    ["Echo.inbox", "Echo.signal", "Echo.(deleted box)"],
  );
});
test("Microprocess: errors are thrown in the order in which they came, each once", () => {
  const { microprocess } = Echo();
  microprocess.throw(1);
  microprocess.throw(2);
  assert.deepEqual([microprocess.takeError(), microprocess.takeError()], [1, 2]);
  assert.equal(microprocess.flags, Echo().microprocess.flags);
});
test("Microprocess: a component held by two boxes goes on when both have room", () => {
  const [one, two] = [Echo(), Echo()];
  const part = make(
    "Part",
    function* (_, { a, b }) {
      for (let n = 0; n < 2; n++) {
        a.send(n);
        b.send(n);
      }
      yield;
    },
    { outboxes: ["a", "b"] },
  );
  part.link([part, "a"], [one, "inbox"], { bound: 1 });
  part.link([part, "b"], [two, "inbox"], { bound: 1 });
  const system = new System({ manual: true });
  system.expect("what this test does next");
  system.activate(part);
  const turns = stepper(system);
  turns.rest();
  for (const _ of one.inboxes.inbox);
  turns.rest();
  assert.deepEqual([part.isStopped, system.held], [false, 1]);
  for (const _ of two.inboxes.inbox);
  turns.rest();
  assert.deepEqual([part.isStopped, system.held], [true, 0]);
});
