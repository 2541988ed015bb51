// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { tap } from "../../axon/index.ts";
import { at, drive, VirtualClock } from "../../testing/index.ts";
import { RateLimit, type RateLimitOptions } from "./RateLimit.ts";

const BLOCK = Buffer.alloc(125); // a millisecond at 1 Mbit/s

/** When each of so many blocks passes that all come at these times. */
async function passes(options: RateLimitOptions, times: readonly number[]): Promise<number[]> {
  const passed: number[] = [];
  const clock = new VirtualClock();
  const limit = RateLimit(options);
  tap(limit.outboxes.outbox, () => passed.push(Math.round(clock.now() * 1000) / 1000));
  if (times.every((time) => time === 0)) await drive(limit, { inbox: times.map(() => BLOCK) }, { clock });
  else await drive(limit, { inbox: at(Object.fromEntries(times.map((time) => [time, BLOCK]))) }, { clock });
  return passed;
}

test("RateLimit() lets bytes pass at its rate, and loses none", async () => {
  assert.deepEqual(await passes({ rate: 1e6 }, [0, 0, 0, 0]), [1, 2, 3, 4]);
  assert.deepEqual(await passes({ rate: 1e6 }, [0, 10, 20]), [1, 11, 21]);
});

test("RateLimit() lets a burst pass at once after a rest", async () => {
  assert.deepEqual(await passes({ rate: 1e6, burst: 250 }, [0, 0, 0, 0]), [0, 0, 1, 2]);
  assert.deepEqual(await passes({ rate: 1e6, burst: 125 }, [0, 1, 2, 10, 11]), [0, 1, 2, 10, 11]);
});

test("RateLimit() with a queue loses what finds no room", async () => {
  assert.deepEqual(await passes({ rate: 1e6, queue: 3 }, [0, 0, 0, 0, 0, 0, 0]), [1, 2, 3]);
});

test("RateLimit() without a queue takes no more than it can send: who sends is held", async () => {
  const limit = RateLimit({ rate: 1e6 });
  let most = 0;
  tap(limit.outboxes.outbox, () => (most = Math.max(most, limit.inboxes.inbox.length)));
  await drive(limit, { inbox: Array.from({ length: 100 }, () => BLOCK) });
  assert.ok(most >= 97, `${most} waited in the inbox`);
});

test("RateLimit() refuses rates and queues that let nothing pass", () => {
  assert.throws(() => RateLimit({ rate: 0 }), /Cannot pass 0 bits in a second: give more than 0/);
  assert.throws(() => RateLimit({ rate: 1, queue: 0 }), RangeError);
  assert.throws(() => RateLimit({ rate: 1, burst: -1 }), RangeError);
});
