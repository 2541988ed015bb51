// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { Pipeline } from "../../../chassis/index.ts";
import { drive, SeededRandom } from "../../../testing/index.ts";
import { arrived, hex, Numbered, tsPacket } from "./parts.ts";
import { TSDepacketiser } from "./TSDepacketiser.ts";
import { TSPacketiser } from "./TSPacketiser.ts";

test("TSDepacketiser() gives the stream back that went into a TSPacketiser()", async () => {
  const film = Buffer.concat(Array.from({ length: 30 }, (_, n) => tsPacket(n)));
  const { outbox } = await drive(Pipeline(TSPacketiser(), Numbered(), TSDepacketiser()), { inbox: [film] });
  assert.equal(hex(Buffer.concat(outbox)), hex(film));
});
test("TSDepacketiser() says what is no transport stream", async () => {
  const wrong = Buffer.concat([tsPacket(1), tsPacket(2)]);
  wrong[188] = 0x48;
  const contents = [Buffer.alloc(0), tsPacket(0).subarray(1), wrong, tsPacket(3)].map((payload) => ({
    payloadtype: 33,
    payload,
    timestamp: 0,
    ssrc: 1,
  }));
  const { outbox, malformed } = await drive(TSDepacketiser(), { inbox: arrived(contents) });
  assert.deepEqual(
    [outbox.length, malformed.map(({ reason }) => reason)],
    [
      1,
      [
        "Cannot read a piece of a transport stream: 0 bytes are not packets of 188",
        "Cannot read a piece of a transport stream: 187 bytes are not packets of 188",
        "Cannot read a piece of a transport stream: at 188 is no 71, as in all packets",
      ],
    ],
  );
});
test("TSDepacketiser() survives random payloads", async () => {
  const random = new SeededRandom(1);
  const contents = Array.from({ length: 500 }, () => {
    const payload = Uint8Array.from({ length: random.integer(400) }, () => random.integer(256));
    return { payloadtype: 33, payload, timestamp: 0, ssrc: 1 };
  });
  const { outbox, malformed } = await drive(TSDepacketiser(), { inbox: arrived(contents) });
  assert.equal(outbox.length + malformed.length, 500);
});
