// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { System } from "../axon/index.ts";
import { drive, stepper } from "../testing/index.ts";
import { DataSource } from "./DataSource.ts";

test("DataSource() sends its messages, one each turn, then ends", async () => {
  const { outbox, signal } = await drive(DataSource(["hello", "world"]), {}, { shutdown: false });
  assert.deepEqual([outbox, signal.map(({ type }) => type)], [["hello", "world"], ["producerFinished"]]);
  const system = new System({ manual: true });
  system.activate(DataSource([1, 2, 3]));
  assert.equal(stepper(system).rest().length, 4);
});
test("DataSource() leaves the list as it is (the original emptied it)", async () => {
  const list = [1, 2, 3];
  await drive(DataSource(list), {}, { shutdown: false });
  assert.deepEqual(list, [1, 2, 3]);
});
test("DataSource() lets an iterator clean up when it is stopped", async () => {
  let cleanedUp = false;
  function* endless(): Generator<number> {
    try {
      for (let n = 0; ; n++) yield n;
    } finally {
      cleanedUp = true;
    }
  }
  const system = new System({ manual: true });
  const source = DataSource(endless());
  system.activate(source);
  stepper(system).steps(3);
  source.stop();
  stepper(system).rest();
  assert.equal(cleanedUp, true);
});
