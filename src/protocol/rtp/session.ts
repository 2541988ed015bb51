// SPDX-License-Identifier: Apache-2.0
import type { Random } from "../../axon/index.ts";
import { type Crowd, randomInterval } from "./interval.ts";
import { packRTP, parseRTP, type RTPContent, type RTPParsed } from "./packet.ts";
import { packRTCP } from "./rtcp/packRTCP.ts";
import type { ReportBlock, RTCPPacket } from "./rtcp/packets.ts";
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
/** Seconds in which may still come what somebody sent before a goodbye (section 6.2.1). */
const STRAGGLING = 5;

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

interface Member {
  source: Source | undefined;
  heard: number;
  sent: number;
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
  /** When the next report is due, unless something happens. */
  next: number;
  readonly #settings: SessionSettings;
  readonly #random: Random;
  readonly #members = new Map<number, Member>();
  /** Those who have said goodbye, and when they are forgotten. */
  readonly #left = new Map<number, readonly [member: Member, until: number]>();
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
    this.ssrc = random.integer(2 ** 32);
    this.#sequence = random.integer(0x1_0000);
    this.#offset = random.integer(2 ** 32);
    this.#averageSize = LOWER_HEADERS + this.#compound(now).length;
    this.#last = now;
    this.next = now + this.#interval(now);
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
    return { ssrc: content.ssrc, sequence: number, content };
  }

  /** Answers the packets; or in words why they are none. */
  receiveControl(bytes: Uint8Array, now: number): readonly RTCPPacket[] | string {
    const packets = parseRTCP(bytes);
    if (typeof packets === "string") return packets;
    this.#averageSize += (LOWER_HEADERS + bytes.length - this.#averageSize) / 16;
    for (const packet of packets) {
      if (packet.type === "SR") this.#member(packet.ssrc, now)?.source?.report(packet.ntp, now);
      else if (packet.type === "RR") this.#member(packet.ssrc, now);
      else if (packet.type === "SDES") for (const { ssrc } of packet.chunks) this.#member(ssrc, now);
      else if (packet.type === "BYE") this.#goodbye(packet.sources, now);
    }
    return packets;
  }

  /** The report, if it is due now; timers are reconsidered (section 6.3.6). */
  report(now: number): Uint8Array | undefined {
    this.#forgetSilent(now);
    const due = this.#last + this.#interval(now);
    this.#membersBefore = this.members;
    if (due > now) {
      this.next = due;
      return undefined;
    }
    const packet = this.#compound(now);
    this.#averageSize += (LOWER_HEADERS + packet.length - this.#averageSize) / 16;
    this.#last = now;
    this.#initial = false;
    this.next = now + this.#interval(now);
    this.#reported++;
    return packet;
  }

  /** A last report, which says goodbye; nothing if nobody has heard of us, or so many are there that all goodbyes at once would be too much (section 6.3.7). */
  leave(now: number): Uint8Array | undefined {
    if ((this.#packets === 0 && this.#reported === 0) || this.members >= 50) return undefined;
    return this.#compound(now, { type: "BYE", sources: [this.ssrc] });
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
    for (const { sent } of this.#members.values()) if (sent > recently) senders++;
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
    if (ssrc === this.ssrc) return undefined;
    let member = this.#members.get(ssrc) ?? this.#straggler(ssrc, now);
    if (member === undefined) {
      if (this.#members.size >= this.#settings.maxMembers) return undefined;
      member = { source: undefined, heard: now, sent: -Infinity };
      this.#members.set(ssrc, member);
    }
    member.heard = now;
    return member;
  }

  /** Somebody who has left, and of whom something may still come: neither a member, nor a new one. */
  #straggler(ssrc: number, now: number): Member | undefined {
    const [member, until = -Infinity] = this.#left.get(ssrc) ?? [];
    return until > now ? member : undefined;
  }

  /** Fewer are left: reports may come sooner (section 6.3.4). */
  #goodbye(sources: readonly number[], now: number): void {
    for (const [ssrc, [, until]] of this.#left) if (until <= now || this.#left.size >= this.#settings.maxMembers) this.#left.delete(ssrc);
    for (const ssrc of sources) {
      const member = this.#members.get(ssrc);
      if (member !== undefined) this.#left.set(ssrc, [member, now + STRAGGLING]);
      this.#members.delete(ssrc);
    }
    const share = Math.min(1, this.members / this.#membersBefore);
    this.next = now + share * (this.next - now);
    this.#last = now - share * (now - this.#last);
    this.#membersBefore = this.members;
  }

  /** Who has said nothing in five intervals has gone (section 6.3.5). */
  #forgetSilent(now: number): void {
    const patience = 5 * Math.max(this.#settings.minimum, this.next - this.#last);
    for (const [ssrc, { heard }] of this.#members) if (heard < now - patience) this.#members.delete(ssrc);
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
    for (const { source, sent } of this.#members.values()) {
      if (source?.isValid === true && sent > this.#last - this.#settings.minimum) blocks.push(source.block(now));
    }
    return blocks;
  }

  #sentSoFar(now: number): { ntp: bigint; rtp: number; packets: number; octets: number } {
    const ntp = BigInt(Math.round((now + this.#settings.epoch + NTP_OFFSET) * 2 ** 20)) << 12n;
    const rtp = (this.#timestamp + Math.round((now - this.#sent) * this.#settings.clockRate)) >>> 0;
    return { ntp: BigInt.asUintN(64, ntp), rtp, packets: this.#packets >>> 0, octets: this.#octets >>> 0 };
  }
}
