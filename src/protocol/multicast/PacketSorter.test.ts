// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { drive } from "../../testing/index.ts";
import { PacketSorter } from "./PacketSorter.ts";
import { packNack, packReport, packStatus } from "./wire.ts";

test("PacketSorter() gives requests to both sides, reports to senders, the rest to receivers, and says what is no packet", async () => {
  const nack = packNack({ receiver: 1, sender: 2, seen: 0, echo: 0, requests: [] });
  const report = packReport({ receiver: 1, sender: 2, echo: 0, received: 0, lost: 0, recovered: 0, missed: 0, nacks: 0, suppressed: 0 });
  const status = packStatus({ sender: 2, sequence: 0, blocks: 0, oldest: 0, time: 0, groupSize: 1, grtt: 1, ended: false, promises: [] });
  const { receivers, senders, malformed } = await drive(PacketSorter(), { inbox: [nack, report, status, status.subarray(1)] });
  assert.deepEqual(
    receivers.map(({ type }) => type),
    ["nack", "status"],
  );
  assert.deepEqual(
    senders.map(({ type }) => type),
    ["nack", "report"],
  );
  assert.match(malformed[0]!.reason, /^Cannot read a packet of ReliableMulticast: its version is 4, and not 1$/);
});
