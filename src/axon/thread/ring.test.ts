// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { seedOf } from "../../testing/index.ts";
import { allocateMemory, RING_BYTES, SYSTEM } from "./memory.ts";
import { BYTES, CONSTANT, NUMBER, RingReader, RingWriter, VALUE } from "./ring.ts";

type Entry = Uint8Array | number | "value" | undefined;

function makeRing(): { writer: RingWriter; reader: RingReader } {
  const memory = allocateMemory(2);
  return { writer: new RingWriter(memory, SYSTEM), reader: new RingReader(memory, SYSTEM, (size) => new ArrayBuffer(size)) };
}

/** Writes one entry, if it fits. */
function write(writer: RingWriter, box: number, entry: Entry): boolean {
  if (!writer.hasRoom(entry instanceof Uint8Array ? entry.length : 8)) return false;
  if (entry instanceof Uint8Array) writer.bytes(box, entry);
  else if (typeof entry === "number") writer.number(box, entry);
  else if (entry === "value") writer.mark(VALUE, box, 0);
  else writer.mark(CONSTANT, box, 3);
  return true;
}

/** Reads one entry that must be there. */
function read(reader: RingReader): [number, Entry] {
  assert.ok(reader.next());
  if (reader.kind === BYTES) return [reader.box, reader.bytes()];
  if (reader.kind === NUMBER) return [reader.box, reader.number()];
  if (reader.kind === VALUE) return [reader.box, "value"];
  assert.equal(reader.length, 3);
  return [reader.box, undefined];
}

const entries = fc.array(
  fc.tuple(
    fc.nat(1),
    fc.oneof(
      fc.oneof(fc.nat(40), fc.nat(2 ** 15)).map((length) => new Uint8Array(length).fill(length + 1)),
      fc.double({ noNaN: true }),
      fc.constant("value" as const),
      fc.constant(undefined),
    ),
  ),
  { maxLength: 60 },
);

test("what is written to a ring is read from it, whatever the sizes, however often it is gone round", () => {
  const { writer, reader } = makeRing();
  const expected: [number, Entry][] = [];
  const property = fc.property(entries, fc.array(fc.nat(40)), (list, pauses) => {
    list.forEach(([box, entry], i) => {
      while (!write(writer, box, entry)) {
        writer.publish();
        assert.deepEqual(read(reader), expected.shift());
        while (expected.length > 0 && reader.available) assert.deepEqual(read(reader), expected.shift());
        reader.free();
      }
      expected.push([box, entry]);
      if (!pauses.includes(i)) return;
      writer.publish();
      for (let some = i % 7; some > 0 && expected.length > 0; some--) assert.deepEqual(read(reader), expected.shift());
      reader.free();
    });
  });
  fc.assert(property, { numRuns: 300, seed: seedOf() });
});
test("nothing is seen before it is published", () => {
  const { writer, reader } = makeRing();
  writer.number(0, 1);
  assert.deepEqual([reader.available, reader.next()], [false, false]);
  assert.equal(writer.publish(), true);
  assert.equal(writer.publish(), false);
  assert.deepEqual(read(reader), [0, 1]);
  assert.equal(reader.next(), false);
});
test("a full ring has no room until it is read and given back, and its reader hears who waits for that", () => {
  const { writer, reader } = makeRing();
  const bytes = new Uint8Array(1000).fill(9);
  let count = 0;
  while (write(writer, 1, bytes)) count++;
  assert.ok(count * 1008 <= RING_BYTES && (count + 1) * 1008 > RING_BYTES - 1008);
  writer.publish();
  assert.equal(writer.wantRoom(1000), false);
  for (let i = 0; i < count; i++) assert.deepEqual(read(reader), [1, bytes]);
  assert.equal(writer.hasRoom(1000), false);
  assert.equal(reader.free(), true);
  assert.equal(reader.free(), false);
  assert.equal(writer.wantRoom(1000), true);
});
test("a ring goes on beyond 2^32 bytes", () => {
  const { writer, reader } = makeRing();
  const bytes = new Uint8Array(2 ** 15);
  let total = 0;
  for (let i = 0; total < 2 ** 32 + RING_BYTES; i++) {
    while (writer.hasRoom(bytes.length)) {
      writer.bytes(0, bytes);
      total += bytes.length + 8;
    }
    writer.number(1, i);
    writer.publish();
    let last: number | undefined;
    while (reader.next()) if (reader.kind === NUMBER) last = reader.number();
    assert.equal(last, i);
    reader.free();
  }
});
