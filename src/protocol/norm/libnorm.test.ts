// SPDX-License-Identifier: Apache-2.0
// Objects and streams to and from NRL's libnorm, over multicast on the real loopback; libnorm itself loses what is to be lost.
import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { type Component, SeededRandom, System } from "../../axon/index.ts";
import { freePort, without } from "../../internet/parts.ts";
import { Feed } from "../../testing/index.ts";
import { Each, randomMessages } from "../multicast/parts.ts";
import { ReceiverOn, SenderOn } from "./parts.ts";
import type { MissedObject, ReceivedObject, ReceivedPiece } from "./remote.ts";

const skip = without("g++") || (existsSync("/usr/include/normApi.h") ? false : "needs libnorm-dev");
const [US, THEM] = [77, 9];
const [content] = randomMessages(1, 300_000, new SeededRandom(5740));
const pieces = Array.from({ length: 60 }, (_, n) => content!.subarray(n * 5000, (n + 1) * 5000));
const CONTROLLED = "objects, rate by NORM-CC";
let folder = "";

before(() => {
  if (skip !== false) return;
  folder = mkdtempSync(join(tmpdir(), "kamaelia-norm-"));
  const source = fileURLToPath(new URL("peer/normPeer.cpp", import.meta.url));
  const { status, stderr } = spawnSync("g++", ["-O1", "-o", join(folder, "normPeer"), source, "-lnorm"], { encoding: "utf8" });
  assert.equal(status, 0, stderr);
});
after(() => {
  if (folder !== "") rmSync(folder, { recursive: true });
});

/** A group that nobody else uses. */
async function group() {
  const port = await freePort();
  const address = `239.${port >> 8}.${port & 255}.74`;
  const local = { localAddress: "0.0.0.0", localPort: port, interface: "127.0.0.1", multicastTTL: 1 };
  return {
    net: { ...local, remoteAddress: address, remotePort: port },
    words: [`group=${address}`, `port=${port}`, `id=${THEM}`, "seconds=30"],
  };
}

/** libnorm; it has begun when it says so. */
async function peer(t: TestContext, words: readonly string[], input?: Uint8Array): Promise<ChildProcess> {
  const child = spawn(join(folder, "normPeer"), words, { stdio: ["pipe", "pipe", "pipe"] });
  t.after(() => child.kill("SIGKILL"));
  child.stdin.end(input);
  await once(child.stderr, "data");
  return child;
}

for (const loss of [0, 2, 20])
  for (const kind of loss === 2 ? ([CONTROLLED] as const) : (["object", "file", "stream"] as const))
    test(`libnorm has what NormSender() sends: ${kind}, ${loss} % lost`, { skip, timeout: 60_000 }, async (t) => {
      const { net, words } = await group();
      const child = await peer(t, ["receive", `loss=${loss}`, `folder=${folder}/`, "stay=0.6", ...words]);
      const out: Buffer[] = [];
      child.stdout!.on("data", (bytes: Buffer) => out.push(bytes));
      const ended = once(child, "close");
      const congestion = kind === CONTROLLED;
      const sender = SenderOn(net, { id: US, rate: congestion ? 2e6 : 20e6, congestion, grtt: 30, groupSize: 10, confirm: [THEM] });
      const object = { bytes: content!, info: Buffer.from("name.bin"), file: kind === "file" };
      const feed = kind === "stream" ? Feed(pieces) : Feed([object]);
      const confirmed: number[] = [];
      const list = Each<{ readonly node: number }>(({ node }) => confirmed.push(node));
      sender.link(sender.outboxes.confirmed, list.inboxes.inbox);
      if (kind === "stream") sender.link([feed, "outbox"], [sender, "stream"]);
      else sender.link([feed, "outbox"], [sender, "inbox"]);
      sender.link([feed, "signal"], [sender, "control"]);
      const system = new System();
      for (const part of [feed, list] as Component<any, any>[]) system.activate(part);
      await system.run(sender);
      assert.deepEqual(await ended, [0, null]);
      const all = Buffer.concat(out);
      const line = all.indexOf(10);
      const expected = { object: "data 300000 name.bin", file: "file 300000 name.bin", stream: "stream 300000" };
      assert.equal(all.subarray(0, line).toString(), expected[kind === CONTROLLED ? "object" : kind]);
      assert.ok(all.subarray(line + 1).equals(content!));
      if (loss === 0 && kind !== "stream") assert.deepEqual(confirmed, [THEM]);
      await system.stop();
    });

for (const loss of [0, 2, 20])
  for (const kind of loss === 2 ? ([CONTROLLED] as const) : (["objects", "file", "stream"] as const))
    test(`NormReceiver() has what libnorm sends, and confirms it: ${kind}, ${loss} % lost`, { skip, timeout: 60_000 }, async (t) => {
      const { net, words } = await group();
      const receiver = ReceiverOn(net, { id: US });
      const objects: ReceivedObject[] = [];
      const stream: ReceivedPiece[] = [];
      const missed: MissedObject[] = [];
      const system = new System();
      const enough = Promise.withResolvers<void>();
      const count = kind === "file" ? 1 : 3;
      const look = (): void => {
        if (objects.length === count || stream.reduce((sum, { bytes }) => sum + bytes.length, 0) === 300_000) enough.resolve();
      };
      const each = <T>(list: T[]) => Each<T>((message) => (list.push(message), look()));
      const [first, second, third] = [each(objects), each(stream), each(missed)];
      receiver.link(receiver.outboxes.outbox, first.inboxes.inbox);
      receiver.link(receiver.outboxes.stream, second.inboxes.inbox);
      receiver.link(receiver.outboxes.missed, third.inboxes.inbox);
      for (const part of [receiver, first, second, third] as Component<any, any>[]) system.activate(part);
      const file = join(folder, "file.bin");
      writeFileSync(file, content!);
      const what = kind === "file" ? `file=${file}` : "objects=3";
      const how = kind === "stream" ? ["stream=1"] : [what, "info=hello", `confirm=${US}`];
      const congestion = kind === CONTROLLED ? ["cc=1"] : [];
      const child = await peer(t, ["send", `loss=${loss}`, ...how, ...congestion, ...words], content);
      let said = "";
      child.stderr!.on("data", (bytes: Buffer) => (said += bytes.toString()));
      const [code] = (await once(child, "close")) as [number];
      await enough.promise;
      await system.stop();
      assert.deepEqual([code, missed], [0, []]);
      if (kind === "stream") return assert.ok(Buffer.concat(stream.map(({ bytes }) => bytes)).equals(content!));
      assert.match(said, /watermark success/);
      const sorted = objects.toSorted((a, b) => a.object - b.object);
      assert.ok(Buffer.concat(sorted.map(({ bytes }) => bytes)).equals(content!));
      assert.deepEqual(
        sorted.map((object) => [object.from, object.file, Buffer.from(object.info!).toString()]),
        Array.from({ length: count }, () => [THEM, kind === "file", "hello"]),
      );
    });
