// SPDX-License-Identifier: Apache-2.0
import type { Random } from "../../axon/index.ts";
import { averageInterval, type Crowd, randomInterval } from "./interval.ts";
import { type Member, Members, type RTPMember } from "./members.ts";
import { packRTP, parseRTP, type RTPContent, type RTPParsed } from "./packet.ts";
import { packRTCP } from "./rtcp/packRTCP.ts";
import type { AppPacket, FeedbackPacket, ReportBlock, RTCPPacket, SourceDescription } from "./rtcp/packets.ts";
import { parseRTCP } from "./rtcp/parseRTCP.ts";
import { Source } from "./source.ts";

/** Headers of UDP and IP, which count as bandwidth, too (RFC 3550, section 6.2). */
const LOWER_HEADERS = 28;
/** Reports that a packet has room for. */
const MOST_REPORTS = 31;
/** Seconds from 1900, where NTP begins, to 1970. */
const NTP_OFFSET = 2_208_988_800;
/** So many numbers that we sent last are known again if they come back. */
const REMEMBERED = 1024;
/** Feedback that waits at most. */
const MOST_FEEDBACK = 100;
/** Feedback of many is spread over this part of the time between reports (RFC 4585, section 3.4). */
const DITHER = 0.5;
/** What a session needs to know. */
export interface SessionSettings {
  readonly cname: string;
  readonly clockRate: number;
  readonly bandwidth: number;
  readonly minimum: number;
  readonly maxMembers: number;
  /** What has to be added to our seconds to get seconds since 1970. */
  readonly epoch: number;
}

/** What others are told of what they send: feedback (RFC 4585), or something between applications. The SSRC is ours. */
export type RTPFeedback = Omit<FeedbackPacket, "ssrc"> | Omit<AppPacket, "ssrc">;

/** How well a source is received, as we have reported it. */
export interface RTPStatistics {
  readonly ssrc: number;
  /** Its name in all sessions, once it is known. */
  readonly cname?: string;
  /** Packets that came; twice, if they came twice. */
  readonly received: number;
  /** Packets that should have come. */
  readonly expected: number;
  /** Those that did not; below 0 when some came twice. */
  readonly lost: number;
  /** Of those expected since the last report, the share that did not come: 0 to 1. */
  readonly fractionLost: number;
  /** Milliseconds by which the time between two packets differs from what it should be, on the average (RFC 3550, section 6.4.1). */
  readonly jitter: number;
}

/** A packet that came, from whom, and its number, which does not wrap around. */
export interface Received {
  readonly ssrc: number;
  readonly sequence: number;
  readonly content: RTPParsed;
}

/**
 * Who takes part in an RTP session, what has been sent and received, and when to report it: RFC 3550, section 6.3 and appendix A. All times are seconds.
 *
 * @internal
 */
export class Session {
  ssrc: number;
  readonly #settings: SessionSettings;
  readonly #random: Random;
  readonly #members: Members;
  readonly #feedback: RTPFeedback[] = [];
  /** When what waits may be sent before the next report; whether that is allowed (RFC 4585, section 3.5). */
  #early: number | undefined;
  #mayBeEarly = true;
  /** When the next report is due. */
  #regular: number;
  #statistics: readonly RTPStatistics[] = [];
  readonly #own: number[] = new Array<number>(REMEMBERED).fill(-1);
  #sequence: number;
  #offset: number;
  #packets = 0;
  #octets = 0;
  /** When we last sent, and the timestamp of that. */
  #sent = -Infinity;
  #timestamp = 0;
  #last: number;
  #initial = true;
  #membersBefore = 1;
  #averageSize: number;
  #reported = 0;

  constructor(settings: SessionSettings, random: Random, now: number) {
    this.#settings = settings;
    this.#random = random;
    this.#members = new Members(settings.maxMembers);
    this.ssrc = random.integer(2 ** 32);
    this.#sequence = random.integer(0x1_0000);
    this.#offset = random.integer(2 ** 32);
    this.#averageSize = LOWER_HEADERS + this.#compound(now).length;
    this.#last = now;
    this.#regular = now + this.#interval(now);
  }

