// SPDX-License-Identifier: Apache-2.0
// Whatever comes, the parsers either understand it or say what is wrong, and it makes no difference how it is cut. A failing run names its seed: repeat it with
// KAMAELIA_SEED.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Component } from "../axon/index.ts";
import { at, drive, type Schedule, seedOf } from "../testing/index.ts";
import { chunk, joined, riff, text } from "./parts.ts";
import { WAVParser } from "./WAVParser.ts";
import { YUV4MPEGToFrame } from "./YUV4MPEGToFrame.ts";

const letters = (all: string): Uint8Array => Uint8Array.from(text(all));
const number = (value: number): number[] => [value & 255, (value >> 8) & 255, (value >> 16) & 255, value >>> 24];

/** Files that are nearly right. */
const wav = fc
  .record({
    magic: fc.constantFrom("RIFF", "RF64", "BW64"),
    size: fc.constantFrom(undefined, 0, 0xffff_ffff, 7, 0x7fff_ffff),
    chunks: fc.array(
      fc.oneof(
        fc.tuple(fc.constantFrom(1, 3, 6, 0xfffe), fc.nat(3), fc.constantFrom(8, 16, 24, 32)).map(([tag, channels, bits]) => {
          const head = [tag & 255, tag >> 8, channels, 0, ...number(8000), ...number(8000), (channels * bits) / 8, 0, bits, 0];
          return chunk("fmt ", [...head, ...(tag === 0xfffe ? [22, 0, bits, 0, 0, 0, 0, 0, 1, 0] : [])]);
        }),
        fc.uint8Array({ maxLength: 40 }).map((bytes) => chunk("LIST", [...text("INFO"), ...bytes])),
        fc
          .tuple(fc.constantFrom("junk", "ds64", "LIST", "data", "fmt "), fc.uint8Array({ maxLength: 60 }))
          .map(([id, bytes]) => chunk(id, bytes)),
        fc.constantFrom(0, 0xffff_ffff, 0x7fff_ffff).map((size) => chunk("data", [1, 2, 3, 4], size)),
      ),
      { maxLength: 5 },
    ),
  })
  .map(({ magic, size, chunks }) => {
    const bytes = riff(...chunks);
    bytes.set(text(magic));
    if (size !== undefined) bytes.set(number(size), 4);
    return bytes;
  });
const tag = fc.constantFrom(
  "W2",
  "H2",
  "W4",
  "H1",
  "C444",
  "C420jpeg",
  "Cmono16",
  "C411",
  "F25:1",
  "F1:0",
  "It",
  "Im",
  "Xy",
  "A1:1",
  "W",
  "H0",
  "C",
  "",
);
const y4m = fc
  .record({
    tags: fc.array(tag, { maxLength: 5 }),
    frames: fc.array(fc.tuple(fc.constantFrom("", " Itip", " Xa", " I"), fc.nat(20)), { maxLength: 3 }),
  })
  .map(({ tags, frames }) =>
    joined([
      letters(`YUV4MPEG2 W2 H2 ${tags.join(" ")}\n`),
      ...frames.flatMap(([words, length]) => [letters(`FRAME${words}\n`), new Uint8Array(length)]),
    ]),
  );

/** A file with bytes changed, or cut off. */
function mutated(file: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> {
  const changes = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 });
  return fc.tuple(file, changes, fc.option(fc.nat())).map(([bytes, edits, end]) => {
    for (const [at, value] of edits) if (bytes.length > 0) bytes[at % bytes.length] = value;
    return end === null ? bytes : bytes.subarray(0, end % (bytes.length + 1));
  });
}

/** The same bytes in pieces. */
function split(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length];
  return places.slice(1).map((end, i) => bytes.slice(places[i], end));
}

/** What became of it: everything sent, or what is wrong. */
async function outcome(
  parser: Component<any, any>,
  inbox: Uint8Array[] | Schedule<Uint8Array>,
  shutdown: "producerFinished" | "shutdownMicroprocess" = "producerFinished",
): Promise<unknown> {
  try {
    const { outbox = [], signal: _, ...others } = await drive(parser, { inbox } as never, { shutdown });
    const isBytes = outbox.every((message) => message instanceof Uint8Array);
    return { outbox: isBytes ? joined(outbox) : outbox, others };
  } catch (error) {
    const { cause } = error as Error;
    assert.ok(cause instanceof SyntaxError || cause instanceof RangeError, String(cause));
    assert.match(cause.message, /^Cannot read this (WAV|YUV4MPEG)( at byte \d+)?: ./);
    return cause.message;
  }
}

for (const [name, make, file] of [
  ["WAVParser", () => WAVParser({ maxChunk: 1000 }), wav],
  ["YUV4MPEGToFrame", () => YUV4MPEGToFrame({ maxFrame: 1000 }), y4m],
] as const) {
  const cuts = fc.array(fc.nat(), { maxLength: 6 });
  const any = fc.oneof(file, mutated(file), fc.uint8Array({ maxLength: 100 }));
  test(`${name}() understands anything, or says what is wrong with it, however it is cut`, async () => {
    await fc.assert(
      fc.asyncProperty(any, cuts, async (bytes, places) => {
        const whole = await outcome(make(), [bytes]);
        assert.deepEqual(await outcome(make(), split(bytes, places)), whole);
        assert.deepEqual(
          await outcome(
            make(),
            [...bytes].map((byte) => Uint8Array.of(byte)),
          ),
          whole,
        );
      }),
      { seed: seedOf(name), numRuns: 400 },
    );
  });
  test(`${name}() stops at once in the middle of anything`, async () => {
    await fc.assert(
      fc.asyncProperty(mutated(file), async (bytes) => {
        // it has read all there is when it is stopped, and waits for more, or has ended
        const schedule = at({ 0: bytes, 5: new Uint8Array(0) });
        const stopped = await outcome(make(), schedule, "shutdownMicroprocess");
        if (typeof stopped === "string") assert.doesNotMatch(stopped, /it ends/);
      }),
      { seed: seedOf(`${name} stops`), numRuns: 100 },
    );
  });
}
test("WAVParser() and YUV4MPEGToFrame() keep no more than they need, whatever is promised", async () => {
  const promise = riff(chunk("junk", [], 0xffff_fffe));
  const junk = Array.from({ length: 100 }, () => new Uint8Array(2 ** 16));
  const before = process.memoryUsage().arrayBuffers;
  await outcome(WAVParser(), [promise, ...junk]);
  await outcome(YUV4MPEGToFrame(), [letters("YUV4MPEG2 W60000 H1400\nFRAME\n"), Uint8Array.of(1)]);
  assert.ok(process.memoryUsage().arrayBuffers - before < 2 ** 24);
});
