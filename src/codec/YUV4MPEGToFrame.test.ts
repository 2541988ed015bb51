// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { Pipeline } from "../chassis/index.ts";
import { drive } from "../testing/index.ts";
import { FrameToYUV4MPEG } from "./FrameToYUV4MPEG.ts";
import { cut, ffmpeg, joined, withoutFFmpeg } from "./parts.ts";
import { frameBytes, type PixFormat, pixFormats } from "./pixformats.ts";
import { YUV4MPEGToFrame, type YUV4MPEGToFrameOptions } from "./YUV4MPEGToFrame.ts";

const bytesOf = (...parts: (string | number[])[]): Uint8Array => joined(parts.map((part) => Buffer.from(part as string)));
const frames = async (bytes: Uint8Array, size = 7) => (await drive(YUV4MPEGToFrame(), { inbox: cut(bytes, size) })).outbox;
const refused = (bytes: Uint8Array, message: string, options?: YUV4MPEGToFrameOptions) =>
  assert.rejects(drive(YUV4MPEGToFrame(options), { inbox: cut(bytes, 5) }), ({ cause }: Error) => {
    assert.equal((cause as Error).message, `Cannot read this YUV4MPEG${message}`);
    return true;
  });
const run = (count: number): number[] => Array.from({ length: count }, (_, i) => i % 256);

