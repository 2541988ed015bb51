// SPDX-License-Identifier: Apache-2.0
import type { Clock } from "kamaelia/axon";
import { parseSDP, type SDPSession } from "kamaelia/protocol/sdp";
import type { Format } from "./playlist.ts";

/** Where a stream goes, and what it is called. */
export interface Place {
  readonly group: string;
  readonly port: number;
  readonly name: string;
  readonly format: Format;
  /** Whether the RTP packets are sent by ReliableMulticast. */
  readonly reliable: boolean;
}

/** The transport, as descriptions have it: RTP, or RTP in messages of ReliableMulticast, for which there is no registered name. */
const [RTP, RELIABLE] = ["RTP/AVP", "KAMAELIA-RM/RTP/AVP"];

/** The description of a stream, to be announced. */
export function describe({ group, port, name, format, reliable }: Place, clock: Clock): SDPSession {
  const id = Math.floor(clock.wallTime() / 1000);
  const by = reliable ? RELIABLE : RTP;
  const media = format === "ts" ? [`m=video ${port} ${by} 33`] : [`m=audio ${port} ${by} 96`, "a=rtpmap:96 opus/48000/2"];
  const lines = ["v=0", `o=- ${id} ${id} IN IP4 127.0.0.1`, `s=${name}`, `c=IN IP4 ${group}/8`, "t=0 0", ...media];
  return parseSDP(`${lines.join("\n")}\n`);
}

/** Where a stream is, if it is one that we can play. */
export function placeOf({ sessionname, connection, media }: SDPSession): Place | undefined {
  const [first] = media;
  const group = first?.connection[0]?.addr ?? connection?.addr;
  if (first === undefined || group === undefined) return undefined;
  const isOpus = first.attribute.some(({ name, value }) => name === "rtpmap" && / opus\//i.test(value ?? ""));
  const reliable = first.proto === RELIABLE;
  if ((!isOpus && first.formats[0] !== "33") || (!reliable && first.proto !== RTP)) return undefined;
  return { group, port: first.port, name: sessionname, format: isOpus ? "opus" : "ts", reliable };
}
