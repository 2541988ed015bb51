// SPDX-License-Identifier: Apache-2.0
// Transport streams in RTP with multicat, over the real loopback.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { System } from "../../axon/index.ts";
import { Pipeline } from "../../chassis/index.ts";
import { UDPReceiver, UDPSender } from "../../internet/index.ts";
import { without } from "../../internet/parts.ts";
import { Feed, ToList } from "../../testing/index.ts";
import { RecoverOrder } from "../RecoverOrder.ts";
import { RTPDeframer, RTPFramer, RTPPacer, type RTPParsed, RTPSource, TSDepacketiser, TSPacketiser } from "./index.ts";
import { Bytes, evenPort, untilBound } from "./parts.ts";

const skip = without("multicat") || without("ffmpeg");
const timeout = 60_000;

/** A folder with a second of pictures and sound as a transport stream, indexed for multicat. */
function film(t: TestContext): { folder: string; stream: Buffer } {
  const folder = mkdtempSync(join(tmpdir(), "kamaelia-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "film.ts");
  const sources = ["-f", "lavfi", "-i", "testsrc=size=160x120:rate=25:duration=1", "-f", "lavfi", "-i", "sine=duration=1"];
  const words = ["-hide_banner", "-loglevel", "error", ...sources, "-c:v", "mpeg2video", "-c:a", "mp2", "-f", "mpegts", path];
  assert.equal(spawnSync("ffmpeg", words).status, 0);
  assert.equal(spawnSync("ingests", ["-p", "256", path]).status, 0);
  return { folder, stream: readFileSync(path) };
}

test("TSDepacketiser() gets the transport stream that multicat sends, to the byte", { skip, timeout }, async (t) => {
  const { folder, stream } = film(t);
  const port = await evenPort();
  const system = new System();
  t.after(() => system.stop());
  const pieces: Uint8Array[] = [];
  const receiver = UDPReceiver({ localAddress: "127.0.0.1", localPort: port });
  const order = RecoverOrder<RTPParsed>({ timeout: 200 });
  void system.run(Pipeline(receiver, Bytes(), RTPDeframer(), RTPSource(), order, TSDepacketiser(), ToList(pieces))).catch(() => {});
  await untilBound(port);
  const sender = spawn("multicat", [join(folder, "film.ts"), `127.0.0.1:${port}`], { stdio: "ignore" });
  t.after(() => sender.kill("SIGKILL"));
  assert.deepEqual(await once(sender, "exit"), [0, null]);
  while (pieces.reduce((sum, { length }) => sum + length, 0) < stream.length) await new Promise((resolve) => setTimeout(resolve, 10));
  assert.ok(Buffer.concat(pieces).subarray(0, stream.length).equals(stream));
});
test("multicat gets the transport stream that TSPacketiser() sends, to the byte", { skip, timeout }, async (t) => {
  const { folder, stream } = film(t);
  const port = await evenPort();
  const path = join(folder, "received.ts");
  writeFileSync(path, "");
  const receiver = spawn("multicat", [`@127.0.0.1:${port}`, path], { stdio: "ignore" });
  t.after(() => receiver.kill("SIGKILL"));
  await untilBound(port);
  const send = UDPSender({ receiverAddress: "127.0.0.1", receiverPort: port });
  await new System().run(Pipeline(Feed([stream]), TSPacketiser(), RTPPacer(), RTPFramer(), send));
  while (statSync(path).size < stream.length) await new Promise((resolve) => setTimeout(resolve, 10));
  assert.ok(readFileSync(path).subarray(0, stream.length).equals(stream));
});