test("YUV4MPEGToFrame() gives pictures with all that the stream says of them", async () => {
  const head = "YUV4MPEG2 W4 H2 F25:1 It A59:54 C420paldv XYSCSS=420PALDV XCOLORRANGE=LIMITED\n";
  const [one, two, ...rest] = await frames(bytesOf(head, "FRAME\n", run(12), "FRAME Xhello\n", run(12)));
  const sequence = {
    size: [4, 2],
    pixformat: "YUV420_planar",
    chroma_size: [2, 1],
    chroma_siting: "paldv",
    interlaced: true,
    topfieldfirst: true,
    frame_rate: 25,
    pixel_aspect: 59 / 54,
    sequence_meta: "YSCSS=420PALDV XCOLORRANGE=LIMITED",
  };
  const yuv = [
    [0, 1, 2, 3, 4, 5, 6, 7],
    [8, 9],
    [10, 11],
  ].map((plane) => Uint8Array.from(plane));
  assert.deepEqual([one, two, rest], [{ yuv, ...sequence }, { yuv, ...sequence, meta: "hello" }, []]);
});
test("YUV4MPEGToFrame() gives the same, wherever the bytes are cut", async () => {
  const bytes = bytesOf("YUV4MPEG2 W4 H2\n", "FRAME\n", run(12), "FRAME Itip\n", run(12));
  const expected = await frames(bytes, bytes.length);
  for (let size = 1; size < bytes.length; size++) assert.deepEqual(await frames(bytes, size), expected);
});
test("YUV4MPEGToFrame() takes 4:2:0 placed as JPEG does for what is not said, and says nothing of the rest", async () => {
  const [frame] = await frames(bytesOf("YUV4MPEG2 W2 H2 F0:0 A0:0 I?\n", "FRAME\n", run(6)));
  const { yuv: _, ...rest } = frame!;
  assert.deepEqual(rest, { size: [2, 2], pixformat: "YUV420_planar", chroma_size: [1, 1], chroma_siting: "jpeg" });
});
test("YUV4MPEGToFrame() reads the plane of opacity (the original did not, and lost its place)", async () => {
  const list = await frames(bytesOf("YUV4MPEG2 W2 H1 C444alpha\n", "FRAME\n", run(8), "FRAME\n", run(8)));
  assert.deepEqual([list.length, list[1]?.yuv[3], list[1]?.pixformat], [2, Uint8Array.of(6, 7), "YUV4444_planar"]);
});
test("YUV4MPEGToFrame() rounds planes of colour up where the size is odd (the original rounded down, and lost its place)", async () => {
  const list = await frames(bytesOf("YUV4MPEG2 W3 H3\n", "FRAME\n", run(17), "FRAME\n", run(17)));
  assert.deepEqual([list.length, list[1]?.chroma_size, list[1]?.yuv[2]], [2, [2, 2], Uint8Array.of(13, 14, 15, 16)]);
});
test("YUV4MPEGToFrame() keeps all remarks (the original kept the last)", async () => {
  const [frame] = await frames(bytesOf("YUV4MPEG2 W2 H2 Xone Xtwo\n", "FRAME Xa Xb\n", run(6)));
  assert.deepEqual([frame?.sequence_meta, frame?.meta], ["one Xtwo", "a Xb"]);
});
test("YUV4MPEGToFrame() reads how a picture is shown where each says so", async () => {
  const says = async (letters: string) => {
    const [{ interlaced, topfieldfirst } = {}] = await frames(bytesOf("YUV4MPEG2 W2 H2 Im\n", `FRAME I${letters}\n`, run(6)));
    return [interlaced, topfieldfirst];
  };
  assert.deepEqual(await says("tip"), [true, true]);
  assert.deepEqual(await says("Bpp"), [false, false]);
  assert.deepEqual(await says("1pp"), [false, undefined]);
});
test("YUV4MPEGToFrame() gives each picture memory of its own, one buffer for all planes", async () => {
  const [one, two] = await frames(bytesOf("YUV4MPEG2 W2 H2\n", "FRAME\n", run(6), "FRAME\n", run(6)), 100);
  assert.equal(one?.yuv[0]?.buffer, one?.yuv[2]?.buffer);
  assert.notEqual(one?.yuv[0]?.buffer, two?.yuv[0]?.buffer);
  assert.equal(one?.yuv[0]?.buffer.byteLength, 6);
});
test("YUV4MPEGToFrame() of nothing, and of a head alone, gives nothing", async () => {
  assert.deepEqual(await frames(bytesOf("")), []);
  assert.deepEqual(await frames(bytesOf("YUV4MPEG2 W2 H2\n")), []);
});
test("YUV4MPEGToFrame() says at which byte it cannot go on, and why", async () => {
  const head = "YUV4MPEG2 W2 H2\n";
  await refused(bytesOf("RIFFRIFF\n"), ' at byte 0: a line begins with "RIFFRIFF", not with YUV4MPEG2');
  await refused(bytesOf("YUV4MPEG2 W2"), " at byte 12: it ends in the middle of a line");
  await refused(bytesOf("YUV4MPEG2 H2\n"), " at byte 0: the width is not given");
  await refused(bytesOf("YUV4MPEG2 W2 H-2\n"), ' at byte 0: the height is "-2"');
  await refused(bytesOf("YUV4MPEG2 W2 H2 F25\n"), ' at byte 0: "F25" is no fraction');
  await refused(bytesOf(head, "FRAMES\n"), ' at byte 16: a line begins with "FRAMES", not with FRAME');
  await refused(bytesOf(head, "FRAME Ix\n"), ' at byte 16: "Ix" does not say how a picture is shown');
  await refused(bytesOf(head, "FRAME\n", run(5)), " at byte 27: it ends in the middle of a picture");
  await refused(bytesOf(head, `FRAME X${"x".repeat(1100)}\n`), " at byte 16: a line has more than 1024 characters");
  await assert.rejects(frames(bytesOf("YUV4MPEG2 W2 H2 C123\n")), /the colours "123" are not known, only 420jpeg, .*, mono16$/);
});
test("YUV4MPEGToFrame({ maxFrame }) takes no larger pictures", async () => {
  await refused(
    bytesOf("YUV4MPEG2 W99999 H99999 C444\n"),
    ": a picture of 99999x99999 (YUV444_planar) takes 29999400003 bytes; maxFrame is 134217728",
  );
  await refused(bytesOf("YUV4MPEG2 W2 H2\n"), ": a picture of 2x2 (YUV420_planar) takes 6 bytes; maxFrame is 5", { maxFrame: 5 });
});
test("YUV4MPEGToFrame() that is stopped in the middle of a picture does not complain", async () => {
  const { signal } = await drive(YUV4MPEGToFrame(), { inbox: [bytesOf("YUV4MPEG2 W2 H2\nFRAME\n")] }, { shutdown: "shutdownMicroprocess" });
  assert.equal(signal[0]?.type, "shutdownMicroprocess");
});

