// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { drive, VirtualClock } from "../testing/index.ts";
import { folderFor, openFiles, text } from "./parts.ts";
import { type RatedFile, RateControlledReusableFileReader } from "./RateControlledReusableFileReader.ts";

test("RateControlledReusableFileReader() reads each file at its own rate, and asks for the next one at its end", async (t) => {
  const folder = folderFor(t);
  const [a, b] = [join(folder, "a"), join(folder, "b")];
  writeFileSync(a, "x".repeat(1000));
  writeFileSync(b, "y".repeat(1000));
  const reader = RateControlledReusableFileReader();
  const clock = new VirtualClock();
  const orders: RatedFile[] = [
    [a, { rate: 1000, chunkSize: 100 }],
    [b, { rate: 100, chunkSize: 50 }],
  ];
  reader.inboxes.next.deliver(orders[0]!);
  clock.setTimer(() => reader.inboxes.next.deliver(orders[1]!), 5000);
  clock.setTimer(() => reader.stop(), 20_000);
  const { outbox, requestNext } = await drive(reader, {}, { clock, shutdown: false });
  assert.deepEqual([text(outbox), requestNext.length, openFiles(folder)], ["x".repeat(1000) + "y".repeat(1000), 2, []]);
  assert.deepEqual([outbox.filter(({ length }) => length === 100).length, outbox.filter(({ length }) => length === 50).length], [10, 20]);
});
