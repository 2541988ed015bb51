// SPDX-License-Identifier: Apache-2.0
import { at, specimen, type Specimens } from "../../testing/index.ts";
import {
  JitterBuffer,
  NullPayloadPreFramer,
  packRTCP,
  type Received,
  type RTPParsed,
  RTPDeframer,
  RTPFramer,
  RTPSession,
  RTPSource,
} from "./index.ts";

const bytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, "hex"));
const content = { payloadtype: 33, payload: bytes("48454c4c4f"), timestamp: 7, ssrc: 1 };

const packet = (number: number, ssrc = 1): readonly [number, RTPParsed] => [number, { ...received(number).content, ssrc }];

const received = (sequence: number): Received => ({
  ssrc: 1,
  sequence,
  content: { ...content, timestamp: 160 * sequence, csrcs: [], bytespadding: 0, marker: false },
});

export const specimens: Specimens = {
  JitterBuffer: specimen(() => JitterBuffer({ clockRate: 8000 }), {
    inbox: at({ 0: received(0), 20: received(1), 30: received(3), 35: received(2) }),
  }),
  RTPFramer: specimen(() => RTPFramer(), { inbox: [content, { ...content, marker: true }, { ...content, csrcs: [1, 2] }] }),
  RTPDeframer: specimen(() => RTPDeframer(), {
    inbox: ["8021fffe01020304deadbeef48454c4c4f", "00", "8021ffff01020304deadbeef"].map(bytes),
  }),
  RTPSource: specimen(() => RTPSource(), {
    inbox: [packet(65_535), packet(0), packet(7, 2), packet(1), packet(9, 2), packet(2), packet(9, 3)],
  }),
  RTPSession: specimen(
    () => RTPSession({ cname: "me@here" }),
    {
      inbox: [content, content, content],
      packets: [bytes("8021000101020304deadbeef48"), packRTCP([{ type: "RR", ssrc: 7, reports: [] }]), bytes("00")],
      feedback: [{ type: "PSFB", format: 1, media: 7, information: new Uint8Array() }],
    },
    {
      compare: (messages, box) => (box === "rtcp" ? [] : messages),
      but: { endless: "it reports every few seconds as long as it takes part" },
    },
  ),
  NullPayloadPreFramer: specimen(() => NullPayloadPreFramer({ chunkSize: 4 }), { recvsrc: ["616263646566", "6768", "696a"].map(bytes) }),
};