/** What ffmpeg calls the pixel formats that it can have in YUV4MPEG2. */
const known: Readonly<Partial<Record<PixFormat, string>>> = {
  YUV420_planar: "yuv420p",
  YUV411_planar: "yuv411p",
  YUV422_planar: "yuv422p",
  YUV444_planar: "yuv444p",
  YUV420p9_planar: "yuv420p9le",
  YUV420p10_planar: "yuv420p10le",
  YUV420p12_planar: "yuv420p12le",
  YUV420p14_planar: "yuv420p14le",
  YUV420p16_planar: "yuv420p16le",
  YUV422p10_planar: "yuv422p10le",
  YUV422p16_planar: "yuv422p16le",
  YUV444p12_planar: "yuv444p12le",
  YUV444p16_planar: "yuv444p16le",
  Y_planar: "gray",
  Yp9_planar: "gray9le",
  Yp10_planar: "gray10le",
  Yp12_planar: "gray12le",
  Yp16_planar: "gray16le",
};
test("YUV4MPEGToFrame() reads what ffmpeg writes, and FrameToYUV4MPEG() writes what ffmpeg reads", { skip: withoutFFmpeg }, async () => {
  for (const [pixformat, name] of Object.entries(known) as [PixFormat, string][]) {
    const size = [14, 9] as const;
    const raw = Uint8Array.from({ length: 3 * frameBytes(pixformat, size) }, (_, i) => (i % 2 === 1 ? 1 : (i * 31) % 255));
    const rawvideo = ["-f", "rawvideo", "-pix_fmt", name];
    const bytes = ffmpeg(raw, ...rawvideo, "-s", size.join("x"), "-r", "30000/1001", "-i", "-", "-strict", "-1", "-f", "yuv4mpegpipe", "-");
    const list = await frames(bytes, 1000);
    assert.deepEqual(
      list.map((frame) => [frame.pixformat, frame.size, frame.frame_rate, joined(frame.yuv)]),
      cut(raw, raw.length / 3).map((picture) => [pixformat, size, 30_000 / 1001, picture]),
    );
    const { outbox } = await drive(FrameToYUV4MPEG(), { inbox: list });
    assert.match(Buffer.from(outbox[0]!).toString(), / F30000:1001[ \n]/);
    assert.deepEqual(new Uint8Array(ffmpeg(joined(outbox), "-f", "yuv4mpegpipe", "-i", "-", ...rawvideo, "-")), raw, pixformat);
  }
});
test("YUV4MPEGToFrame() and FrameToYUV4MPEG() understand each other, in all formats, also of odd size", async () => {
  for (const pixformat of pixFormats) {
    for (const size of [
      [1, 1],
      [5, 3],
      [8, 4],
    ] as const) {
      const tag = pixformat
        .replace(/^YUV4444_planar$/, "444alpha")
        .replace(/^Yp?(\d*)_planar$/, "mono$1")
        .replace(/^YUV(.*)_planar$/, "$1");
      const colour = tag === "420" ? "420jpeg" : tag;
      const head = `YUV4MPEG2 W${size[0]} H${size[1]} C${colour} Im F24000:1001 A1:1 Xa Xb\n`;
      const bytes = bytesOf(head, "FRAME Itip Xc\n", run(frameBytes(pixformat, size)), "FRAME I1pp\n", run(frameBytes(pixformat, size)));
      assert.deepEqual(joined((await drive(Pipeline(YUV4MPEGToFrame(), FrameToYUV4MPEG()), { inbox: [bytes] })).outbox), bytes);
    }
  }
});
