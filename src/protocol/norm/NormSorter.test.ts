// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { drive } from "../../testing/index.ts";
import { NormSorter } from "./NormSorter.ts";
import { packNorm } from "./pack.ts";

const receiver = { source: 5, sequence: 0, server: 7, instance: 1, time: 0, feedback: undefined };

test("NormSorter() gives requests to both sides, confirmations to senders, and names what is no packet", async () => {
  const nack = packNorm({ type: "nack", ...receiver, requests: [] });
  const ack = packNorm({ type: "ack", ...receiver, ackType: 1, ackId: 0, payload: new Uint8Array(0) });
  const end = packNorm({ type: "end", source: 7, sequence: 0, instance: 1, grtt: 1, backoff: 4, groupSize: 10 });
  const { receivers, senders, malformed } = await drive(NormSorter(), { inbox: [nack, ack, end, new Uint8Array(3)] });
  assert.deepEqual(
    [receivers, senders].map((list) => list.map(({ type }) => type)),
    [
      ["nack", "end"],
      ["nack", "ack"],
    ],
  );
  assert.deepEqual(malformed, [{ bytes: new Uint8Array(3), reason: "Cannot read a packet of NORM: it has 3 bytes" }]);
});
