// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { type AudioFormat, bytesPerFrame } from "../audio/index.ts";
import { at, drive } from "../testing/index.ts";
import { cut, ffmpeg, joined, withoutFFmpeg } from "./parts.ts";
import { WAVParser } from "./WAVParser.ts";
import { WAVWriter, type WAVWriterOptions } from "./WAVWriter.ts";

const CD = { sample_format: "S16_LE", channels: 2, sample_rate: 44_100 } as const;
const AUDIO = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
const written = async (options: WAVWriterOptions, audio: Uint8Array = AUDIO): Promise<Uint8Array> =>
  joined((await drive(WAVWriter(options), { inbox: cut(audio, 5) })).outbox);

/** Formats, and what ffmpeg calls them. */
const formats: readonly (readonly [format: AudioFormat, muxer: string])[] = [
  [{ sample_format: "U8", channels: 1, sample_rate: 8000 }, "u8"],
  [{ sample_format: "S16_LE", channels: 2, sample_rate: 44_100 }, "s16le"],
  [{ sample_format: "S24_3LE", channels: 1, sample_rate: 96_000 }, "s24le"],
  [{ sample_format: "S32_LE", channels: 6, sample_rate: 48_000 }, "s32le"],
  [{ sample_format: "FLOAT_LE", channels: 2, sample_rate: 48_000 }, "f32le"],
  [{ sample_format: "FLOAT64_LE", channels: 1, sample_rate: 11_025 }, "f64le"],
  [{ sample_format: "MU_LAW", channels: 1, sample_rate: 8000 }, "mulaw"],
  [{ sample_format: "A_LAW", channels: 2, sample_rate: 8000 }, "alaw"],
];
/** Bytes that no format minds: floats of middling size. */
const noise = (format: AudioFormat, frames = 1000): Uint8Array => {
  const count = frames * bytesPerFrame(format);
  return Uint8Array.from({ length: count }, (_, i) => (i % 4 === 3 || i % 8 === 7 ? 0x3e : (i * 7919) % 251));
};

