// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { drive } from "../testing/index.ts";
import { MaxSizePacketiser } from "./MaxSizePacketiser.ts";

const sizes = async (maxSize: number, ...lengths: readonly number[]): Promise<number[]> => {
  const { outbox } = await drive(MaxSizePacketiser({ maxSize }), { inbox: lengths.map((length) => new Uint8Array(length)) });
  return outbox.map(({ length }) => length);
};

test("MaxSizePacketiser() cuts messages, sends the rest at once, and passes empty ones on", async () => {
  assert.deepEqual(await sizes(1000, 2500, 1000, 0), [1000, 1000, 500, 1000, 0]);
  assert.deepEqual(await sizes(1, 3), [1, 1, 1]);
});
test("MaxSizePacketiser() changes no byte", async () => {
  const message = Uint8Array.from({ length: 1001 }, (_, n) => n);
  const { outbox } = await drive(MaxSizePacketiser({ maxSize: 7 }), { inbox: [message] });
  assert.deepEqual(new Uint8Array(Buffer.concat(outbox)), message);
});
test("MaxSizePacketiser() cuts all of a large message before it ends (the original never ended)", async () => {
  const { outbox } = await drive(MaxSizePacketiser({ maxSize: 10 }), { inbox: [new Uint8Array(10_000)] }, { bound: 1 });
  assert.equal(outbox.length, 1000);
});
test("MaxSizePacketiser() refuses sizes that are none", () => {
  for (const maxSize of [0, -1, NaN]) assert.throws(() => MaxSizePacketiser({ maxSize }), RangeError);
});
