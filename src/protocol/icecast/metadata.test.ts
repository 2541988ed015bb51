// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { formatMetadata, MetadataSplitter, parseMetadata } from "./metadata.ts";

test("formatMetadata() and parseMetadata() are inverse, for all titles that do not look like another field", () => {
  const title = fc.string({ unit: "grapheme", maxLength: 300 }).filter((text) => !/\p{Cc}|';|^\s*$/u.test(text) && text.isWellFormed());
  fc.assert(
    fc.property(title, title, (StreamTitle, StreamUrl) => {
      const block = formatMetadata({ StreamTitle, StreamUrl });
      assert.equal(block.length, 1 + block[0]! * 16);
      assert.deepEqual({ ...parseMetadata(block.subarray(1)) }, { StreamTitle, StreamUrl });
    }),
    { numRuns: 200 },
  );
});
test("formatMetadata() cuts what is too long for a block, between characters, and lets nobody write control characters", () => {
  const block = formatMetadata({ StreamTitle: "\u20ac".repeat(3000) });
  assert.equal(block[0], 255);
  assert.match(parseMetadata(block.subarray(1))["StreamTitle"]!, /^\u20ac{1354,1355}$/);
  assert.equal(parseMetadata(formatMetadata({ StreamTitle: "a\r\n\0b" }).subarray(1))["StreamTitle"], "a b");
});
test("MetadataSplitter takes any bytes, in any pieces, and loses none", () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 600 }),
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 50 }),
      (bytes, interval, size) => {
        const read = (pieces: readonly Uint8Array[]): [string, string[]] => {
          const sound: Uint8Array[] = [];
          const blocks: string[] = [];
          const splitter = new MetadataSplitter(interval);
          for (const piece of pieces)
            splitter.push(
              piece,
              (part) => sound.push(part),
              (block) => blocks.push(Buffer.from(block).toString("hex")),
            );
          return [Buffer.concat(sound).toString("hex"), blocks];
        };
        const cut = Array.from({ length: Math.ceil(bytes.length / size) }, (_, n) => bytes.subarray(n * size, (n + 1) * size));
        assert.deepEqual(read(cut), read([bytes]));
      },
    ),
    { numRuns: 200 },
  );
});
