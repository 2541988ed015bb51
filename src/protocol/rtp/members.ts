// SPDX-License-Identifier: Apache-2.0
import type { Source } from "./source.ts";

/** Seconds in which may still come what somebody sent before a goodbye (RFC 3550, section 6.2.1). */
const STRAGGLING = 5;

/** Somebody has joined an RTP session, has said its name, has left with a goodbye, or has been silent for so long that it is taken for gone. */
export interface RTPMember {
  readonly type: "joined" | "named" | "left" | "silent";
  readonly ssrc: number;
  /** Its name in all sessions, once it is known: "user@host". */
  readonly cname?: string;
  /** Why it has left, if it said so. */
  readonly reason?: string;
}

/** Somebody who takes part. Times are seconds. */
export interface Member {
  readonly ssrc: number;
  source: Source | undefined;
  heard: number;
  sent: number;
  cname: string | undefined;
  /** Whether it was told that it has joined: not after a single packet that may be a stray one. */
  joined: boolean;
}

/**
 * Who takes part in an RTP session beside us, and what has happened to them since somebody asked.
 *
 * @internal
 */
export class Members {
  readonly #most: number;
  readonly #members = new Map<number, Member>();
  /** Those who have said goodbye, and when they are forgotten. */
  readonly #left = new Map<number, readonly [member: Member, until: number]>();
  #events: RTPMember[] = [];

  /** @param most how many are known at the same time at most */
  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#members.size;
  }

  has(ssrc: number): boolean {
    return this.#members.has(ssrc);
  }

  all(): Iterable<Member> {
    return this.#members.values();
  }

  /** What has happened since the last time. */
  takeEvents(): readonly RTPMember[] {
    if (this.#events.length === 0) return NONE;
    const events = this.#events;
    this.#events = [];
    return events;
  }

  /** Something of it has come. Undefined if there are too many. */
  hear(ssrc: number, now: number): Member | undefined {
    let member = this.#members.get(ssrc) ?? this.#straggler(ssrc, now);
    if (member === undefined) {
      if (this.#members.size >= this.#most) return undefined;
      member = { ssrc, source: undefined, heard: now, sent: -Infinity, cname: undefined, joined: false };
      this.#members.set(ssrc, member);
    }
    member.heard = now;
    return member;
  }

  /** It takes part for sure. */
  join(member: Member): void {
    if (member.joined) return;
    member.joined = true;
    this.#tell("joined", member);
  }

  /** It has said what it is called. */
  name(member: Member, cname: string): void {
    if (member.cname === cname) return;
    member.cname = cname;
    this.#tell("named", member);
  }

  /** They have said goodbye: for a while something may still come of them. */
  goodbye(sources: readonly number[], reason: string | undefined, now: number): void {
    for (const [ssrc, [, until]] of this.#left) if (until <= now || this.#left.size >= this.#most) this.#left.delete(ssrc);
    for (const ssrc of sources) {
      const member = this.#members.get(ssrc);
      if (member === undefined) continue;
      this.#left.set(ssrc, [member, now + STRAGGLING]);
      this.#members.delete(ssrc);
      if (member.joined) this.#tell("left", member, reason);
    }
  }

  /** Those of whom nothing has come since then have gone. */
  forget(since: number): void {
    for (const [ssrc, member] of this.#members) {
      if (member.heard >= since) continue;
      this.#members.delete(ssrc);
      if (member.joined) this.#tell("silent", member);
    }
  }

  /** Somebody who has left, and of whom something may still come: neither a member, nor a new one. */
  #straggler(ssrc: number, now: number): Member | undefined {
    const [member, until = -Infinity] = this.#left.get(ssrc) ?? [];
    return until > now ? member : undefined;
  }

  #tell(type: RTPMember["type"], { ssrc, cname }: Member, reason?: string): void {
    this.#events.push({ type, ssrc, ...(cname === undefined ? {} : { cname }), ...(reason === undefined ? {} : { reason }) });
  }
}

const NONE: readonly RTPMember[] = Object.freeze([]);
