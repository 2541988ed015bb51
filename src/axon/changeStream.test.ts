// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { make } from "../testing/make.ts";
import { type AnyComponent, type Change, changes, type Missed, System } from "./index.ts";

const brief = (name: string): AnyComponent => make(name, function* () {});

function text(change: Change | Missed): string {
  if (change.type === "missed") return `missed ${change.count}`;
  return change.type === "activated" || change.type === "ended" ? `${change.type} ${change.component.name}` : change.type;
}

test("changes() gives what happens from the moment of the call, also what happens before the loop begins", async () => {
  const system = new System();
  await system.run(brief("Before"));
  const stream = changes(system);
  await system.run(brief("First"));
  const seen: string[] = [];
  for await (const change of stream) {
    seen.push(text(change));
    if (seen.length === 2) system.activate(brief("Second"));
    if (seen.length === 4) break;
  }
  assert.deepEqual(seen, ["activated First_2", "ended First_2", "activated Second_3", "ended Second_3"]);
});
test("changes() leaves out the oldest when they are not taken, and says how many", async () => {
  const system = new System();
  const stream = changes(system, { most: 3 });
  for (const name of ["A", "B", "C"]) await system.run(brief(name));
  const seen: string[] = [];
  for await (const change of stream) {
    seen.push(text(change));
    if (seen.length === 4) break;
  }
  assert.deepEqual(seen, ["missed 3", "ended B_2", "activated C_3", "ended C_3"]);
});
test("changes() stops looking when the loop is left: nobody looks on any more", async () => {
  const system = new System();
  const stream = changes(system);
  assert.notEqual(system.changes, undefined);
  await stream.return!();
  assert.equal(system.changes, undefined);
  assert.deepEqual(await stream.next(), { value: undefined, done: true });
});
test("changes() ends for everybody who waits when it is left", async () => {
  const stream = changes(new System());
  const waiting = [stream.next(), stream.next()];
  await stream.return!();
  assert.deepEqual(
    (await Promise.all(waiting)).map(({ done }) => done),
    [true, true],
  );
});
test("changes() refuses to have no room at all", () => {
  assert.throws(() => changes(new System(), { most: 0 }), {
    name: "RangeError",
    message: "Cannot follow changes with room for 0: give 1 or more",
  });
});
