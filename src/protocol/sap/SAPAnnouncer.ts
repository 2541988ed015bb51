// SPDX-License-Identifier: Apache-2.0
import { anyOf, component, type Component, sleep } from "../../axon/index.ts";
import { type SDPSession, writeSDP } from "../sdp/index.ts";
import { hashOf, packSAP } from "./packet.ts";

/** What to announce from the beginning, from where, and how often. */
export interface SAPAnnouncerOptions {
  /** Sessions to announce at once. Default: none. */
  readonly sessions?: readonly SDPSession[];
  /** Our address, as it is in the announcements. Default "127.0.0.1". */
  readonly source?: string;
  /** Seconds between two announcements of a session, on the average, at least. Default 300. */
  readonly interval?: number;
  /** Bits per second of all announcements together, at most. Default 4000. */
  readonly bandwidth?: number;
}

/** A session to announce, also in place of an older version of the same; or one that is over. */
export type SAPRequest = SDPSession | { readonly gone: SDPSession };

interface Announced {
  readonly hash: number;
  readonly text: string;
}

/**
 * Announces sessions again and again (RFC 2974): packets for a {@link Multicast_sender} to {@link SAP_ADDRESS}, port {@link SAP_PORT}.
 * Each is announced at once, then at random times around the interval (section 3.1), which grows with the number of sessions. At the end of its data
 * it announces that all of them are over.
 *
 * @throws RangeError for times and rates that are not above 0, and an address that is none
 * @example
 * const session = parseSDP("v=0\no=- 1 1 IN IP4 192.0.2.1\ns=Music\nc=IN IP4 239.1.2.3/8\nt=0 0\nm=audio 5004 RTP/AVP 0\n");
 * const address = { remoteAddress: SAP_ADDRESS, remotePort: SAP_PORT };
 * await Pipeline(SAPAnnouncer({ sessions: [session], source: "192.0.2.1" }), Multicast_sender(address)).run(); // until it is stopped
 */
export function SAPAnnouncer({
  sessions = [],
  source = "127.0.0.1",
  interval = 300,
  bandwidth = 4000,
}: SAPAnnouncerOptions = {}): Component<{ inbox: SAPRequest }, { outbox: Uint8Array }> {
  if (!(interval > 0 && bandwidth > 0))
    throw new RangeError(`Cannot announce every ${interval} s at ${bandwidth} bit/s: both have to be above 0`);
  packSAP({ deletion: false, hash: 1, source, payload: new Uint8Array() });
  return component(SAPAnnouncer, {
    inboxes: { inbox: "sessions to announce, or { gone: one that is over }" },
    outboxes: { outbox: "announcements" },
    *main({ inbox }, { outbox }, self) {
      const { clock, random } = self.system;
      const known = new Map<string, Announced>();
      let due = Infinity;
      let last = 0;
      const send = ({ hash, text }: Announced, deletion: boolean): void =>
        outbox.send(packSAP({ deletion, hash, source, payload: new TextEncoder().encode(text) }));
      const take = (request: SAPRequest): void => {
        const session = "gone" in request ? request.gone : request;
        const name = nameOf(session);
        const before = known.get(name);
        if ("gone" in request && before !== undefined) send(before, true);
        if ("gone" in request) known.delete(name);
        else {
          const text = writeSDP(session);
          const announced = { hash: hashOf(text), text };
          known.set(name, announced);
          send(announced, false);
        }
        last = clock.now();
        plan();
      };
      const plan = (): void => {
        const bits = [...known.values()].reduce((sum, { text }) => sum + 8 * text.length, 0);
        const base = Math.max(interval, bits / bandwidth) * 1000;
        due = known.size === 0 ? Infinity : last + base * (2 / 3 + (random.next() * 2) / 3);
      };
      for (const session of sessions) take(session);
      while (yield anyOf(inbox, sleep(Math.max(0, due - clock.now())))) {
        for (const request of inbox) take(request);
        if (clock.now() < due) continue;
        for (const announced of known.values()) send(announced, false);
        last = clock.now();
        plan();
      }
      if (!self.toldToStop) for (const announced of known.values()) send(announced, true);
    },
  });
}

/** What makes a session the same session in all its versions: RFC 8866, section 5.2. */
export function nameOf({ origin: { user, sid, nettype, addrtype, addr } }: SDPSession): string {
  return [user, sid, nettype, addrtype, addr].join(" ");
}
