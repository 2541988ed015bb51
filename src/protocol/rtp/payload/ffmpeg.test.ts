// SPDX-License-Identifier: Apache-2.0
// Payload formats with ffmpeg, both ways, over the real loopback.
import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { type Component, component, System } from "../../../axon/index.ts";
import { evenPort } from "../parts.ts";
import { Pipeline } from "../../../chassis/index.ts";
import { UDPReceiver, UDPSender } from "../../../internet/index.ts";
import { DataSource, PureTransformer } from "../../../util/index.ts";
import { OggDeframer, OggFramer } from "../../ogg/index.ts";
import { RecoverOrder } from "../../RecoverOrder.ts";
import type { RTPContent, RTPParsed } from "../packet.ts";
import { RTPDeframer } from "../RTPDeframer.ts";
import { RTPFramer } from "../RTPFramer.ts";
import { RTPSource } from "../RTPSource.ts";
import { AudioDepacketiser } from "./AudioDepacketiser.ts";
import { AudioPacketiser } from "./AudioPacketiser.ts";
import type { Arrived } from "./arrived.ts";
import { H264Depacketiser } from "./H264Depacketiser.ts";
import { H264Packetiser } from "./H264Packetiser.ts";
import { H264Parser } from "./H264Parser.ts";
import { H264Writer } from "./H264Writer.ts";
import { OpusDepacketiser } from "./OpusDepacketiser.ts";
import { OpusPacketiser } from "./OpusPacketiser.ts";
import { RTPPacer } from "./RTPPacer.ts";
import { TSDepacketiser } from "./TSDepacketiser.ts";
import { TSPacketiser } from "./TSPacketiser.ts";

const skip = spawnSync("ffmpeg", ["-version"]).error === undefined && existsSync("/proc/net/udp") ? false : "needs ffmpeg on Linux";
const timeout = 60_000;
const QUIET = ["-hide_banner", "-loglevel", "error"];
const SOUND = ["-f", "lavfi", "-i", "sine=frequency=440:duration=8"];
const PICTURES = ["-f", "lavfi", "-i", "testsrc=size=320x240:rate=25:duration=8"];
const H264 = ["-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-g", "10", "-threads", "1"];
const L16 = { sample_format: "S16_BE", channels: 1, sample_rate: 44_100 } as const;

function made(...words: readonly string[]): Uint8Array {
  const { status, stdout, stderr } = spawnSync("ffmpeg", [...QUIET, ...words, "-"], { maxBuffer: 1 << 26 });
  assert.deepEqual([status, stderr.toString()], [0, ""]);
  return new Uint8Array(stdout);
}

/** What ffmpeg makes of a file: what it complains of, and how many bytes are in it. */
function read(bytes: Uint8Array, ...words: readonly string[]): number {
  const { status, stdout, stderr } = spawnSync("ffmpeg", [...QUIET, "-i", "-", ...words, "-"], { input: bytes, maxBuffer: 1 << 26 });
  assert.deepEqual([status, stderr.toString()], [0, ""]);
  return stdout.length;
}

async function outcome(child: ChildProcess): Promise<Buffer> {
  const out: Buffer[] = [];
  let said = "";
  child.stdout!.on("data", (bytes: Buffer) => out.push(bytes));
  child.stderr!.on("data", (bytes: Buffer) => (said += bytes.toString()));
  const [code] = (await once(child, "close")) as [number];
  assert.deepEqual([code, said], [0, ""]);
  return Buffer.concat(out);
}

