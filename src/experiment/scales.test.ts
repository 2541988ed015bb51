// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Axis } from "./plot.ts";
import { type Scale, scalesOf, short } from "./scales.ts";

/** The vertical scale for some values. */
function scaleFor(values: readonly number[], axis: Partial<Axis> = {}, ticks = 6): Scale {
  const points = values.map((y, x) => ({ x, y }));
  return scalesOf({ x: { label: "x" }, y: { label: "y", ...axis }, series: [{ name: "s", points }] }, { x: 6, y: ticks }).y;
}
const labels = (scale: Scale): string[] => scale.ticks.map(({ label }) => label);

test("ticks are round numbers, and begin at 0 if that is not far", () => {
  assert.deepEqual(labels(scaleFor([0.12, 0.93])), ["0", "0.2", "0.4", "0.6", "0.8", "1"]);
  assert.deepEqual(labels(scaleFor([980, 1015])), ["980", "990", "1000", "1010", "1020"]);
  assert.deepEqual(labels(scaleFor([-3, 4], {}, 4)), ["−4", "−2", "0", "2", "4"]);
  assert.equal(labels(scaleFor([50, 100.004], { from: 0 }, 5)).at(-1), "100"); // a trifle needs no tick of its own
  assert.deepEqual(labels(scaleFor([0, 7e6])), ["0", "2M", "4M", "6M", "8M"]);
  assert.deepEqual(labels(scaleFor([5], { from: 0, to: 100 }, 5)), ["0", "20", "40", "60", "80", "100"]);
});

test("ticks of a logarithmic axis are 1, 2 and 5 times powers of ten, or fewer where there are many", () => {
  assert.deepEqual(labels(scaleFor([0.6, 15], { scale: "log" })), ["0.5", "1", "2", "5", "10", "20"]);
  assert.deepEqual(labels(scaleFor([1, 900], { scale: "log" })), ["1", "3", "10", "30", "100", "300", "1000"]);
  assert.deepEqual(labels(scaleFor([1e-3, 1e9], { scale: "log" })), ["0.0001", "0.01", "1", "100", "10k", "1M", "100M", "10G"]);
});

test("numbers at ticks are short", () => {
  const numbers = [0, 1, -1.5, 0.05, 1500, 20_000, 1.5e6, 2e9, 0.1 + 0.2, 0.00002];
  assert.deepEqual(numbers.map(short), ["0", "1", "−1.5", "0.05", "1500", "20k", "1.5M", "2G", "0.3", "2e-5"]);
});

test("every value has a place from 0 to 1, in their order, whatever the values are", () => {
  const value = fc.double({ min: -1e12, max: 1e12, noNaN: true }).map((one) => (Math.abs(one) < 1e-100 ? 0 : one));
  fc.assert(
    fc.property(fc.array(value, { minLength: 1 }), (values) => {
      const { place, ticks } = scaleFor(values);
      for (const one of values) assert.ok(place(one) >= -0.001 && place(one) <= 1.001);
      assert.ok(ticks.length >= 2 && ticks.length <= 20, `${ticks.length} ticks`);
      for (const tick of ticks) assert.ok(place(tick.value) >= -1e-6 && place(tick.value) <= 1 + 1e-6);
    }),
  );
  fc.assert(
    fc.property(fc.array(fc.double({ min: 1e-9, max: 1e12, noNaN: true }), { minLength: 1 }), (values) => {
      const { place, ticks } = scaleFor(values, { scale: "log" });
      for (const one of values) assert.ok(place(one) >= -1e-6 && place(one) <= 1 + 1e-6, `${one}: ${place(one)}`);
      assert.ok(ticks.length >= 1 && ticks.length <= 20, `${ticks.length} ticks`);
    }),
  );
});

test("an axis that is missing is told of, and what to give", () => {
  const plot = { y: { label: "y" }, series: [] };
  assert.throws(() => scalesOf(plot as never, { x: 6, y: 6 }), { message: 'Cannot plot: there is no x; give x: { label: "time (s)" }' });
});
