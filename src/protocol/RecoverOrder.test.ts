// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { at, drive, seedOf } from "../testing/index.ts";
import { type Numbered, RecoverOrder, type RecoverOrderOptions } from "./RecoverOrder.ts";

const numbered = (numbers: readonly number[]): Numbered<string>[] => numbers.map((n) => [n, `data ${n}`]);
const order = async (numbers: readonly number[], options?: RecoverOrderOptions): Promise<number[]> => {
  const { outbox } = await drive(RecoverOrder<string>(options), { inbox: numbered(numbers) });
  for (const [number, data] of outbox) assert.equal(data, `data ${number}`);
  return outbox.map(([number]) => number);
};

test("RecoverOrder() puts messages into order", async () => {
  assert.deepEqual(await order([10, 12, 11, 13, 15, 14, 16, 17, 18], { bufferSize: 4 }), [10, 11, 12, 13, 14, 15, 16, 17, 18]);
  assert.deepEqual(await order([12, 10, 11, 13], { bufferSize: 4, eager: false }), [10, 11, 12, 13]);
});
test("RecoverOrder wraps around (the original lost and mixed up what comes after)", async () => {
  const numbers = [65533, 65534, 65535, 0, 1, 2, 3, 4, 5];
  assert.deepEqual(await order(numbers, { bufferSize: 4, modulo: 65536 }), numbers);
  assert.deepEqual(await order([65534, 0, 65535, 2, 1], { modulo: 65536 }), [65534, 65535, 0, 1, 2]);
});
test("RecoverOrder tail loss: at the end all that waits is sent (the original kept the last ones for ever)", async () => {
  assert.deepEqual(await order([1, 2, 4, 5, 6]), [1, 2, 4, 5, 6]);
});
test("RecoverOrder() sends nothing twice, however late it comes again (the original did)", async () => {
  const { outbox, late } = await drive(RecoverOrder<string>({ bufferSize: 4 }), { inbox: numbered([1, 2, 2, 3, 1, 5, 5, 4, 3]) });
  assert.deepEqual(outbox, numbered([1, 2, 3, 4, 5]));
  assert.deepEqual(late, numbered([2, 1, 5, 3]));
});
test("RecoverOrder() tells what is missing, when it waits for it no longer", async () => {
  const { outbox, gaps } = await drive(RecoverOrder<string>({ bufferSize: 2, modulo: 8 }), { inbox: numbered([6, 1, 2, 4]) });
  assert.deepEqual(outbox, numbered([6, 1, 2, 4]));
  assert.deepEqual(gaps, [
    { first: 7, count: 2 },
    { first: 3, count: 1 },
  ]);
});
test("RecoverOrder() waits no longer than it is told to", async () => {
  const clock: number[] = [];
  const recover = RecoverOrder<string>({ timeout: 100 });
  const inbox = at({ 0: numbered([1])[0]!, 10: numbered([3])[0]!, 50: numbered([4])[0]!, 300: numbered([2])[0]! });
  const { outbox, gaps, late } = await drive(recover, { inbox });
  assert.deepEqual([outbox, gaps, late, clock], [numbered([1, 3, 4]), [{ first: 2, count: 1 }], numbered([2]), []]);
});
test("RecoverOrder() gives all messages in order if none is more than the buffer's size late", async () => {
  const shuffled = fc.array(fc.nat({ max: 19 }), { minLength: 1, maxLength: 200 }).chain((delays) => {
    const numbers = delays.map((delay, n) => ({ n, place: n + delay })).sort((a, b) => a.place - b.place || a.n - b.n);
    return fc.tuple(fc.constant(numbers.map(({ n }) => n)), fc.nat({ max: 999 }), fc.boolean());
  });
  await fc.assert(
    fc.asyncProperty(shuffled, async ([numbers, first, eager]) => {
      const wrapped = numbers.map((n) => (n + first) % 1000);
      const expected = numbers.toSorted((a, b) => a - b).map((n) => (n + first) % 1000);
      const sent = await order(wrapped, { bufferSize: 40, modulo: 1000, eager });
      const start = eager ? expected.indexOf(wrapped[0]!) : 0; // what comes before the very first is late
      assert.deepEqual(sent, expected.slice(start));
    }),
    { seed: seedOf("RecoverOrder order") },
  );
});
test("RecoverOrder() sends in order whatever comes", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat({ max: 300 }), { maxLength: 300 }), async (numbers) => {
      const { outbox, late } = await drive(RecoverOrder<string>({ bufferSize: 5, modulo: 1000 }), { inbox: numbered(numbers) });
      assert.equal(outbox.length + late.length, numbers.length);
      assert.deepEqual(
        outbox,
        outbox.toSorted(([a], [b]) => a - b),
      );
    }),
    { seed: seedOf("RecoverOrder anything") },
  );
});
test("RecoverOrder() refuses sizes, numbers and times that are none", () => {
  for (const options of [{ bufferSize: 0 }, { modulo: 60 }, { timeout: -1 }, { timeout: NaN }])
    assert.throws(() => RecoverOrder(options), RangeError);
});