  /** When there is something to report, unless something happens. */
  get next(): number {
    return Math.min(this.#regular, this.#early ?? Infinity);
  }

  /** How well those are received of whom the last report was. */
  get statistics(): readonly RTPStatistics[] {
    return this.#statistics;
  }

  /** What has happened to others since the last time. */
  memberEvents(): readonly RTPMember[] {
    return this.#members.takeEvents();
  }

  /** The packet that carries this. */
  send(content: Omit<RTPContent, "ssrc">, now: number): Uint8Array {
    const packet = packRTP({ ...content, ssrc: this.ssrc }, this.#sequence, content.timestamp + this.#offset);
    this.#own[this.#sequence % REMEMBERED] = this.#sequence;
    this.#sequence = (this.#sequence + 1) & 0xffff;
    this.#packets++;
    this.#octets += content.payload.length;
    this.#sent = now;
    this.#timestamp = (content.timestamp + this.#offset) >>> 0;
    return packet;
  }

  /** Answers what is in a packet; undefined if it is not to be used; or in words why it is none. "collision": somebody else has our number. */
  receive(bytes: Uint8Array, now: number): Received | string | undefined {
    const parsed = parseRTP(bytes);
    if (typeof parsed === "string") return parsed;
    const [sequence, content] = parsed;
    if (content.ssrc === this.ssrc) return this.#own[sequence % REMEMBERED] === sequence ? undefined : "collision";
    const member = this.#member(content.ssrc, now);
    if (member === undefined) return "there are too many members already";
    member.source ??= new Source(content.ssrc, sequence);
    const number = member.source.packet(sequence, content.timestamp, Math.floor(now * this.#settings.clockRate));
    if (number === undefined) return undefined;
    member.sent = now;
    this.#members.join(member);
    return { ssrc: content.ssrc, sequence: number, content };
  }

  /** Answers the packets; or in words why they are none. */
  receiveControl(bytes: Uint8Array, now: number): readonly RTCPPacket[] | string {
    const packets = parseRTCP(bytes);
    if (typeof packets === "string") return packets;
    this.#countSize(bytes);
    for (const packet of packets) {
      if (packet.type === "SR") this.#hear(packet.ssrc, now)?.source?.report(packet.ntp, now);
      else if (packet.type === "RR") this.#hear(packet.ssrc, now);
      else if (packet.type === "SDES") for (const chunk of packet.chunks) this.#describe(chunk, now);
      else if (packet.type === "BYE") this.#goodbye(packet.sources, packet.reason, now);
    }
    return packets;
  }

  /** Something for the others: at once, if that is allowed; else with the next report. More than 100 that wait, and the oldest are dropped. */
  feedback(message: RTPFeedback, now: number): void {
    if (this.#feedback.length >= MOST_FEEDBACK) this.#feedback.shift();
    this.#feedback.push(message);
    if (this.#early !== undefined || !this.#mayBeEarly) return;
    const spread = this.members > 2 ? DITHER * averageInterval(this.#crowd(now)) : 0;
    if (now + spread <= this.#regular) this.#early = now + spread * this.#random.next();
  }

  /** What is to be sent now, if something is: feedback, or the report; timers are reconsidered (section 6.3.6). */
  report(now: number): Uint8Array | undefined {
    if (this.#early !== undefined && this.#early <= now && now < this.#regular) return this.#reportEarly(now);
    this.#forgetSilent(now);
    const due = this.#last + this.#interval(now);
    this.#membersBefore = this.members;
    if (due > now) {
      this.#regular = due;
      return undefined;
    }
    const packet = this.#compound(now, ...this.#takeFeedback());
    this.#countSize(packet);
    this.#last = now;
    this.#initial = false;
    this.#mayBeEarly = true;
    this.#regular = now + this.#interval(now);
    this.#reported++;
    return packet;
  }

  /** A last report, which says goodbye; nothing if nobody has heard of us, or so many are there that all goodbyes at once would be too much (section 6.3.7). */
  leave(now: number): Uint8Array | undefined {
    if ((this.#packets === 0 && this.#reported === 0) || this.members >= 50) return undefined;
    return this.#compound(now, ...this.#takeFeedback(), { type: "BYE", sources: [this.ssrc] });
  }

  /** Somebody else has our number: says goodbye, and takes another one (section 8.2). */
  collide(now: number): Uint8Array {
    const goodbye = this.#compound(now, { type: "BYE", sources: [this.ssrc], reason: "SSRC collision" });
    do this.ssrc = this.#random.integer(2 ** 32);
    while (this.#members.has(this.ssrc));
    this.#packets = this.#octets = 0;
    this.#own.fill(-1);
    return goodbye;
  }

  /** How many take part, with us. */
  get members(): number {
    return this.#members.size + 1;
  }

  #interval(now: number): number {
    return randomInterval(this.#crowd(now), this.#random);
  }

  #crowd(now: number): Crowd {
    const recently = now - 2 * this.#settings.minimum;
    const weSent = this.#sent > recently;
    let senders = weSent ? 1 : 0;
    for (const { sent } of this.#members.all()) if (sent > recently) senders++;
    const { bandwidth, minimum } = this.#settings;
    return {
      members: this.members,
      senders,
      weSent,
      bandwidth: (bandwidth * 0.05) / 8,
      averageSize: this.#averageSize,
      minimum: this.#initial ? minimum / 2 : minimum,
    };
  }

  #member(ssrc: number, now: number): Member | undefined {
    return ssrc === this.ssrc ? undefined : this.#members.hear(ssrc, now);
  }

  /** A report of it has come: it takes part. */
  #hear(ssrc: number, now: number): Member | undefined {
    const member = this.#member(ssrc, now);
    if (member !== undefined) this.#members.join(member);
    return member;
  }

  #describe({ ssrc, items }: SourceDescription["chunks"][number], now: number): void {
    const member = this.#hear(ssrc, now);
    const name = items.find(({ item }) => item === "CNAME");
    if (member !== undefined && name !== undefined) this.#members.name(member, name.text);
  }

  /** Fewer are left: reports may come sooner (section 6.3.4). */
  #goodbye(sources: readonly number[], reason: string | undefined, now: number): void {
    this.#members.goodbye(sources, reason, now);
    const share = Math.min(1, this.members / this.#membersBefore);
    this.#regular = now + share * (this.#regular - now);
    this.#last = now - share * (now - this.#last);
    this.#membersBefore = this.members;
  }

  /** Who has said nothing in five intervals has gone (section 6.3.5). */
  #forgetSilent(now: number): void {
    this.#members.forget(now - 5 * Math.max(this.#settings.minimum, this.#regular - this.#last));
  }

  /** Feedback before the report is due; that one is left out for it (RFC 4585, section 3.5.2). */
  #reportEarly(now: number): Uint8Array {
    const packet = this.#compound(now, ...this.#takeFeedback());
    this.#countSize(packet);
    const interval = this.#regular - this.#last;
    this.#last = this.#regular;
    this.#regular += interval;
    this.#mayBeEarly = false;
    this.#reported++;
    return packet;
  }

  #takeFeedback(): readonly RTCPPacket[] {
    this.#early = undefined;
    return this.#feedback.splice(0).map((message) => ({ ...message, ssrc: this.ssrc }));
  }

  #countSize({ length }: Uint8Array): void {
    this.#averageSize += (LOWER_HEADERS + length - this.#averageSize) / 16;
  }

  #compound(now: number, ...more: readonly RTCPPacket[]): Uint8Array {
    const reports = this.#blocks(now);
    const { ssrc } = this;
    const first: RTCPPacket =
      this.#packets === 0
        ? { type: "RR", ssrc, reports: reports.slice(0, MOST_REPORTS) }
        : { type: "SR", ssrc, ...this.#sentSoFar(now), reports: reports.slice(0, MOST_REPORTS) };
    const packets: RTCPPacket[] = [first];
    for (let n = MOST_REPORTS; n < reports.length; n += MOST_REPORTS)
      packets.push({ type: "RR", ssrc, reports: reports.slice(n, n + MOST_REPORTS) });
    packets.push({ type: "SDES", chunks: [{ ssrc, items: [{ item: "CNAME", text: this.#settings.cname }] }] }, ...more);
    return packRTCP(packets);
  }

  #blocks(now: number): ReportBlock[] {
    const blocks: ReportBlock[] = [];
    const statistics: RTPStatistics[] = [];
    for (const { source, sent, cname } of this.#members.all()) {
      if (source?.isValid !== true || sent <= this.#last - this.#settings.minimum) continue;
      const block = source.block(now);
      const { ssrc, received, expected, lost } = source;
      const jitter = (source.jitter / this.#settings.clockRate) * 1000;
      const name = cname === undefined ? {} : { cname };
      blocks.push(block);
      statistics.push({ ssrc, ...name, received, expected, lost, fractionLost: block.fractionLost / 256, jitter });
    }
    this.#statistics = statistics;
    return blocks;
  }

  #sentSoFar(now: number): { ntp: bigint; rtp: number; packets: number; octets: number } {
    const ntp = BigInt(Math.round((now + this.#settings.epoch + NTP_OFFSET) * 2 ** 20)) << 12n;
    const rtp = (this.#timestamp + Math.round((now - this.#sent) * this.#settings.clockRate)) >>> 0;
    return { ntp: BigInt.asUintN(64, ntp), rtp, packets: this.#packets >>> 0, octets: this.#octets >>> 0 };
  }
}
