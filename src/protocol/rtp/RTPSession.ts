// SPDX-License-Identifier: Apache-2.0
import { anyOf, component, type Component, sleep } from "../../axon/index.ts";
import type { Malformed } from "../framing/index.ts";
import type { RTPContent } from "./packet.ts";
import type { RTCPPacket } from "./rtcp/packets.ts";
import type { RTPMember } from "./members.ts";
import { type Received, type RTPFeedback, type RTPStatistics, Session } from "./session.ts";

/** Who we are, and how much may be said about it. */
export interface RTPSessionOptions {
  /** Our name in this and all other sessions: "user@host". Default: a random one. */
  readonly cname?: string;
  /** Units of the timestamp in a second, as the payload type says. Default 90000. */
  readonly clockRate?: number;
  /** Bits per second of the session, of which reports take 5 %. Default 64000. */
  readonly bandwidth?: number;
  /** Seconds between two reports, on the average, at least. Default 5. */
  readonly minimum?: number;
  /** Others that are known at the same time at most. Default 10000. */
  readonly maxMembers?: number;
}

/**
 * Takes part in an RTP session (RFC 3550): makes RTP packets of what is to be sent, takes those of others apart, and exchanges reports on how well that goes.
 * Packets of a source are used as soon as two in a row have come; their numbers do not wrap around. Reports come as rarely as the number of members demands.
 * How well others are received is told on "statistics", too, with each report, and who comes and goes on "members".
 *
 * What comes to "feedback" (RFC 4585: what is lost, or the wish for a whole picture) is sent at once where two take part, and soon where there are more; but once
 * between two reports only, what comes after that goes with the next report. Of more than 100 that wait, the oldest are dropped.
 *
 * If somebody else has chosen the same SSRC, it takes another one. At the end it says goodbye.
 *
 * Both kinds of packets may come on one inbox: they are told apart by their types (RFC 5761).
 *
 * @throws RangeError for rates and limits that are not above 0; as a failure, for feedback that cannot be written
 * @example
 * Graphline({
 *   components: { SESSION: RTPSession({ cname: "me@here" }), NET: Multicast_transceiver({ remoteAddress: "239.255.42.42", remotePort: 5004, localPort: 5004 }), BYTES: PureTransformer(([, bytes]: readonly [unknown, Uint8Array]) => bytes) },
 *   linkages: { "SESSION.rtp": "NET.inbox", "NET.outbox": "BYTES.inbox", "BYTES.outbox": "SESSION.packets" },
 * });
 */
export function RTPSession({
  cname,
  clockRate = 90_000,
  bandwidth = 64_000,
  minimum = 5,
  maxMembers = 10_000,
}: RTPSessionOptions = {}): Component<
  { inbox: Omit<RTPContent, "ssrc">; packets: Uint8Array; feedback: RTPFeedback },
  {
    outbox: Received;
    rtp: Uint8Array;
    rtcp: Uint8Array;
    reports: RTCPPacket;
    statistics: RTPStatistics;
    members: RTPMember;
    malformed: Malformed;
  }
> {
  for (const [name, value] of Object.entries({ clockRate, bandwidth, minimum, maxMembers })) {
    if (!(value > 0)) throw new RangeError(`Cannot take part in an RTP session with a ${name} of ${value}: give more than 0`);
  }
  return component(RTPSession, {
    inboxes: { inbox: "what to send", packets: "RTP and RTCP packets of others", feedback: "what to tell others of what they send" },
    outboxes: {
      outbox: "what others sent",
      rtp: "packets for the others",
      rtcp: "reports for the others",
      reports: "what others reported",
      statistics: "how well each source is received, as we have reported it",
      members: "who has joined, said its name, left, or fallen silent",
      malformed: "what was no packet of the session, and why",
    },
    *main({ inbox, packets, feedback }, { outbox, rtp, rtcp, reports, statistics, members, malformed }, self) {
      const { clock, random } = self.system;
      const now = (): number => clock.now() / 1000;
      const name = cname ?? `${random.integer(2 ** 32).toString(36)}@kamaelia`;
      const epoch = clock.wallTime() / 1000 - now();
      const session = new Session({ cname: name, clockRate, bandwidth, minimum, maxMembers, epoch }, random, now());
      const receive = (bytes: Uint8Array): void => {
        const control = isControl(bytes);
        const result = control ? session.receiveControl(bytes, now()) : session.receive(bytes, now());
        if (result === undefined) return;
        if (result === "collision") rtcp.send(session.collide(now()));
        else if (typeof result === "string")
          malformed.send({ bytes, reason: `Cannot read an ${control ? "RTCP" : "RTP"} packet: ${result}` });
        else if ("content" in result) outbox.send(result);
        else for (const packet of result) reports.send(packet);
      };
      const report = (bytes: Uint8Array | undefined): void => {
        if (bytes === undefined) return;
        rtcp.send(bytes);
        for (const each of session.statistics) statistics.send(each);
      };
      const tellMembers = (): void => {
        for (const event of session.memberEvents()) members.send(event);
      };
      while (yield anyOf(inbox, packets, feedback, sleep(Math.max(0, (session.next - now()) * 1000)))) {
        for (const bytes of packets) receive(bytes);
        for (const content of inbox) rtp.send(session.send(content, now()));
        for (const message of feedback) session.feedback(message, now());
        if (now() >= session.next) report(session.report(now()));
        tellMembers();
      }
      report(session.leave(now()));
    },
  });
}

/** The second byte of RTCP packets is 192 to 223; that of RTP packets with such a number would be of types that are not used (RFC 5761, section 4). */
function isControl(bytes: Uint8Array): boolean {
  return bytes.length > 1 && bytes[1]! >= 192 && bytes[1]! <= 223;
}
