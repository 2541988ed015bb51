// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { at, drive, VirtualClock } from "../../testing/index.ts";
import { TokenBucket } from "./TokenBucket.ts";

test("TokenBucket() keeps the rate, headers and all, over any time", async () => {
  const clock = new VirtualClock();
  const messages = Array.from({ length: 1000 }, () => new Uint8Array(972));
  const { outbox } = await drive(TokenBucket({ rate: 8e6, burst: 10_000 }), { inbox: messages }, { clock });
  assert.equal(outbox.length, 1000);
  assert.ok(Math.abs(clock.now() - (1000 - 10)) < 2, `1000 kB at 1000 kB/s, 10 kB at once, took ${clock.now()} ms`);
});
test("TokenBucket() lets no more through at once than the burst, however long the pause was", async () => {
  const clock = new VirtualClock();
  const schedule = at(Object.fromEntries(Array.from({ length: 8 }, (_, n) => [100_000 + n / 1000, new Uint8Array(972)])));
  await drive(TokenBucket({ rate: 8e6, burst: 2000 }), { inbox: schedule }, { clock });
  assert.ok(clock.now() >= 100_006 && clock.now() < 100_008, `${clock.now()}`);
});
test("TokenBucket() refuses rates and sizes that there cannot be", () => {
  for (const options of [{ rate: 0 }, { rate: NaN }, { rate: 1, burst: -1 }, { rate: 1, overhead: -1 }])
    assert.throws(() => TokenBucket(options), RangeError);
});