test("WAVWriter() sends the header at once, and what comes after it", async () => {
  const { outbox } = await drive(WAVWriter(CD), { inbox: [AUDIO] });
  assert.deepEqual(
    Buffer.from(outbox[0] ?? []).toString("latin1"),
    "RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x02\0\x44\xac\0\0\x10\xb1\x02\0\x04\0\x10\0data\0\0\0\0",
  );
  assert.deepEqual(outbox.slice(1), [AUDIO]);
  assert.equal((await drive(WAVWriter(CD))).outbox.length, 1);
});
test("WAVWriter() writes 16 as the length of the format, also for eight bits (the original wrote 8)", async () => {
  const header = await written({ ...CD, sample_format: "U8" }, new Uint8Array(0));
  assert.deepEqual([header[16], header[34]], [16, 8]);
});
test("WAVWriter() turns signed bytes into unsigned ones, which WAV has (the original left them)", async () => {
  assert.deepEqual([...(await written({ ...CD, sample_format: "S8" }, Uint8Array.of(0, 127, 128, 255))).subarray(44)], [128, 255, 0, 127]);
});
test("WAVWriter({ unknownSize }) says that as its size, when it is not known", async () => {
  const bytes = await written({ ...CD, unknownSize: 0xffff_ffff });
  assert.deepEqual([bytes.subarray(4, 8), bytes.subarray(40, 44)], [new Uint8Array(4).fill(255), new Uint8Array(4).fill(255)]);
});
test("WAVWriter({ length }) says how long it is, and fills up an odd size", async () => {
  const mono = { sample_format: "U8", channels: 1, sample_rate: 8000, length: 3 } as const;
  const bytes = await written(mono, Uint8Array.of(1, 2, 3));
  const view = new DataView(bytes.buffer);
  assert.deepEqual([view.getUint32(4, true), view.getUint32(40, true), bytes.length], [bytes.length - 8, 3, 48]);
});
test("WAVWriter({ length }) fails when fewer or more frames come than it was told", async () => {
  const failure = (came: string) => ({
    message: `WAVWriter_1 failed: Cannot write a WAV file of 2 frames, as its header says: ${came} came`,
  });
  await assert.rejects(written({ ...CD, length: 2 }, AUDIO.subarray(0, 4)), failure("1"));
  await assert.rejects(written({ ...CD, length: 2 }, new Uint8Array(0)), failure("none"));
  await assert.rejects(written({ ...CD, length: 2 }, new Uint8Array(12)), failure("2.5"));
});
test("WAVWriter({ length }) that is stopped before does not complain", async () => {
  await drive(WAVWriter({ ...CD, length: 2 }), {}, { shutdown: "shutdownMicroprocess" });
});
test("WAVWriter({ length }) writes RF64 beyond 4 GiB", async () => {
  const length = 2 ** 31;
  const { outbox } = await drive(WAVWriter({ ...CD, length }), { inbox: at({ 10: AUDIO }) }, { shutdown: "shutdownMicroprocess" });
  assert.deepEqual([...outbox[0]!.subarray(0, 8)], [...Buffer.from("RF64"), 255, 255, 255, 255]);
  const { all_meta } = await drive(WAVParser(), { inbox: outbox });
  assert.deepEqual(all_meta, [{ ...CD, frames: length }]);
});
test("WAVWriter() and WAVParser() understand each other, in all formats, with texts and loudspeakers", async () => {
  for (const [format] of formats) {
    const audio = noise(format, 20);
    const more = { info: { INAM: "grüß Gott", ISFT: "odd" }, channel_mask: 1, length: 20 };
    const bytes = await written({ ...format, ...more }, audio);
    const { outbox, all_meta } = await drive(WAVParser(), { inbox: [bytes] });
    assert.deepEqual([joined(outbox), all_meta], [audio, [{ ...format, channel_mask: 1, frames: 20, info: more.info }]]);
  }
});
test("WAVWriter() takes what WAVParser() says of a file", async () => {
  const bytes = await written({ ...CD, length: 2, valid_bits: 12, channel_mask: 3, info: { IART: "me" } });
  const { all_meta } = await drive(WAVParser(), { inbox: [bytes] });
  assert.deepEqual(await written({ ...all_meta[0]!, length: 2 }), bytes);
});
test("WAVWriter() writes what ffmpeg reads, of known and of unknown size", { skip: withoutFFmpeg }, async () => {
  for (const [format, muxer] of formats) {
    const audio = noise(format);
    for (const more of [{ length: 1000 }, { unknownSize: 0 }, { unknownSize: 0xffff_ffff }] as const) {
      const bytes = await written({ ...format, ...more }, audio);
      const back = ffmpeg(bytes, "-f", "wav", "-i", "-", "-c:a", "copy", "-f", muxer, "-");
      assert.deepEqual(new Uint8Array(back), audio, `${format.sample_format} ${JSON.stringify(more)}`);
    }
  }
});
test("WAVParser() reads what ffmpeg writes, in all formats", { skip: withoutFFmpeg }, async () => {
  for (const [format, muxer] of formats) {
    const audio = noise(format);
    const input = ["-f", muxer, "-ar", `${format.sample_rate}`, "-ac", `${format.channels}`, "-i", "-", "-c:a", "copy"];
    for (const rf64 of ["auto", "always", "never"]) {
      const bytes = ffmpeg(audio, ...input, "-metadata", "title=A title", "-rf64", rf64, "-f", "wav", "-");
      const { outbox, all_meta } = await drive(WAVParser(), { inbox: cut(bytes, 1000) });
      const { sample_format, channels, sample_rate, info } = all_meta[0]!;
      assert.deepEqual([{ sample_format, channels, sample_rate }, info?.["INAM"]], [format, "A title"]);
      assert.deepEqual(joined(outbox), audio);
    }
  }
});
test("WAVWriter() refuses what cannot be in a WAV file", () => {
  const names = "U8, S8, S16_LE, S24_3LE, S32_LE, FLOAT_LE, FLOAT64_LE, MU_LAW, A_LAW";
  const refused = (options: Partial<WAVWriterOptions>, message: string): void =>
    assert.throws(() => WAVWriter({ ...CD, ...options }), { name: "RangeError", message: `Cannot write a WAV file${message}` });
  refused({ sample_format: "S16_BE" }, ` of S16_BE: convert it to one of ${names}`);
  refused({ channels: 0 }, ": 0 channels; there are 1 to 65535");
  refused({ channels: 40_000 }, " with 40000 channels: frames have at most 65535 bytes");
  refused({ sample_rate: 0.5 }, " with 0.5 samples per second: its header holds a whole number of 32 bits");
  refused({ length: -1 }, " of -1 frames: give a whole number");
  refused({ valid_bits: 17 }, " of which 17 bits count: samples have 1 to 16");
  refused({ valid_bits: Number.NaN }, " of which NaN bits count: samples have 1 to 16");
  refused({ channel_mask: 2 ** 32 }, " for the loudspeakers 4294967296: give a bit for each, 32 at most");
  refused({ info: { TITLE: "x" } }, ' with a text called "TITLE": names have four letters, as INAM');
});
