// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { Pipeline } from "../../../chassis/index.ts";
import { drive } from "../../../testing/index.ts";
import { AudioDepacketiser } from "./AudioDepacketiser.ts";
import { AudioPacketiser } from "./AudioPacketiser.ts";
import { arrived, hex, Numbered } from "./parts.ts";

const format = { sample_format: "A_LAW", channels: 1, sample_rate: 1000 } as const;
const content = (timestamp: number, text: string) => ({ payloadtype: 8, payload: Buffer.from(text, "hex"), timestamp, ssrc: 1 });

test("AudioDepacketiser() gives the sound back that went into an AudioPacketiser()", async () => {
  const sound = Uint8Array.from({ length: 1000 }, (_, n) => n);
  const { outbox } = await drive(Pipeline(AudioPacketiser(format), Numbered(), AudioDepacketiser(format)), { inbox: [sound] });
  assert.equal(hex(Buffer.concat(outbox)), hex(sound));
});
test("AudioDepacketiser() sends silence where packets are missing, but not without end, and also where the timestamp wraps", async () => {
  const contents = [content(2 ** 32 - 2, "0102"), content(2, "0304"), content(104, "05")];
  const { outbox } = await drive(AudioDepacketiser({ ...format, maxSilence: 3 }), { inbox: arrived(contents) });
  assert.deepEqual(outbox.map(hex), ["0102", "d5d5", "0304", "d5d5d5", "05"]);
});
test("AudioDepacketiser() says what is not a number of whole moments", async () => {
  const sound = { sample_format: "S16_BE", channels: 2, sample_rate: 44_100 } as const;
  const { outbox, malformed } = await drive(AudioDepacketiser(sound), { inbox: arrived([content(0, "010203"), content(1, "01020304")]) });
  assert.deepEqual([outbox.map(hex), malformed[0]!.reason], [["01020304"], "Cannot play 3 bytes: a moment has 4"]);
});
test("AudioDepacketiser() refuses what there cannot be", () => {
  for (const wrong of [{ channels: 0 }, { sample_rate: 0 }, { maxSilence: -1 }])
    assert.throws(() => AudioDepacketiser({ ...format, ...wrong }), RangeError);
});
