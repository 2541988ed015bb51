// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { Pipeline } from "../../../chassis/index.ts";
import { Tap } from "../../../util/index.ts";
import { CreepingClock } from "../../../util/parts.ts";
import { at, drive, VirtualClock } from "../../../testing/index.ts";
import type { RTPContent } from "../packet.ts";
import { RTPPacer, type RTPPacerOptions } from "./RTPPacer.ts";

const content = (timestamp: number): RTPContent => ({ payloadtype: 0, payload: new Uint8Array(1), timestamp, ssrc: 1 });

async function times(contents: Parameters<typeof drive>[1], options?: RTPPacerOptions): Promise<number[]> {
  const clock = new VirtualClock();
  const list: number[] = [];
  await drive(
    Pipeline(
      RTPPacer(options),
      Tap<RTPContent>(() => list.push(Math.round(clock.now()))),
    ),
    contents,
    { clock },
  );
  return list;
}

test("RTPPacer() sends each content when its timestamp says so", async () => {
  assert.deepEqual(await times({ inbox: [7000, 16_000, 16_000, 97_000].map(content) }), [0, 100, 100, 1000]);
});
test("RTPPacer() does not drift, and counts modulo 2^32", async () => {
  const contents = Array.from({ length: 3001 }, (_, n) => content((2 ** 32 - 1000 + n * 3003) % 2 ** 32));
  assert.equal((await times({ inbox: contents })).at(-1), 100_100);
});
test("RTPPacer() bears a clock that goes on between two looks at it", async () => {
  const contents = Array.from({ length: 1000 }, (_, n) => content(n));
  const { outbox } = await drive(RTPPacer({ clockRate: 500_000 }), { inbox: contents }, { clock: new CreepingClock() });
  assert.equal(outbox.length, 1000);
});
test("RTPPacer() begins anew where the timestamps jump", async () => {
  assert.deepEqual(await times({ inbox: [0, 90_000, 90_000_000, 90_090_000, 5, 90_005].map(content) }), [0, 1000, 1000, 2000, 2000, 3000]);
});
test("RTPPacer() makes up for a short pause, and begins anew after a long one", async () => {
  const short = at({ 0: content(0), 1000: content(9000), 1001: content(90_000), 1002: content(180_000) });
  assert.deepEqual(await times({ inbox: short }), [0, 1000, 1001, 2000]);
  const long = at({ 0: content(0), 9000: content(9000), 9001: content(18_000) });
  assert.deepEqual(await times({ inbox: long }), [0, 9000, 9100]);
});
test("RTPPacer() refuses rates and times that are none", () => {
  for (const options of [{ clockRate: 0 }, { maxJump: 0 }]) assert.throws(() => RTPPacer(options), RangeError);
});
