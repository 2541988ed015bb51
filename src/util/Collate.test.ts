// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { component, type Component, shutdownMicroprocess, System } from "../axon/index.ts";
import { Graphline } from "../chassis/index.ts";
import { drive, ToList } from "../testing/index.ts";
import { Collate } from "./Collate.ts";

test("Collate() sends one list of all that came, when the data has ended", async () => {
  await drive(Collate(), { inbox: [1, 2, 3] }).expect({ outbox: [[1, 2, 3]] });
});
test("Collate() sends an empty list when nothing came", async () => {
  await drive(Collate()).expect({ outbox: [[]] });
});
test("Collate() sends what it has, also on shutdownMicroprocess", async () => {
  const list: number[][] = [];
  const Source = (): Component<{}, { outbox: number }> =>
    component(Source, {
      outboxes: { outbox: "numbers" },
      *main(_, { outbox }, self) {
        outbox.send(1);
        outbox.send(2);
        yield;
        yield;
        self.stop(shutdownMicroprocess());
      },
    });
  const components = { SOURCE: Source(), COLLATE: Collate<number>(), LIST: ToList(list) };
  const linkages = { "SOURCE.outbox": "COLLATE.inbox", "SOURCE.signal": "COLLATE.control", "COLLATE.outbox": "LIST.inbox" } as const;
  const graph = Graphline({ components, linkages });
  const system = new System();
  const done = system.run(graph);
  await components.COLLATE.ended;
  components.LIST.stop({ type: "producerFinished" });
  await done;
  assert.deepEqual(list, [[1, 2]]);
});
