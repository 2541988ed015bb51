// SPDX-License-Identifier: Apache-2.0
import { at, specimen, type Specimens } from "../../testing/index.ts";
import {
  AudioDepacketiser,
  AudioPacketiser,
  H264Depacketiser,
  H264Packetiser,
  H264Parser,
  H264Writer,
  OpusDepacketiser,
  OpusPacketiser,
  type RTPContent,
  RTPPacer,
  TSDepacketiser,
  TSPacketiser,
} from "./index.ts";
import { arrived, bytes, tsPacket } from "./payload/parts.ts";

const content = (timestamp: number, payload: Uint8Array, marker = false): RTPContent => ({
  payloadtype: 96,
  payload,
  timestamp,
  ssrc: 1,
  marker,
});
const film = [0, 1, 2].map((n) => Buffer.concat([tsPacket(n, n * 1800), tsPacket(n), tsPacket(n)]));
const telephone = { sample_format: "MU_LAW", channels: 1, sample_rate: 8000 } as const;
const pictures = ["6588", "4101", "4102"].map((nal, n) => ({ nals: [bytes(nal)], timestamp: n * 3600 }));

export const specimens: Specimens = {
  TSPacketiser: specimen(() => TSPacketiser(), { inbox: film }),
  TSDepacketiser: specimen(() => TSDepacketiser(), { inbox: arrived([...film, bytes("00")].map((one, n) => content(n, one))) }),
  RTPPacer: specimen(() => RTPPacer(), {
    inbox: at({ 0: content(0, bytes("00")), 10: content(9000, bytes("01")), 20: content(18_000, bytes("02")) }),
  }),
  AudioPacketiser: specimen(() => AudioPacketiser(telephone), { inbox: [100, 200, 300].map((length) => new Uint8Array(length)) }),
  AudioDepacketiser: specimen(() => AudioDepacketiser(telephone), {
    inbox: arrived([0, 160, 480].map((timestamp) => content(timestamp, new Uint8Array(160)))),
  }),
  OpusPacketiser: specimen(() => OpusPacketiser(), { inbox: ["78aa", "78bb", "", "78cc"].map(bytes) }),
  OpusDepacketiser: specimen(() => OpusDepacketiser(), {
    inbox: arrived([0, 960, 2880].map((timestamp) => content(timestamp, bytes("78aa")))),
  }),
  H264Parser: specimen(() => H264Parser(), { inbox: ["0000016588", "0000014188", "00000141a0"].map(bytes) }),
  H264Writer: specimen(() => H264Writer(), { inbox: pictures }),
  H264Packetiser: specimen(() => H264Packetiser(), { inbox: pictures }),
  H264Depacketiser: specimen(() => H264Depacketiser(), {
    inbox: arrived(["6588", "7c85aa", "7c45bb", "4188"].map((payload, n) => content(n > 1 ? n - 1 : n, bytes(payload), n !== 1))),
  }),
};
