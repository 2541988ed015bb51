// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { drive } from "../testing/index.ts";
import { DetectSilence, type DetectSilenceOptions } from "./DetectSilence.ts";
import { encodeSamples } from "./formats.ts";
import { cut } from "./parts.ts";

const rate = { sample_rate: 10 } as const;
const loud = (count: number): number[] => new Array<number>(count).fill(0.5);
const quiet = (count: number): number[] => new Array<number>(count).fill(0.0001);
const events = async (samples: number[], options: DetectSilenceOptions = {}, size = 3) =>
  (await drive(DetectSilence({ ...rate, ...options }), { inbox: cut(encodeSamples(samples, "S16_LE"), size) })).outbox;

test("DetectSilence() says when silence began, once it is long enough, and when it ended", async () => {
  const samples = [...loud(10), ...quiet(4), ...loud(1), ...quiet(10), ...loud(5), ...quiet(5)];
  for (const size of [1, 3, 1000])
    assert.deepEqual(await events(samples, {}, size), [
      ["silence", 1.5],
      ["sound", 2.5],
      ["silence", 3],
    ]);
});
test("DetectSilence() wants all channels silent", async () => {
  const samples = [...quiet(20), ...loud(1), ...quiet(21)];
  assert.deepEqual(await events(samples, { channels: 2 }), [
    ["silence", 0],
    ["sound", 1],
    ["silence", 1.1],
  ]);
});
test("DetectSilence({ threshold, minimum }) says what silence is", async () => {
  assert.deepEqual(await events([...loud(3), ...quiet(3)], { threshold: -90 }), []);
  assert.deepEqual(await events(loud(3), { threshold: -6, minimum: 0.2 }), [["silence", 0]]);
  assert.throws(() => DetectSilence({ threshold: 1 }), { message: "Cannot detect silence below 1 dBFS: as loud as can be is 0" });
  assert.throws(() => DetectSilence({ minimum: -1 }), { message: "Cannot detect silence of -1 s: give 0 or more" });
});
