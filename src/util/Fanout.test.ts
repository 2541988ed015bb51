// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { producerFinished, shutdownMicroprocess, System } from "../axon/index.ts";
import { Graphline } from "../chassis/index.ts";
import { drive, Feed, ToList } from "../testing/index.ts";
import { Fanout } from "./Fanout.ts";

test("Fanout() sends each message from each of the outboxes that it was given names for, in order", async () => {
  const numbers = Array.from({ length: 300 }, (_, i) => i);
  const { a, b, c } = await drive(Fanout<number, "a" | "b" | "c">(["a", "b", "c"]), { inbox: numbers });
  assert.deepEqual([a, b, c], [numbers, numbers, numbers]);
});
test("Fanout() sends nothing to outbox and signal (the original did)", async () => {
  const fanout = Fanout(["a"]);
  assert(!("outbox" in fanout.outboxes));
  assert.deepEqual((await drive(fanout, { inbox: [1, 2] })).signal, [producerFinished()]);
});
test("Fanout() tells all its readers what ends it", async () => {
  for (const shutdown of ["producerFinished", "shutdownMicroprocess"] as const) {
    const { signal, a_signal, b_signal } = await drive(Fanout(["a", "b"] as const), {}, { shutdown });
    const told = [shutdown === "producerFinished" ? producerFinished() : shutdownMicroprocess()];
    assert.deepEqual([signal, a_signal, b_signal], [told, told, told]);
  }
  const [screen, file]: number[][] = [[], []] as number[][];
  await new System().run(
    Graphline({
      components: { FEED: Feed([1, 2]), FAN: Fanout<number, "screen" | "file">(["screen", "file"]), A: ToList(screen!), B: ToList(file!) },
      linkages: {
        "FEED.outbox": "FAN.inbox",
        "FEED.signal": "FAN.control",
        "FAN.screen": "A.inbox",
        "FAN.screen_signal": "A.control",
        "FAN.file": "B.inbox",
        "FAN.file_signal": "B.control",
      },
    }),
  );
  assert.deepEqual(
    [screen, file],
    [
      [1, 2],
      [1, 2],
    ],
  );
});
test("Fanout() refuses names that come twice, or are taken", () => {
  assert.throws(() => Fanout(["a", "a"]), { name: "RangeError", message: 'Cannot make a Fanout to "a": there is a box "a" already' });
  assert.throws(() => Fanout(["signal"]), { message: 'Cannot make a Fanout to "signal": there is a box "signal" already' });
  assert.throws(() => Fanout(["a", "a_signal"]), RangeError);
  Fanout(["toString"]);
});
test("Fanout(): a name that it does not have does not compile", () => {
  const fanout = Fanout<number, "a" | "b">(["a", "b"]);
  // @ts-expect-error -- it has only a and b
  assert.equal(fanout.outboxes.c, undefined);
  assert.equal(fanout.outboxes.a.linked, false);
});
