// SPDX-License-Identifier: Apache-2.0
import { anyOf, component, type Component, sleep } from "../../axon/index.ts";
import type { Malformed } from "../framing/index.ts";
import { parseSDP, SDPError, type SDPSession } from "../sdp/index.ts";
import { parseSAP, type SAPAnnouncement } from "./packet.ts";
import { nameOf } from "./SAPAnnouncer.ts";

/** What to keep. */
export interface SAPListenerOptions {
  /** Seconds after which a session is forgotten that is not announced any more. Default 3600. */
  readonly timeout?: number;
  /** Sessions that are known at the same time at most; announcements of more are not heard. Default 1000. */
  readonly maxSessions?: number;
}

/** A session is announced, is announced in another version, or is over. */
export interface SAPEvent {
  readonly type: "new" | "changed" | "gone";
  readonly session: SDPSession;
  /** Address of who announced it. */
  readonly source: string;
}

interface Known {
  readonly session: SDPSession;
  readonly source: string;
  readonly hash: number;
  readonly heard: number;
}

/**
 * Hears which sessions are announced (RFC 2974): takes packets of a {@link Multicast_receiver} at {@link SAP_ADDRESS}, port {@link SAP_PORT}, and tells what is new,
 * and what is over. Only who announced a session can change or end it. What is no announcement of a session goes to "malformed".
 *
 * @throws RangeError for times and numbers that are not above 0
 * @example
 * const receiver = Multicast_receiver({ address: SAP_ADDRESS, port: SAP_PORT });
 * const bytes = PureTransformer(([, datagram]: readonly [unknown, Uint8Array]) => datagram);
 * await Pipeline(receiver, bytes, SAPListener(), ConsoleEchoer()).run(); // until it is stopped
 */
export function SAPListener({ timeout = 3600, maxSessions = 1000 }: SAPListenerOptions = {}): Component<
  { inbox: Uint8Array },
  { outbox: SAPEvent; malformed: Malformed }
> {
  if (!(timeout > 0 && maxSessions > 0))
    throw new RangeError(`Cannot keep ${maxSessions} sessions for ${timeout} s: both have to be above 0`);
  return component(SAPListener, {
    inboxes: { inbox: "packets" },
    outboxes: { outbox: "what is new, changed or over", malformed: "what is no announcement, and why" },
    *main({ inbox }, { outbox, malformed }, self) {
      const { clock } = self.system;
      /** By name; those that have not been heard of for the longest time come first. */
      const known = new Map<string, Known>();
      const hear = ({ deletion, hash, source }: SAPAnnouncement, session: SDPSession): void => {
        const name = nameOf(session);
        const before = known.get(name);
        if (before !== undefined && before.source !== source) return;
        if (deletion ? before === undefined : before === undefined && known.size >= maxSessions) return;
        known.delete(name);
        if (!deletion) known.set(name, { session, source, hash, heard: clock.now() });
        const type = deletion ? "gone" : before === undefined ? "new" : "changed";
        if (type !== "changed" || before?.hash !== hash) outbox.send({ type, session, source });
      };
      const expire = (): number => {
        for (const [name, { session, source, heard }] of known) {
          const left = heard + timeout * 1000 - clock.now();
          if (left > 0) return left;
          known.delete(name);
          outbox.send({ type: "gone", session, source });
        }
        return Infinity;
      };
      while (yield anyOf(inbox, sleep(expire()))) {
        for (const bytes of inbox) {
          const read = readBoth(bytes, known);
          if (typeof read === "string") malformed.send({ bytes, reason: `Cannot read an announcement: ${read}` });
          else hear(...read);
        }
      }
    },
  });
}

/** The announcement, and the session that it is about. */
function readBoth(bytes: Uint8Array, known: ReadonlyMap<string, Known>): readonly [SAPAnnouncement, SDPSession] | string {
  const announcement = parseSAP(bytes);
  if (typeof announcement === "string") return announcement;
  const { deletion, hash, source, payloadType = "", payload } = announcement;
  if (payloadType !== "application/sdp") return `${payloadType.slice(0, 60)} is not application/sdp`;
  if (deletion) {
    for (const one of known.values()) if (one.hash === hash && one.source === source) return [announcement, one.session];
  }
  try {
    return [announcement, parseSDP(new TextDecoder().decode(payload))];
  } catch (error) {
    if (error instanceof SDPError) return error.message;
    throw error;
  }
}
