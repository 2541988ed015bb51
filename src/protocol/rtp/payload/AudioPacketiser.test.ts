// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { drive } from "../../../testing/index.ts";
import { AudioDepacketiser } from "./AudioDepacketiser.ts";
import { AudioPacketiser, type AudioPacketiserOptions } from "./AudioPacketiser.ts";
import { cuts, hex } from "./parts.ts";

const telephone = { sample_format: "MU_LAW", channels: 1, sample_rate: 8000 } as const;
const stereo = { sample_format: "S16_BE", channels: 2, sample_rate: 44_100 } as const;

test("AudioPacketiser() cuts 20 ms packets, wherever its messages are cut; half a moment at the end is nothing", async () => {
  const sound = Uint8Array.from({ length: 23 }, (_, n) => n);
  for (const inbox of cuts(sound)) {
    const { outbox } = await drive(AudioPacketiser({ ...stereo, sample_rate: 100, ssrc: 1 }), { inbox });
    assert.deepEqual(
      outbox.map(({ timestamp, payload }) => [timestamp, hex(payload)]),
      [
        [0, "0001020304050607"],
        [2, "08090a0b0c0d0e0f"],
        [4, "10111213"],
      ],
    );
  }
});
test("AudioPacketiser() knows the payload types of RFC 3551", async () => {
  const type = async (options: AudioPacketiserOptions): Promise<number> =>
    (await drive(AudioPacketiser(options), { inbox: [new Uint8Array(4)] })).outbox[0]!.payloadtype;
  assert.deepEqual(
    [
      await type(telephone),
      await type({ ...telephone, sample_format: "A_LAW" }),
      await type(stereo),
      await type({ ...stereo, channels: 1 }),
      await type({ ...stereo, sample_rate: 48_000 }),
      await type({ ...telephone, channels: 2 }),
      await type({ ...telephone, payloadtype: 100 }),
    ],
    [0, 8, 10, 11, 96, 96, 100],
  );
});
test("AudioPacketiser() and AudioDepacketiser() say which format they do not know, and what is not given", () => {
  for (const [make, what] of [
    [AudioPacketiser, "send"],
    [AudioDepacketiser, "receive"],
  ] as const) {
    const refused = (options: object): string => {
      try {
        make(options as AudioPacketiserOptions);
      } catch (error) {
        return String(error);
      }
      return "";
    };
    assert.equal(
      refused({ encoding: "mp3" }),
      `RangeError: Cannot ${what} audio in the sample_format undefined: give S16_BE, MU_LAW, A_LAW`,
    );
    assert.match(refused({ ...telephone, sample_format: "S16_LE" }), /the sample_format S16_LE: give S16_BE/);
    assert.match(refused({ sample_format: "MU_LAW", sample_rate: 8000 }), /without knowing its channels: give both$/);
    assert.match(refused({ sample_format: "MU_LAW", channels: 1 }), /without knowing its sample_rate: give both$/);
  }
});
test("AudioPacketiser() refuses what there cannot be", () => {
  for (const wrong of [{ milliseconds: 0 }, { channels: 0 }, { channels: 1.5 }, { sample_rate: 0 }, { payloadtype: -1 }])
    assert.throws(() => AudioPacketiser({ ...telephone, ...wrong }), RangeError);
});
