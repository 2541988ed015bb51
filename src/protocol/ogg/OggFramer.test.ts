// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { drive } from "../../testing/index.ts";
import { OggFramer } from "./OggFramer.ts";
import { checksum } from "./page.ts";

test("OggFramer() writes the pages of RFC 3533 and RFC 7845", async () => {
  const { outbox } = await drive(OggFramer({ channels: 1, preSkip: 312 }), {
    inbox: [Buffer.from("78aa", "hex"), new Uint8Array(255).fill(0x78)],
  });
  const pages = outbox.map((page) => Buffer.from(page));
  const serial = pages[0]!.readUInt32LE(14);
  assert.deepEqual(
    pages.map((page) => [
      page.toString("latin1", 0, 4),
      page[5],
      Number(page.readBigUInt64LE(6)),
      page.readUInt32LE(18),
      page.subarray(26, 29).toString("hex"),
    ]),
    [
      ["OggS", 2, 0, 0, "01134f"],
      ["OggS", 0, 0, 1, "01184f"],
      ["OggS", 0, 1272, 2, "010278"],
      ["OggS", 4, 2232, 3, "02ff00"],
    ],
  );
  assert.equal(pages[0]!.subarray(28).toString("hex"), "4f707573486561640101380180bb0000000000");
  for (const page of pages) assert.deepEqual([page.readUInt32LE(14), page.readUInt32LE(22)], [serial, checksum(page)]);
});
test("OggFramer() refuses what there cannot be", async () => {
  for (const options of [{ channels: 3 }, { preSkip: -1 }]) assert.throws(() => OggFramer(options), RangeError);
  await assert.rejects(drive(OggFramer(), { inbox: [new Uint8Array(70_000), new Uint8Array(1)] }), /Cannot write a packet of 70000 bytes/);
});
