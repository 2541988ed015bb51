// SPDX-License-Identifier: Apache-2.0
// NORM-CC, the sender's side: the rate follows the receiver that can take least. RFC 5740, section 5.5.2, and TFMCC (RFC 4654).
import { CC, type NormAck, type NormNack, type NormRate } from "./message.ts";

/** What a probe says of the rate, and after how many ms the next one follows. */
export interface ProbeRates {
  readonly every: number;
  /** Bytes per second. */
  readonly rate: number;
  readonly nodes: readonly NormRate[];
}

/** Bounds of the rate, in bytes per second. */
export interface CongestionSettings {
  readonly first: number;
  readonly least: number;
  readonly most: number;
  readonly symbolSize: number;
}

interface Receiver {
  readonly node: number;
  rtt: number;
  rate: number;
  heard: number;
  /** It has not lost anything yet. */
  starting: boolean;
  /** Its round trip was measured. */
  measured: boolean;
}

/** Receivers that may become the one that can take least (PLR), in each probe. */
const MOST_POTENTIAL = 8;
/** Receivers that are told their round trips in each probe, and how many are remembered for that. */
const MOST_RECEIVERS = 64;
/** Probes without an answer of the limiting receiver after which it counts as gone, or the rate as too high. */
const SILENT_TRIPS = 10;
const SHORTEST = 1;
/** How much of a new measurement is believed: RFC 5740, section 5.5.2. */
const SMOOTHING = 0.1;

export class Congestion {
  /** Bytes per second. */
  rate: number;
  readonly #settings: CongestionSettings;
  readonly #receivers = new Map<number, Receiver>();
  #limiting: Receiver | undefined;
  #starting = true;
  #raisedAt = 0;
  #cutAt = 0;

  constructor(settings: CongestionSettings) {
    this.#settings = settings;
    this.rate = settings.first;
  }

  /** Whether it is still doubling its rate. */
  get isStarting(): boolean {
    return this.#starting;
  }

  hear({ source, feedback }: NormNack | NormAck, trip: number | undefined, now: number): void {
    if (feedback === undefined) return;
    const receiver = this.#receiver(source);
    receiver.heard = now;
    if (trip !== undefined) {
      const rtt = Math.max(SHORTEST, trip);
      receiver.rtt = receiver.measured ? receiver.rtt + SMOOTHING * (rtt - receiver.rtt) : rtt;
      receiver.measured = true;
    }
    receiver.starting = (feedback.flags & CC.start) !== 0;
    if (!receiver.starting) this.#starting = false;
    // who did not know its round trip when it calculated took the longest one: by the equation, the rate goes with its inverse
    const known = (feedback.flags & CC.rtt) !== 0 || receiver.starting;
    receiver.rate = known || feedback.rtt <= 0 ? feedback.rate : feedback.rate * (feedback.rtt / receiver.rtt);
    if ((feedback.flags & CC.leave) !== 0) this.#forget(receiver);
    else if (this.#isWorse(receiver)) this.#limiting = receiver;
    if (receiver === this.#limiting) this.#adapt(receiver, now);
  }

  /** What a probe says now. */
  probe(now: number, grtt: number): ProbeRates {
    this.#missLimiting(now, grtt);
    const limiting = this.#limiting;
    const potential = [...this.#receivers.values()]
      .filter((each) => each !== limiting)
      .sort((a, b) => b.heard - a.heard || a.rate - b.rate);
    const nodes = (limiting === undefined ? potential : [limiting, ...potential]).slice(0, MOST_POTENTIAL).map((receiver): NormRate => {
      const role = receiver === limiting ? CC.limiting : CC.potential;
      const { node, rtt, rate, measured, starting } = receiver;
      return { node, flags: role | (measured ? CC.rtt : 0) | (starting ? CC.start : 0), rtt, rate };
    });
    return { every: Math.max(SHORTEST, limiting?.measured === true ? limiting.rtt : grtt), rate: this.rate, nodes };
  }

  #isWorse(receiver: Receiver): boolean {
    const limiting = this.#limiting;
    return limiting === undefined || (receiver !== limiting && receiver.rate < limiting.rate && (!receiver.starting || limiting.starting));
  }

  /** Down at once; up by one symbol a round trip, or twofold while nobody has lost anything. */
  #adapt({ rate, rtt }: Receiver, now: number): void {
    const { symbolSize } = this.#settings;
    if (rate < this.rate) {
      this.#set(this.#starting ? Math.max(rate, this.rate / 2) : rate);
      this.#raisedAt = now;
      return;
    }
    const trips = Math.min(1, (now - this.#raisedAt) / rtt);
    if (this.#starting) this.#set(Math.min(rate, this.rate * (1 + trips)));
    else this.#set(Math.min(rate, this.rate + trips * (symbolSize / (rtt / 1000))));
    this.#raisedAt = now;
  }

  /** The limiting receiver has not been heard for long: it has gone, or nothing comes through. */
  #missLimiting(now: number, grtt: number): void {
    const limiting = this.#limiting;
    if (limiting === undefined) return;
    const patience = SILENT_TRIPS * Math.max(grtt, limiting.rtt);
    if (now < limiting.heard + patience || now < this.#cutAt + patience) return;
    this.#cutAt = now;
    this.#forget(limiting);
    this.#set(this.rate / 2);
  }

  #set(rate: number): void {
    this.rate = Math.min(this.#settings.most, Math.max(this.#settings.least, rate));
  }

  #receiver(node: number): Receiver {
    let receiver = this.#receivers.get(node);
    this.#receivers.delete(node);
    receiver ??= { node, rtt: SHORTEST, rate: this.rate, heard: 0, starting: true, measured: false };
    this.#receivers.set(node, receiver);
    for (const [first, { node: oldest }] of this.#receivers)
      if (this.#receivers.size > MOST_RECEIVERS && oldest !== this.#limiting?.node) this.#receivers.delete(first);
    return receiver;
  }

  #forget(receiver: Receiver): void {
    this.#receivers.delete(receiver.node);
    if (receiver !== this.#limiting) return;
    this.#limiting = undefined;
    for (const each of this.#receivers.values()) if (this.#isWorse(each)) this.#limiting = each;
  }
}
