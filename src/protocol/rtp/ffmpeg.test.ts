// SPDX-License-Identifier: Apache-2.0
// RTP and SDP with ffmpeg, over the real loopback.
import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { type Component, component, sleep, System } from "../../axon/index.ts";
import { Pipeline } from "../../chassis/index.ts";
import { UDPReceiver, UDPSender } from "../../internet/index.ts";
import { parseSDP, writeSDP } from "../sdp/index.ts";
import { Bytes, evenPort } from "./parts.ts";
import { type RTPContent, RTPDeframer, RTPFramer, type RTPParsed } from "./index.ts";

const skip = spawnSync("ffmpeg", ["-version"]).error === undefined ? false : "needs ffmpeg";
const QUIET = ["-hide_banner", "-loglevel", "error"];

function ffmpeg(t: TestContext, ...words: readonly string[]): ChildProcess {
  const child = spawn("ffmpeg", [...QUIET, ...words], { stdio: ["ignore", "pipe", "pipe"] });
  t.after(() => child.kill("SIGKILL"));
  return child;
}

/** What it printed on stdout, once it has ended well and said nothing else. */
async function outcome(child: ChildProcess): Promise<Buffer> {
  const out: Buffer[] = [];
  let said = "";
  child.stdout!.on("data", (bytes: Buffer) => out.push(bytes));
  child.stderr!.on("data", (bytes: Buffer) => (said += bytes.toString()));
  const [code] = (await once(child, "close")) as [number];
  assert.deepEqual([code, said], [0, ""]);
  return Buffer.concat(out);
}

/** Keeps packets until it has so many, then ends. */
function Keep(list: (readonly [number, RTPParsed])[], count: number): Component<{ inbox: readonly [number, RTPParsed] }, {}> {
  return component(Keep, {
    inboxes: { inbox: "packets" },
    *main({ inbox }) {
      while (list.length < count && (yield inbox)) list.push(inbox.recv());
    },
  });
}

/** Sends contents at the pace of their timestamps. */
function Paced(contents: readonly RTPContent[], clockRate: number): Component<{}, { outbox: RTPContent }> {
  return component(Paced, {
    outboxes: { outbox: "contents, in their time" },
    *main(_, { outbox }, self) {
      const { clock } = self.system;
      const start = clock.now();
      for (const content of contents) {
        if (!(yield sleep(Math.max(0, start + (content.timestamp / clockRate) * 1000 - clock.now())))) return;
        outbox.send(content);
      }
    },
  });
}

test("RTPDeframer() reads the MPEG transport stream that ffmpeg sends, PT 33", { skip, timeout: 60_000 }, async (t) => {
  const port = await evenPort();
  const list: (readonly [number, RTPParsed])[] = [];
  const keep = Keep(list, 50);
  const system = new System();
  void system.run(Pipeline(UDPReceiver({ localAddress: "127.0.0.1", localPort: port }), Bytes(), RTPDeframer(), keep)).catch(() => {});
  const sender = ffmpeg(
    t,
    "-re",
    "-f",
    "lavfi",
    "-i",
    "testsrc=size=320x240:rate=25",
    "-t",
    "20",
    "-f",
    "rtp_mpegts",
    `rtp://127.0.0.1:${port}`,
  );
  await keep.ended;
  sender.kill("SIGKILL");
  await system.stop();
  const [first] = list;
  for (const [n, [sequence, { payloadtype, payload, ssrc }]] of list.entries()) {
    assert.deepEqual([sequence, payloadtype, ssrc], [(first![0] + n) & 0xffff, 33, first![1].ssrc]);
    assert.equal(payload.length % 188, 0);
    for (let at = 0; at < payload.length; at += 188) assert.equal(payload[at], 0x47);
  }
});
test("ffmpeg plays the transport stream that RTPFramer() sends, PT 33, without a word", { skip, timeout: 60_000 }, async (t) => {
  const stream = await outcome(ffmpeg(t, "-f", "lavfi", "-i", "sine=frequency=440:duration=10", "-c:a", "mp2", "-f", "mpegts", "-"));
  const count = Math.ceil(stream.length / 1316);
  const contents = Array.from({ length: count }, (_, n): RTPContent => {
    return {
      payloadtype: 33,
      payload: stream.subarray(1316 * n, 1316 * (n + 1)),
      timestamp: Math.round((n / count) * 10 * 90_000),
      ssrc: 1,
    };
  });
  const sound = await played(t, Paced(contents, 90_000), (port) => ["-i", `rtp://127.0.0.1:${port}`]);
  assert.ok(sound.length >= 88_200, `${sound.length} bytes of sound`);
});
test(
  "ffmpeg opens a description that writeSDP() wrote, and plays the PCMU that RTPFramer() sends, without a word",
  { skip, timeout: 60_000 },
  async (t) => {
    const folder = mkdtempSync(join(tmpdir(), "kamaelia-"));
    t.after(() => rmSync(folder, { recursive: true }));
    const stream = await outcome(ffmpeg(t, "-f", "lavfi", "-i", "sine=frequency=440:duration=10", "-ar", "8000", "-f", "mulaw", "-"));
    const contents = Array.from({ length: Math.floor(stream.length / 160) }, (_, n): RTPContent => {
      return { payloadtype: 0, payload: stream.subarray(160 * n, 160 * (n + 1)), timestamp: 160 * n, ssrc: 1 };
    });
    const sound = await played(t, Paced(contents, 8000), (port) => {
      const description = `v=0\no=- 1 1 IN IP4 127.0.0.1\ns=Sine\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio ${port} RTP/AVP 0\n`;
      writeFileSync(join(folder, "sine.sdp"), writeSDP(parseSDP(description)));
      return ["-protocol_whitelist", "file,udp,rtp", "-i", join(folder, "sine.sdp")];
    });
    assert.ok(sound.length >= 16_000, `${sound.length} bytes of sound`);
  },
);
test(
  "parseSDP() reads the descriptions that ffmpeg writes, and writes them so that ffmpeg's are the same again",
  { skip, timeout: 60_000 },
  async (t) => {
    const sources = ["-f", "lavfi", "-i", "sine=duration=1", "-f", "lavfi", "-i", "testsrc=size=64x64:duration=1"];
    const outputs = [
      "-map",
      "0",
      "-c:a",
      "libopus",
      "-f",
      "rtp",
      "rtp://239.1.2.3:5004?ttl=3",
      "-map",
      "1",
      "-c:v",
      "mpeg4",
      "-f",
      "rtp",
      "rtp://239.1.2.3:5006",
    ];
    const child = ffmpeg(t, "-loglevel", "fatal", ...sources, ...outputs);
    const text = (await outcome(child)).toString().replace(/^SDP:\n/, "");
    const session = parseSDP(text);
    assert.deepEqual(
      session.media.map(({ media, port, connection }) => [media, port, connection[0]?.addr]),
      [
        ["audio", 5004, "239.1.2.3"],
        ["video", 5006, "239.1.2.3"],
      ],
    );
    assert.deepEqual(parseSDP(writeSDP(session)), session);
  },
);

/** What ffmpeg makes of one second and a half of a stream. */
async function played(
  t: TestContext,
  source: Component<{}, { outbox: RTPContent }>,
  input: (port: number) => readonly string[],
): Promise<Buffer> {
  const port = await evenPort();
  const player = ffmpeg(t, ...input(port), "-t", "1", "-f", "s16le", "-");
  const system = new System();
  t.after(() => system.stop());
  void system.run(Pipeline(source, RTPFramer(), UDPSender({ receiverAddress: "127.0.0.1", receiverPort: port }))).catch(() => {});
  return await outcome(player);
}
