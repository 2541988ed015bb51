// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Component, component, sleep, System } from "../axon/index.ts";
import { Pipeline } from "../chassis/index.ts";
import { at, drive, VirtualClock } from "../testing/index.ts";
import { RateChunker } from "./RateChunker.ts";

const lengths = (chunks: readonly Uint8Array[]): number[] => chunks.map(({ length }) => length);
const HOUR = 3600;

/** What a sound card gives: the samples since the last time, every so many milliseconds. */
function Sound({
  rate,
  quantum,
  every,
  seconds,
}: {
  rate: number;
  quantum: number;
  every: number;
  seconds: number;
}): Component<{}, { outbox: Uint8Array }> {
  return component(Sound, {
    outboxes: { outbox: "samples" },
    *main(_, { outbox }, self) {
      const { clock } = self.system;
      let sent = 0;
      for (let time = every; time <= seconds * 1000; time += every) {
        yield sleep(time - clock.now());
        const due = Math.floor((time * rate) / quantum / 1000) * quantum;
        outbox.send(new Uint8Array(due - sent));
        sent = due;
      }
    },
  });
}

test("RateChunker() takes bytes (the original took text only), and sends the rest at the end (the original lost it)", async () => {
  const { outbox } = await drive(RateChunker({ dataRate: 8, chunkRate: 2, quantaSize: 2 }), {
    inbox: [Uint8Array.of(1, 2, 3, 4, 5, 6, 7)],
  });
  assert.deepEqual(outbox, [Uint8Array.of(1, 2, 3, 4), Uint8Array.of(5, 6, 7)]);
});
test("RateChunker() keeps samples whole, and makes some chunks longer when the rates do not divide evenly", async () => {
  const chunker = RateChunker({ dataRate: 10 * 4, chunkRate: 4, quantaSize: 4 });
  const { outbox } = await drive(chunker, { inbox: [new Uint8Array(33), new Uint8Array(47)] });
  assert.deepEqual(lengths(outbox), [8, 12, 8, 12, 8, 12, 8, 12]);
});
test("RateChunker() sends empty chunks when the data is slow, so that their rate is right", async () => {
  const { outbox } = await drive(RateChunker({ dataRate: 1, chunkRate: 2 }), { inbox: [new Uint8Array(2)] });
  assert.deepEqual(lengths(outbox), [0, 1, 0, 1, 0]);
});
for (const { rate, pictures } of [
  { rate: 48_000, pictures: 25 },
  { rate: 44_100, pictures: 30_000 / 1001 },
  { rate: 11_025, pictures: 23.976 },
  { rate: 8000, pictures: 333.3 },
])
  test(`RateChunker() keeps its rate over an hour of virtual time: ${rate} samples, ${pictures} chunks a second`, async () => {
    const quantum = 4;
    const dataRate = rate * quantum;
    const clock = new VirtualClock();
    const chunks: { readonly time: number; readonly length: number }[] = [];
    const Note = (): Component<{ inbox: Uint8Array }, {}> =>
      component(Note, {
        inboxes: { inbox: "chunks" },
        *main({ inbox }) {
          while (yield inbox) for (const { length } of inbox) chunks.push({ time: clock.now() / 1000, length });
        },
      });
    const sound = Sound({ rate: dataRate, quantum, every: 100, seconds: HOUR });
    await new System({ clock }).run(Pipeline(sound, RateChunker({ dataRate, chunkRate: pictures, quantaSize: quantum }), Note()));
    let bytes = 0;
    for (const [i, { time, length }] of chunks.entries()) {
      bytes += length;
      if (bytes === dataRate * HOUR) break; // the last one may be shorter
      const due = (i + 1) / pictures;
      assert.equal(length % quantum, 0);
      assert.ok(Math.abs(due * dataRate - bytes) < quantum + 1e-3, `after chunk ${i} it is ${due * dataRate - bytes} bytes off`);
      assert.ok(time > due - quantum / dataRate - 1e-6 && time < due + 0.1 + 1e-6, `chunk ${i} came at ${time} s, not at ${due} s`);
    }
    assert.deepEqual([clock.now() / 1000, bytes], [HOUR, dataRate * HOUR]);
    assert.equal(chunks.length, Math.ceil(HOUR * pictures - 1e-6));
  });
test("RateChunker() waits when nobody takes its chunks", async () => {
  const { outbox } = await drive(RateChunker({ dataRate: 100, chunkRate: 100 }), { inbox: [new Uint8Array(500)] }, { bound: 1 });
  assert.equal(outbox.length, 500);
});
test("RateChunker() sends no rest on shutdownMicroprocess", async () => {
  const inbox = at({ 0: new Uint8Array(15), 10: new Uint8Array(1) });
  const { outbox } = await drive(RateChunker({ dataRate: 10, chunkRate: 1 }), { inbox }, { shutdown: "shutdownMicroprocess" });
  assert.deepEqual(lengths(outbox), [10]);
});
test("RateChunker() refuses what is no rate", () => {
  const good = { dataRate: 1, chunkRate: 1 };
  for (const bad of [
    { dataRate: 0 },
    { chunkRate: -1 },
    { chunkRate: Infinity },
    { dataRate: Number.NaN },
    { dataRate: Infinity },
    { quantaSize: 0 },
    { quantaSize: 1.5 },
  ])
    assert.throws(() => RateChunker({ ...good, ...bad }), RangeError);
});
