// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { drive } from "../../../testing/index.ts";
import { opusDuration } from "./opusDuration.ts";
import { OpusPacketiser } from "./OpusPacketiser.ts";
import { bytes, hex } from "./parts.ts";

test("OpusPacketiser() counts 48000 a second, and marks where sound begins", async () => {
  const packets = ["78ab", "f9abcd", "0302ab", "08"].map(bytes);
  const { outbox } = await drive(OpusPacketiser({ ssrc: 5 }), { inbox: packets });
  assert.deepEqual(
    outbox.map(({ payloadtype, payload, timestamp, ssrc, marker }) => [payloadtype, hex(payload), timestamp, ssrc, marker]),
    [
      [96, "78ab", 0, 5, true],
      [96, "f9abcd", 960, 5, false],
      [96, "0302ab", 2880, 5, false],
      [96, "08", 3840, 5, false],
    ],
  );
});
test("opusDuration() knows all 32 configurations of RFC 6716, and refuses more than 120 ms", () => {
  const durations = Array.from({ length: 32 }, (_, config) => Number(opusDuration(Uint8Array.of(config << 3))) / 48);
  assert.deepEqual(durations, [
    ...[10, 20, 40, 60, 10, 20, 40, 60, 10, 20, 40, 60],
    ...[10, 20, 10, 20],
    ...[2.5, 5, 10, 20, 2.5, 5, 10, 20, 2.5, 5, 10, 20, 2.5, 5, 10, 20],
  ]);
  assert.deepEqual(
    ["", "1b", "1b00", "1b03", "1b02"].map((text) => typeof opusDuration(bytes(text))),
    ["string", "string", "string", "string", "number"],
  );
});
test("OpusPacketiser() says what is no Opus packet", async () => {
  const { outbox, malformed } = await drive(OpusPacketiser(), { inbox: ["", "1b03", "78"].map(bytes) });
  assert.deepEqual(
    [outbox.length, malformed.map(({ reason }) => reason)],
    [1, ["Cannot send an Opus packet: it is empty", "Cannot send an Opus packet: 3 frames of 60 ms are not more than 0 and up to 120 ms"]],
  );
});
