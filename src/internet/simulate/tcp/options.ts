// SPDX-License-Identifier: Apache-2.0

/** How the TCP of a simulated network behaves. */
export interface TCPOptions {
  /** How it finds its rate: "cubic" (RFC 9438, default), or "reno" (RFC 5681). */
  readonly congestion?: "cubic" | "reno";
  /** Bytes that may wait to be sent or acknowledged before `write` answers false. Default 1 MiB. */
  readonly sendBuffer?: number;
  /** Bytes that may wait to be read: the largest window. Default 1 MiB. */
  readonly receiveBuffer?: number;
  /** The most bytes in a segment. Default: what fits into the packets of all links on the way. */
  readonly segment?: number;
  /** Segments that may be sent before the first answer. Default 10 (RFC 6928). */
  readonly initialWindow?: number;
  /** Milliseconds for which an acknowledgement waits for data to go with, or a second segment. 0: it never waits. Default 40. */
  readonly delayedAck?: number;
  /** The least milliseconds after which a segment is sent again for want of an answer. Default 200, as on Linux; RFC 6298 says 1000. */
  readonly minRTO?: number;
}

/** All of them, with the defaults. @internal */
export type TCPSettings = Required<Omit<TCPOptions, "segment">> & { readonly segment: number | undefined };

/** @throws RangeError for what cannot be @internal */
export function tcpSettings(options: TCPOptions = {}): TCPSettings {
  const { congestion = "cubic", sendBuffer = 1 << 20, receiveBuffer = 1 << 20, segment, initialWindow = 10 } = options;
  const { delayedAck = 40, minRTO = 200 } = options;
  for (const [what, value] of Object.entries({ sendBuffer, receiveBuffer, segment: segment ?? 1, initialWindow, minRTO })) {
    if (!(value > 0)) throw new RangeError(`Cannot simulate TCP with ${what} ${value}: give more than 0`);
  }
  if (congestion !== "cubic" && congestion !== "reno")
    throw new RangeError(`Cannot simulate TCP with ${String(congestion)}: there are "cubic" and "reno"`);
  return { congestion, sendBuffer, receiveBuffer, segment, initialWindow, delayedAck, minRTO };
}
