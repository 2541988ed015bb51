// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";

import { producerFinished } from "../axon/index.ts";
import { drive } from "../testing/index.ts";
import { chunk, cut, joined, riff, text } from "./parts.ts";
import { WAVParser, type WAVParserOptions } from "./WAVParser.ts";

/** "fmt " of 16 bits, two channels, 44.1 kHz. */
const FMT = chunk("fmt ", [1, 0, 2, 0, 0x44, 0xac, 0, 0, 0x10, 0xb1, 2, 0, 4, 0, 16, 0]);
const AUDIO = [1, 2, 3, 4, 5, 6, 7, 8];
const META = { sample_format: "S16_LE", channels: 2, sample_rate: 44_100, frames: 2 } as const;

/** "fmt " with these numbers; more bytes may follow. */
function fmt(
  tag: number,
  channels: number,
  rate: number,
  bits: number,
  more: number[] = [],
  align: number = (channels * bits) / 8,
): Uint8Array {
  const bytes = new Uint8Array(16 + more.length);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, tag, true);
  view.setUint16(2, channels, true);
  view.setUint32(4, rate, true);
  view.setUint32(8, rate * align, true);
  view.setUint16(12, align, true);
  view.setUint16(14, bits, true);
  bytes.set(more, 16);
  return chunk("fmt ", bytes);
}
/** What follows in an extensible format. */
const extension = (valid: number, mask: number, tag: number): number[] => [
  ...[22, 0, valid, 0, mask, 0, 0, 0, tag, 0],
  ...[0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71],
];
const parse = (bytes: Uint8Array, options?: WAVParserOptions, size = 7) => drive(WAVParser(options), { inbox: cut(bytes, size) });
const heard = async (bytes: Uint8Array) => {
  const { outbox, all_meta } = await parse(bytes);
  return { audio: [...joined(outbox)], meta: all_meta };
};
const refused = (bytes: Uint8Array, message: string | RegExp, options?: WAVParserOptions) =>
  assert.rejects(parse(bytes, options), ({ cause }: Error) => {
    assert.match((cause as Error).message, typeof message === "string" ? new RegExp(`^Cannot read this WAV at byte ${message}`) : message);
    return true;
  });

