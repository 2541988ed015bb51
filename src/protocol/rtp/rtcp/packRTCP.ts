// SPDX-License-Identifier: Apache-2.0
import { ITEMS, type ReportBlock, type RTCPPacket, type SourceDescription, TYPES } from "./packets.ts";

/**
 * Writes packets of RTCP as one compound packet: RFC 3550, section 6; RFC 4585, section 6.1.
 *
 * @throws RangeError for more than fits into a packet, or data that is not whole words
 * @example
 * Buffer.from(packRTCP([{ type: "BYE", sources: [1], reason: "abc" }])).toString("hex"); // 81cb00020000000103616263
 */
export function packRTCP(packets: readonly RTCPPacket[]): Uint8Array {
  const writer = new Writer();
  for (const packet of packets) {
    const start = writer.length;
    const type = packet.type === "other" ? packet.packetType : TYPES[packet.type];
    writer.bytes([0x80 | countOf(packet), type, 0, 0]);
    writeBody(writer, packet);
    const words = (writer.length - start) / 4 - 1;
    if (!Number.isInteger(words))
      throw new RangeError(`Cannot write an RTCP packet (${packet.type}): its data has to be whole words of 4 bytes`);
    if (words > 0xffff) throw new RangeError(`Cannot write an RTCP packet (${packet.type}): it has more than 65536 words`);
    writer.set16(start + 2, words);
  }
  return writer.written();
}

/** The five bits of the first byte. */
function countOf(packet: RTCPPacket): number {
  const count = rawCount(packet);
  if (count >= 0 && count <= 31) return count;
  throw new RangeError(`Cannot write an RTCP packet (${packet.type}) with ${count} parts: 31 at most; write several packets`);
}

function rawCount(packet: RTCPPacket): number {
  if (packet.type === "SR" || packet.type === "RR") return packet.reports.length;
  if (packet.type === "SDES") return packet.chunks.length;
  if (packet.type === "BYE") return packet.sources.length;
  if (packet.type === "APP") return packet.subtype;
  return packet.type === "other" ? packet.count : packet.format;
}

function writeBody(writer: Writer, packet: RTCPPacket): void {
  switch (packet.type) {
    case "SR":
      writer.words([
        packet.ssrc,
        Number((packet.ntp >> 32n) & 0xffff_ffffn),
        Number(packet.ntp & 0xffff_ffffn),
        packet.rtp,
        packet.packets,
        packet.octets,
      ]);
      for (const report of packet.reports) writeReport(writer, report);
      break;
    case "RR":
      writer.words([packet.ssrc]);
      for (const report of packet.reports) writeReport(writer, report);
      break;
    case "SDES":
      for (const chunk of packet.chunks) writeChunk(writer, chunk);
      break;
    case "BYE":
      writer.words(packet.sources);
      if (packet.reason !== undefined) {
        writer.text(packet.reason);
        writer.pad();
      }
      break;
    case "APP":
      if (!/^[\0-\x7f]{4}$/.test(packet.name))
        throw new RangeError(`Cannot write an RTCP packet of the name ${JSON.stringify(packet.name)}: give 4 characters of ASCII`);
      writer.words([packet.ssrc]);
      writer.bytes([...packet.name].map((character) => character.charCodeAt(0)));
      writer.bytes(packet.data);
      break;
    case "other":
      writer.bytes(packet.data);
      break;
    default:
      writer.words([packet.ssrc, packet.media]);
      writer.bytes(packet.information);
  }
}

function writeReport(writer: Writer, { ssrc, fractionLost, lost, highest, jitter, lastSR, delaySinceLastSR }: ReportBlock): void {
  const clamped = Math.max(-0x80_0000, Math.min(0x7f_ffff, lost)); // 24 bits: it stays at the end, RFC 3550 section A.3
  writer.words([ssrc, ((fractionLost & 0xff) << 24) | (clamped & 0xff_ffff), highest, jitter, lastSR, delaySinceLastSR]);
}

function writeChunk(writer: Writer, { ssrc, items }: SourceDescription["chunks"][number]): void {
  writer.words([ssrc]);
  for (const { item, text } of items) {
    writer.bytes([ITEMS.indexOf(item) + 1]);
    writer.text(text);
  }
  writer.bytes([0]);
  writer.pad();
}

/** Bytes that grow. */
class Writer {
  #bytes = new Uint8Array(256);
  length = 0;

  bytes(bytes: ArrayLike<number>): void {
    while (this.length + bytes.length > this.#bytes.length) {
      const larger = new Uint8Array(2 * this.#bytes.length);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  words(words: readonly number[]): void {
    for (const word of words) this.bytes([word >>> 24, (word >>> 16) & 0xff, (word >>> 8) & 0xff, word & 0xff]);
  }

  /** A byte that says how long the text is, and the text. */
  text(text: string): void {
    const bytes = new TextEncoder().encode(text);
    if (bytes.length > 255) throw new RangeError(`Cannot write ${bytes.length} bytes of text into an RTCP packet: 255 at most`);
    this.bytes([bytes.length]);
    this.bytes(bytes);
  }

  pad(): void {
    while (this.length % 4 !== 0) this.bytes([0]);
  }

  set16(at: number, value: number): void {
    this.#bytes[at] = value >>> 8;
    this.#bytes[at + 1] = value;
  }

  written(): Uint8Array {
    return this.#bytes.slice(0, this.length);
  }
}
