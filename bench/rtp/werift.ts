// SPDX-License-Identifier: Apache-2.0
// werift-rtp, with plain calls.
import { RtpHeader, RtpPacket } from "werift-rtp";
import { check, measure } from "../lib/measure.ts";
import { PACKET, PACKETS, PAYLOAD } from "./job.ts";

if (process.argv[2] === "pack") {
  const payload = Buffer.from(PAYLOAD);
  await measure({ work: "rtp-pack", row: "werift-rtp", unit: "million packets/s" }, () => {
    let bytes = 0;
    for (let n = 0; n < PACKETS; n++) {
      const header = new RtpHeader({ payloadType: 33, sequenceNumber: n & 0xffff, timestamp: n, ssrc: 0xdeadbeef });
      bytes += new RtpPacket(header, payload).serialize().length;
    }
    check("the number of bytes", bytes, PACKETS * PACKET.length);
    return PACKETS;
  });
} else {
  const packet = Buffer.from(PACKET);
  await measure({ work: "rtp-parse", row: "werift-rtp", unit: "million packets/s" }, () => {
    let bytes = 0;
    for (let n = 0; n < PACKETS; n++) bytes += RtpPacket.deSerialize(packet).payload.length;
    check("the number of bytes", bytes, PACKETS * PAYLOAD.length);
    return PACKETS;
  });
}