test("WAVParser() says what the audio is, on each box once, before any of it", async () => {
  const result = await parse(riff(FMT, chunk("data", AUDIO)));
  assert.deepEqual([result.channels, result.sample_format, result.sample_rate, result.all_meta], [[2], ["S16_LE"], [44_100], [META]]);
  assert.deepEqual([...joined(result.outbox)], AUDIO);
  assert.deepEqual(result.signal, [producerFinished()]);
});
test("WAVParser() gives the same, wherever the bytes are cut", async () => {
  const bytes = riff(FMT, chunk("LIST", [...text("INFO"), ...chunk("INAM", text("abc"))]), chunk("data", AUDIO), chunk("junk", [1, 2, 3]));
  for (let size = 1; size <= bytes.length; size++) {
    const { outbox, all_meta } = await parse(bytes, {}, size);
    assert.deepEqual([[...joined(outbox)], all_meta], [AUDIO, [{ ...META, info: { INAM: "abc" } }]]);
  }
});
test("WAVParser() knows whole numbers of 8 to 32 bits, floats, A-law and mu-law", async () => {
  for (const [tag, bits, sample_format] of [
    [1, 16, "S16_LE"],
    [1, 24, "S24_3LE"],
    [1, 32, "S32_LE"],
    [3, 32, "FLOAT_LE"],
    [3, 64, "FLOAT64_LE"],
    [6, 8, "A_LAW"],
    [7, 8, "MU_LAW"],
  ] as const) {
    const { meta } = await heard(riff(fmt(tag, 1, 8000, bits, [0, 0]), chunk("data", new Array(8).fill(0))));
    assert.deepEqual(meta, [{ sample_format, channels: 1, sample_rate: 8000, frames: Math.floor(64 / bits) }]);
  }
});
test("WAVParser() calls eight bits U8, which they are (the original called them S8)", async () => {
  const { meta } = await heard(riff(fmt(1, 1, 8000, 8), chunk("data", [128, 128])));
  assert.equal(meta[0]?.sample_format, "U8");
});
test("WAVParser() puts 12 bits where 16 are, and says so", async () => {
  const { meta } = await heard(riff(fmt(1, 1, 8000, 12, [], 2), chunk("data", [0, 0])));
  assert.deepEqual(meta, [{ sample_format: "S16_LE", channels: 1, sample_rate: 8000, valid_bits: 12, frames: 1 }]);
});
test("WAVParser() takes formats that are described at length (the original lost its place)", async () => {
  const { meta, audio } = await heard(riff(fmt(1, 2, 44_100, 16, [0, 0]), chunk("data", AUDIO)));
  assert.deepEqual([meta, audio], [[META], AUDIO]);
});
test("WAVParser() understands extensible formats: 24 bits of which 20 count, for six loudspeakers", async () => {
  const { meta } = await heard(riff(fmt(0xfffe, 6, 48_000, 24, extension(20, 0x3f, 1)), chunk("data", new Array(18).fill(0))));
  assert.deepEqual(meta, [{ sample_format: "S24_3LE", channels: 6, sample_rate: 48_000, valid_bits: 20, channel_mask: 0x3f, frames: 1 }]);
  const float = await heard(riff(fmt(0xfffe, 1, 48_000, 32, extension(32, 0, 3)), chunk("data", [0, 0, 0, 0])));
  assert.equal(float.meta[0]?.sample_format, "FLOAT_LE");
});
test("WAVParser() skips other chunks, and the byte after one of odd size (the original took that for the next chunk)", async () => {
  const { audio } = await heard(riff(chunk("junk", [1, 2, 3]), FMT, chunk("bext", new Array(100_001).fill(7)), chunk("data", AUDIO)));
  assert.deepEqual(audio, AUDIO);
});
test("WAVParser() takes a size of 0 and one of 0xFFFFFFFF for a stream without end", async () => {
  for (const size of [0, 0xffff_ffff]) {
    const bytes = riff(FMT, chunk("data", AUDIO, size));
    new DataView(bytes.buffer).setUint32(4, size, true);
    const { audio, meta } = await heard(joined([bytes, Uint8Array.of(9, 9, 9, 9)]));
    assert.deepEqual([audio, meta], [[...AUDIO, 9, 9, 9, 9], [{ sample_format: "S16_LE", channels: 2, sample_rate: 44_100 }]]);
  }
});
test("WAVParser() takes a file with no audio for just that", async () => {
  const { audio, meta } = await heard(riff(FMT, chunk("data", [])));
  assert.deepEqual([audio, meta], [[], [{ ...META, frames: 0 }]]);
});
test("WAVParser() passes on what there is when a file is shorter than it says", async () => {
  assert.deepEqual((await heard(riff(FMT, chunk("data", AUDIO, 4000)))).audio, AUDIO);
});
test("WAVParser() ends when the file does, whatever comes after it", async () => {
  const bytes = joined([riff(FMT, chunk("data", AUDIO)), new Uint8Array(1000)]);
  const { outbox, signal } = await drive(WAVParser(), { inbox: cut(bytes, 60) }, { shutdown: false });
  assert.deepEqual([[...joined(outbox)], signal], [AUDIO, [producerFinished()]]);
});
test("WAVParser() reads the sizes of RF64 and BW64 files, which need more than 32 bits", async () => {
  for (const magic of ["RF64", "BW64"]) {
    const sizes = new Uint8Array(28);
    const view = new DataView(sizes.buffer);
    view.setBigUint64(0, 6n * 2n ** 30n, true);
    view.setBigUint64(8, 5n * 2n ** 30n, true);
    const bytes = riff(chunk("ds64", sizes), FMT, chunk("data", AUDIO, 0xffff_ffff));
    bytes.set(text(magic));
    new DataView(bytes.buffer).setUint32(4, 0xffff_ffff, true);
    const { audio, meta } = await heard(bytes);
    assert.deepEqual([audio, meta], [AUDIO, [{ ...META, frames: (5 * 2 ** 30) / 4 }]]);
  }
});
test("WAVParser() gives the texts of a file when it meets them, also after the audio", async () => {
  const info = (id: string, value: number[]) => chunk("LIST", [...text("INFO"), ...chunk(id, value)]);
  const bytes = riff(
    chunk("LIST", [...text("adtl"), 1, 2, 3]),
    info("INAM", [...text("title"), 0]),
    info("IART", [0xc3, 0xa9]),
    FMT,
    chunk("data", [...AUDIO, 9]),
    info("ICMT", [0xe9, 0]),
  );
  const { all_meta, info: texts } = await parse(bytes);
  assert.deepEqual(all_meta[0]?.info, { INAM: "title", IART: "é" });
  assert.deepEqual(texts, [{ INAM: "title", IART: "é" }, { ICMT: "é" }]);
});
test("WAVParser() of nothing says nothing", async () => {
  assert.deepEqual((await parse(new Uint8Array(0))).all_meta, []);
});
test("WAVParser() says at which byte it cannot go on, and why", async () => {
  await refused(Uint8Array.of(...text("RI")), "2: it ends in the middle of the header");
  await refused(Uint8Array.of(...text("OggS12345678")), '0: it begins with "OggS", not with RIFF, RF64 or BW64');
  await refused(Uint8Array.of(...text("RIFX12345678")), "0: it is RIFX, whose numbers");
  await refused(Uint8Array.of(...text("RIFF1234AVI ")), '8: it is a RIFF file of the type "AVI ", not WAVE');
  await refused(riff(chunk("data", AUDIO)), '12: its audio comes before the chunk "fmt "');
  await refused(riff(FMT), "36: it ends before its audio");
  await refused(riff(FMT).subarray(0, 30), '30: it ends in the middle of "fmt "');
  await refused(riff(chunk("junk", [1, 2], 50)), '22: it ends in the middle of "junk"');
  await refused(riff(chunk("fmt ", [1, 0])), "20: its format is described in 2 bytes; 16 are the least");
  await refused(riff(fmt(0x55, 2, 44_100, 16)), "20: its audio is of the format 0x0055 .MP3.; whole numbers of 8 to 32 bits, floats");
  await refused(riff(fmt(1, 1, 44_100, 64)), "20: its audio is whole numbers of 64 bits; ");
  await refused(riff(fmt(3, 1, 44_100, 16)), "20: its audio is floats of 16 bits; ");
  await refused(riff(fmt(0xfffe, 1, 8000, 16)), "20: its extensible format is described in 16 bytes; 40 are the least");
  await refused(riff(fmt(0xfffe, 1, 8000, 16, new Array(24).fill(1))), "44: its format is one that only its maker knows");
  await refused(riff(fmt(1, 0, 8000, 16, [], 2)), "22: it has 0 channels at 8000 samples per second");
  await refused(riff(fmt(1, 2, 8000, 16, [], 5)), "32: 2 samples of 16 bits do not fill frames of 5 bytes");
});
test("WAVParser({ maxChunk }) keeps no more than that in memory", async () => {
  const list = chunk("LIST", [...text("INFO"), ...chunk("ICMT", new Array(1000).fill(65))]);
  await refused(riff(FMT, list), '36: "LIST" is 1012 bytes long; maxChunk is 1000', { maxChunk: 1000 });
  await refused(riff(chunk("fmt ", [], 0xffff_fff0)), /"fmt " is 4294967280 bytes long; maxChunk is 65536$/);
});