/** What ffmpeg makes of a stream of ours that this describes, in a second and a half. */
async function played(t: TestContext, source: Component<{}, { outbox: RTPContent }>, clockRate: number, media: string): Promise<Buffer> {
  const port = await evenPort();
  const folder = mkdtempSync(join(tmpdir(), "kamaelia-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const description = `v=0\no=- 1 1 IN IP4 127.0.0.1\ns=Test\nc=IN IP4 127.0.0.1\nt=0 0\n${media.replace("PORT", String(port))}`;
  writeFileSync(join(folder, "test.sdp"), description);
  const kind = media.startsWith("m=video") ? ["-f", "rawvideo", "-pix_fmt", "gray"] : ["-f", "s16le"];
  const input = ["-protocol_whitelist", "file,udp,rtp", "-i", join(folder, "test.sdp")];
  const player = spawn("ffmpeg", [...QUIET, ...input, "-t", "1.5", ...kind, "-"], { stdio: ["ignore", "pipe", "pipe"] });
  t.after(() => player.kill("SIGKILL"));
  await listening(port);
  const system = new System();
  t.after(() => system.stop());
  const send = UDPSender({ receiverAddress: "127.0.0.1", receiverPort: port });
  void system.run(Pipeline(source, RTPPacer({ clockRate }), RTPFramer(), send)).catch(() => {});
  return await outcome(player);
}

/** Keeps bytes until there are so many, then ends. */
function Keep(pieces: Uint8Array[], size: number): Component<{ inbox: Uint8Array }, {}> {
  return component(Keep, {
    inboxes: { inbox: "bytes" },
    *main({ inbox }) {
      for (let total = 0; total < size && (yield inbox);) {
        const bytes = inbox.recv();
        total += bytes.length;
        pieces.push(bytes);
      }
    },
  });
}

/** Waits until somebody listens on this port: pictures that nobody saw are missing in those that follow. */
async function listening(port: number): Promise<void> {
  const entry = `:${port.toString(16).toUpperCase().padStart(4, "0")} `;
  while (!readFileSync("/proc/net/udp", "latin1").includes(entry)) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** What a depacketiser makes of a stream of ffmpeg's, once there is so much of it. */
async function received(
  t: TestContext,
  words: readonly string[],
  depacketise: Component<{ inbox: Arrived }, { outbox: Uint8Array }>,
  size: number,
): Promise<Buffer> {
  const port = await evenPort();
  const pieces: Uint8Array[] = [];
  const keep = Keep(pieces, size);
  const system = new System();
  t.after(() => system.stop());
  const order = RecoverOrder<RTPParsed>({ timeout: 200 });
  const bytes = PureTransformer(([datagram]: readonly [Uint8Array, unknown]) => datagram);
  const receiver = UDPReceiver({ localAddress: "127.0.0.1", localPort: port });
  void system.run(Pipeline(receiver, bytes, RTPDeframer(), RTPSource(), order, depacketise, keep)).catch(() => {});
  const sender = spawn("ffmpeg", ["-loglevel", "fatal", "-re", ...words, `rtp://127.0.0.1:${port}`], { stdio: "ignore" });
  t.after(() => sender.kill("SIGKILL"));
  await keep.ended;
  sender.kill("SIGKILL");
  return Buffer.concat(pieces);
}

test("ffmpeg plays what TSPacketiser() and RTPPacer() send, without a word", { skip, timeout }, async (t) => {
  const film = made(...SOUND, "-c:a", "mp2", "-f", "mpegts");
  const sound = await played(
    t,
    Pipeline(DataSource([film]), TSPacketiser()),
    90_000,
    "m=video PORT RTP/AVP 33\n".replace("video", "audio"),
  );
  assert.ok(sound.length >= 1.4 * 88_200, String(sound.length));
});
test("ffmpeg plays what AudioPacketiser() sends, L16 and PCMA, without a word", { skip, timeout }, async (t) => {
  const l16 = made(...SOUND, "-f", "s16be", "-ar", "44100");
  const one = await played(
    t,
    Pipeline(DataSource([l16]), AudioPacketiser({ ...L16, milliseconds: 10 })),
    44_100,
    "m=audio PORT RTP/AVP 11\n",
  );
  assert.ok(one.length >= 1.4 * 88_200, String(one.length));
  const alaw = made(...SOUND, "-f", "alaw", "-ar", "8000");
  const telephone = AudioPacketiser({ sample_format: "A_LAW", channels: 1, sample_rate: 8000 });
  const two = await played(t, Pipeline(DataSource([alaw]), telephone), 8000, "m=audio PORT RTP/AVP 8\n");
  assert.ok(two.length >= 1.4 * 16_000, String(two.length));
});
test("ffmpeg plays what OpusPacketiser() sends, without a word", { skip, timeout }, async (t) => {
  const song = made(...SOUND, "-c:a", "libopus", "-f", "ogg");
  const media = "m=audio PORT RTP/AVP 96\na=rtpmap:96 opus/48000/2\n";
  const sound = await played(t, Pipeline(DataSource([song]), OggDeframer(), OpusPacketiser()), 48_000, media);
  assert.ok(sound.length >= 1.4 * 96_000, String(sound.length));
});
test("ffmpeg plays what H264Packetiser() sends, without a word", { skip, timeout }, async (t) => {
  const film = made(...PICTURES, ...H264, "-f", "h264");
  const media = "m=video PORT RTP/AVP 96\na=rtpmap:96 H264/90000\na=fmtp:96 packetization-mode=1\n";
  const pictures = await played(t, Pipeline(DataSource([film]), H264Parser(), H264Packetiser()), 90_000, media);
  assert.ok(pictures.length >= 20 * 320 * 240, String(pictures.length));
});
test("TSDepacketiser() records what ffmpeg sends: ffmpeg reads it", { skip, timeout }, async (t) => {
  const film = await received(t, [...SOUND, "-c:a", "mp2", "-f", "rtp_mpegts"], TSDepacketiser(), 60_000);
  assert.equal(film.length % 188, 0);
  assert.ok(read(film, "-f", "s16le") > 88_200);
});
test("AudioDepacketiser() plays the L16 that ffmpeg sends", { skip, timeout }, async (t) => {
  const sound = await received(t, [...SOUND, "-c:a", "pcm_s16be", "-f", "rtp"], AudioDepacketiser(L16), 88_200);
  assert.equal(sound.length % 2, 0);
  const loudest = Math.max(...Array.from({ length: sound.length / 2 }, (_, n) => sound.readInt16BE(2 * n)));
  assert.ok(loudest > 3000 && loudest < 6000, String(loudest));
});
test("AudioDepacketiser() plays the PCMU that ffmpeg sends", { skip, timeout }, async (t) => {
  const telephone = AudioDepacketiser({ sample_format: "MU_LAW", channels: 1, sample_rate: 8000 });
  const sound = await received(t, [...SOUND, "-ar", "8000", "-c:a", "pcm_mulaw", "-f", "rtp"], telephone, 8000);
  const loudest = Math.max(...Array.from(sound, (byte) => (((~byte & 0x0f) << 3) + 132) << ((~byte >> 4) & 7))) - 132; // G.711
  assert.ok(loudest > 3000 && loudest < 6000, String(loudest));
});
test("OpusDepacketiser() and OggFramer() record what ffmpeg sends: ffmpeg reads it", { skip, timeout }, async (t) => {
  const song = await received(t, [...SOUND, "-c:a", "libopus", "-f", "rtp"], Pipeline(OpusDepacketiser(), OggFramer()), 10_000);
  assert.ok(read(song, "-f", "s16le", "-ar", "48000") > 48_000);
});
test("H264Depacketiser() and H264Writer() record what ffmpeg sends: ffmpeg reads it", { skip, timeout }, async (t) => {
  const words = [...PICTURES, "-pix_fmt", "yuv420p", ...H264, "-bsf:v", "dump_extra=freq=keyframe", "-f", "rtp"];
  const film = await received(t, words, Pipeline(H264Depacketiser(), H264Writer()), 100_000);
  assert.ok(read(film, "-f", "rawvideo", "-pix_fmt", "gray") > 10 * 320 * 240);
});
