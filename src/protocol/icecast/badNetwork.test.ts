// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { Graphline, Pipeline } from "../../chassis/index.ts";
import { ToList } from "../../testing/index.ts";
import { badNetwork, Paced, SINGLY } from "../parts.ts";
import { IcecastClient } from "./IcecastClient.ts";
import { IcecastDemux } from "./IcecastDemux.ts";
import { IcecastMount } from "./IcecastMount.ts";
import { IcecastMounts } from "./IcecastMounts.ts";
import { IcecastServer } from "./IcecastServer.ts";
import type { IceIPC } from "./messages.ts";

/** A piece of sound that says where it is from: ten bytes, many times. */
const piece = (n: number): Uint8Array => Buffer.from(`${n}`.padStart(10, "0").repeat(400));

test("IcecastServer() plays to all over a network that loses, doubles and reorders: each hears what was sent, without a hole, and the titles", async (t) => {
  const names = ["one", "two", "three"];
  const network = badNetwork(t, ["radio", ...names], SINGLY);
  const streams = new IcecastMounts();
  const { system } = network.host("radio");
  system.activate(IcecastServer({ host: "0.0.0.0", port: 80, streams }));
  const titles = Array.from({ length: 6 }, (_, n) => `Song ${n}; it's one`);
  const mount = Graphline({
    components: {
      SOUND: Paced(
        Array.from({ length: 240 }, (_, n) => piece(n)),
        250,
      ), // 128 kbit/s, a minute
      TITLES: Paced(titles, 9000),
      MOUNT: IcecastMount(streams, "/live", { burstSize: 16_000 }),
    },
    linkages: { "SOUND.outbox": "MOUNT.inbox", "TITLES.outbox": "MOUNT.metadata", "SOUND.signal": "MOUNT.control" },
  });
  system.activate(mount);
  await network.advance(1000);
  const heard = names.map((name) => {
    const messages: IceIPC[] = [];
    network.host(name).system.activate(Pipeline(IcecastClient("http://radio/live", { attempts: 1 }), IcecastDemux(), ToList(messages)));
    return messages;
  });
  await network.advance(90_000);
  for (const messages of heard) {
    const sound = Buffer.concat(messages.flatMap((each) => (each.type === "IceIPCDataChunk" ? [each.data] : []))).toString();
    const first = Number(sound.slice(0, 10));
    assert.ok(first < 10 && sound.length > 200 * 4000, `${sound.length} bytes from piece ${first} on`);
    for (let at = 0; at + 4000 <= sound.length; at += 4000)
      if (sound.slice(at, at + 4000) !== Buffer.from(piece(first + at / 4000)).toString()) assert.fail(`a hole at ${at}`);
    const said = messages.flatMap((each) => (each.type === "IceIPCMetadata" ? [each.metadata["StreamTitle"]] : []));
    assert.deepEqual(said, titles);
  }
});
