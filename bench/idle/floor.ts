// SPDX-License-Identifier: Apache-2.0
// The least that such a unit can be in JavaScript: a generator that waits, and four boxes that are a counter each.
import { measureIdle } from "./job.ts";

class Box {
  head = 0;
  tail = 0;
}

class Unit {
  readonly inbox: Box = new Box();
  readonly control: Box = new Box();
  readonly outbox: Box = new Box();
  readonly signal: Box = new Box();
  readonly generator: Generator<Box, void, boolean> = main(this.inbox, this.outbox);
}

function* main(inbox: Box, outbox: Box): Generator<Box, void, boolean> {
  while (yield inbox) outbox.tail += inbox.head++;
}

await measureIdle("floor: an object and a generator", async (units) => {
  const all: Unit[] = [];
  for (let i = 0; i < units; i++) {
    const unit = new Unit();
    unit.generator.next();
    all.push(unit);
  }
  return all;
});
