// SPDX-License-Identifier: Apache-2.0
import { Buffer } from "node:buffer";
import { component, type Component } from "../../axon/index.ts";
import { opusDuration } from "../rtp/index.ts";
import { CAPTURE, checksum, FLAG, PAGE_HEADER } from "./page.ts";

/** What the stream is said to be. */
export interface OggFramerOptions {
  /** Channels of the sound, 1 or 2. Default 2. */
  readonly channels?: number;
  /** Samples, at 48 kHz, at the beginning that are not to be heard: what the encoder needs to begin. Default 0, right for a stream that was joined late. */
  readonly preSkip?: number;
  /** Hertz of the sound before it was coded; players only show it. Default 48000. */
  readonly sampleRate?: number;
}

/**
 * Makes an Ogg stream (RFC 3533) of Opus packets, one in each message, as players and `.opus` files have it (RFC 7845). Each packet has a page, so that nothing waits.
 * What is no Opus packet lasts no time.
 *
 * @throws RangeError for other numbers of channels, a negative `preSkip`, and a packet of more than 65024 bytes
 * @example
 * await Pipeline(RTPDeframer(), RTPSource(), RecoverOrder<RTPParsed>({ timeout: 200 }), OpusDepacketiser(), OggFramer(), SimpleFileWriter("song.opus")).run(); // until it is stopped
 */
export function OggFramer({ channels = 2, preSkip = 0, sampleRate = 48_000 }: OggFramerOptions = {}): Component<
  { inbox: Uint8Array },
  { outbox: Uint8Array }
> {
  if (channels !== 1 && channels !== 2) throw new RangeError(`Cannot write an Ogg stream of ${channels} channels: give 1 or 2`);
  if (!(preSkip >= 0 && preSkip < 65_536)) throw new RangeError(`Cannot skip ${preSkip} samples: give 0 to 65535`);
  return component(OggFramer, {
    inboxes: { inbox: "Opus packets" },
    outboxes: { outbox: "an Ogg stream" },
    *main({ inbox }, { outbox }, self) {
      const serial = self.system.random.integer(2 ** 32);
      let number = 0;
      let granule = preSkip;
      /** The last page has to say that it is: one is kept until the next one comes. */
      let kept: Uint8Array | undefined;
      const write = (packet: Uint8Array, position: number, flags = 0): void =>
        outbox.send(pageOf(packet, { serial, number: number++, granule: position, flags }));
      const begin = (): void => {
        write(head(channels, preSkip, sampleRate), 0, FLAG.FIRST);
        write(TAGS, 0);
      };
      const writeKept = (flags: number): void => {
        if (kept === undefined) return begin();
        const duration = opusDuration(kept);
        granule += typeof duration === "string" ? 0 : duration;
        write(kept, granule, flags);
      };
      while (yield inbox) {
        for (const packet of inbox) {
          writeKept(0);
          kept = packet;
        }
      }
      if (!self.toldToStop && kept !== undefined) writeKept(FLAG.LAST);
    },
  });
}

/** OpusHead: RFC 7845, section 5.1. */
function head(channels: number, preSkip: number, sampleRate: number): Uint8Array {
  const bytes = Buffer.alloc(19);
  bytes.write("OpusHead\u0001", "latin1");
  bytes[9] = channels;
  bytes.writeUInt16LE(preSkip, 10);
  bytes.writeUInt32LE(sampleRate, 12);
  return bytes;
}

/** OpusTags, with nothing but a name: RFC 7845, section 5.2. */
const TAGS = Buffer.concat([Buffer.from("OpusTags\u0008\0\0\0Kamaelia", "latin1"), Buffer.alloc(4)]);

interface PageInfo {
  readonly serial: number;
  readonly number: number;
  readonly granule: number;
  readonly flags: number;
}

/** A page with one packet, which fits: the longest of Opus has 1275 bytes a frame, and at most 48 frames. */
function pageOf(packet: Uint8Array, { serial, number, granule, flags }: PageInfo): Uint8Array {
  const segments = Math.floor(packet.length / 255) + 1;
  if (segments > 255) throw new RangeError(`Cannot write a packet of ${packet.length} bytes on a page of Ogg: it holds 65024 at most`);
  const page = Buffer.alloc(PAGE_HEADER + segments + packet.length);
  page.set(CAPTURE);
  page[5] = flags;
  page.writeBigUInt64LE(BigInt(granule), 6);
  page.writeUInt32LE(serial, 14);
  page.writeUInt32LE(number >>> 0, 18);
  page[26] = segments;
  page.fill(255, PAGE_HEADER, PAGE_HEADER + segments - 1);
  page[PAGE_HEADER + segments - 1] = packet.length % 255;
  page.set(packet, PAGE_HEADER + segments);
  page.writeUInt32LE(checksum(page), 22);
  return page;
}
