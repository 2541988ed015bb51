// SPDX-License-Identifier: Apache-2.0
import type { RTPContent } from "../packet.ts";
import type { Received } from "../session.ts";

/** A packet that came, with its number: what an RTPDeframer, an RTPSource and a RecoverOrder send, or what an RTPSession and a JitterBuffer do. */
export type Arrived = readonly [sequence: number, content: RTPContent] | Received;

/** Its number modulo 2^16, and what is in it. */
export function opened(message: Arrived): readonly [sequence: number, content: RTPContent] {
  if (!("content" in message)) return [message[0] & 0xffff, message[1]];
  return [message.sequence & 0xffff, message.content];
}

/** How a packetiser calls what it makes. */
export interface PacketiserOptions {
  /** Who sends it, 32 bit. An RTPSession chooses its own. Default: random. */
  readonly ssrc?: number;
  /** What the payload is, 0 to 127. */
  readonly payloadtype?: number;
}

/** @throws RangeError for what RTP cannot say */
export function checkPacketiser(what: string, { ssrc = 0, payloadtype = 96 }: PacketiserOptions): void {
  if (!(Number.isInteger(ssrc) && ssrc >= 0 && ssrc < 2 ** 32)) throw new RangeError(`Cannot ${what} from ${ssrc}: an SSRC has 32 bits`);
  if (!(Number.isInteger(payloadtype) && payloadtype >= 0 && payloadtype <= 127))
    throw new RangeError(`Cannot ${what} as payload type ${payloadtype}: give an integer from 0 to 127`);
}
