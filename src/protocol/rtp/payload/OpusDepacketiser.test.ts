// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { Pipeline } from "../../../chassis/index.ts";
import { drive } from "../../../testing/index.ts";
import { OpusDepacketiser } from "./OpusDepacketiser.ts";
import { OpusPacketiser } from "./OpusPacketiser.ts";
import { arrived, bytes, hex, Numbered } from "./parts.ts";

test("OpusDepacketiser() gives the packets back that went into an OpusPacketiser()", async () => {
  const packets = ["78ab", "f9abcd", "0302ab"].map(bytes);
  const { outbox } = await drive(Pipeline(OpusPacketiser(), Numbered(), OpusDepacketiser()), { inbox: packets });
  assert.deepEqual(outbox.map(hex), packets.map(hex));
});
test("OpusDepacketiser() says how much is missing, and what is no Opus packet", async () => {
  const content = (timestamp: number, text: string) => ({ payloadtype: 96, payload: bytes(text), timestamp, ssrc: 1 });
  const contents = [content(2 ** 32 - 960, "78"), content(0, "78"), content(2880, "78"), content(3840, "")];
  const { outbox, missing, malformed } = await drive(OpusDepacketiser(), { inbox: arrived(contents) });
  assert.deepEqual([outbox.length, missing, malformed[0]!.reason], [3, [1920], "Cannot play an Opus packet: it is empty"]);
});
