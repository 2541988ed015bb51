// SPDX-License-Identifier: Apache-2.0
// rtp.js, with plain calls.
import { packets } from "rtp.js";
import { check, measure } from "../lib/measure.ts";
import { PACKET, PACKETS, PAYLOAD } from "./job.ts";

const { RtpPacket } = packets;
const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

if (process.argv[2] === "pack") {
  await measure({ work: "rtp-pack", row: "rtp.js", unit: "million packets/s" }, () => {
    let bytes = 0;
    for (let n = 0; n < PACKETS; n++) {
      const packet = new RtpPacket();
      packet.setPayloadType(33);
      packet.setSequenceNumber(n & 0xffff);
      packet.setTimestamp(n);
      packet.setSsrc(0xdeadbeef);
      packet.setPayload(view(PAYLOAD));
      packet.serialize();
      bytes += packet.getByteLength();
    }
    check("the number of bytes", bytes, PACKETS * PACKET.length);
    return PACKETS;
  });
} else {
  await measure({ work: "rtp-parse", row: "rtp.js", unit: "million packets/s" }, () => {
    let bytes = 0;
    for (let n = 0; n < PACKETS; n++) bytes += new RtpPacket(view(PACKET)).getPayload().byteLength;
    check("the number of bytes", bytes, PACKETS * PAYLOAD.length);
    return PACKETS;
  });
}
