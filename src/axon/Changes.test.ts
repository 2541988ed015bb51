// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { make } from "../testing/make.ts";
import { Changes } from "./Changes.ts";
import { type Change, producerFinished, System } from "./index.ts";

const change: Change = { type: "error", error: producerFinished() };

test("Changes() tells all listeners, in the order in which they came", () => {
  const changes = new Changes();
  const seen: string[] = [];
  for (const name of ["a", "b"])
    changes.add(
      (what) => seen.push(`${name} ${what.type}`),
      () => {},
    );
  changes.emit(change);
  assert.deepEqual(seen, ["a error", "b error"]);
});
test("Changes() says when the last listener has gone", () => {
  const changes = new Changes();
  let lasts = 0;
  const [one, two] = [
    changes.add(
      () => {},
      () => lasts++,
    ),
    changes.add(
      () => {},
      () => lasts++,
    ),
  ];
  one!();
  assert.equal(lasts, 0);
  two!();
  assert.equal(lasts, 1);
});
test("Changes() lets a listener leave while it is told", () => {
  const changes = new Changes();
  let told = 0;
  const leave = changes.add(
    () => {
      told++;
      leave();
    },
    () => {},
  );
  changes.emit(change);
  changes.emit(change);
  assert.equal(told, 1);
});
test("Changes(): who has stopped listening and says so again takes nobody else's changes away", async () => {
  const system = new System();
  const seen: string[] = [];
  const stop = system.observe(() => seen.push("first"));
  stop();
  system.observe(({ type }) => seen.push(type));
  stop();
  await system.run(make("Part", function* () {}));
  assert.deepEqual(seen, ["activated", "ended"]);
});
test("Changes() tells one function twice that listens twice, until each has stopped", () => {
  const changes = new Changes();
  let count = 0;
  const listener = (): void => void count++;
  const [one] = [changes.add(listener, () => {}), changes.add(listener, () => {})];
  changes.emit(change);
  one();
  changes.emit(change);
  assert.equal(count, 3);
});
