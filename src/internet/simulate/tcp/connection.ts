// SPDX-License-Identifier: Apache-2.0
import type { Connection, ConnectionEvents, Endpoint, Security, StreamOptions } from "../../../axon/index.ts";
import { atPort } from "../addresses.ts";
import { type Code, failure } from "../errors.ts";
import { IPV4_HEADER, IPV6_HEADER, Packet } from "../packet.ts";
import type { SimulatedNode } from "../node.ts";
import { NEVER, Once, type Timeline } from "../timeline.ts";
import { Cubic, Reno } from "./congestion.ts";
import { LazyTimer } from "./lazyTimer.ts";
import type { TCPSettings } from "./options.ts";
import { Receiver } from "./receiver.ts";
import { NO_RANGES, optionBytes, type Segment, TCP_HEADER } from "./segment.ts";
import { type Line, Sender, type Sent } from "./sender.ts";
import type { TCPStack } from "./stack.ts";

/** How often a SYN, and anything else, is sent again before the other side is given up. */
const SYN_RETRIES = 6;
const RETRIES = 15;
/** Segments at the beginning that are acknowledged at once, so that the other side gets up speed. */
const QUICK = 16;
/** Milliseconds between questions whether the other side is still there, and how many stay without an answer. */
const PROBE_EVERY = 75_000;
const PROBES = 9;
const EMPTY = new Uint8Array(0);

/** What a connection is for its host. @internal */
export type State = "connecting" | "accepting" | "open" | "lingering" | "gone";

/** One end of a TCP connection: handshake, sequence, flow control, reset and end of RFC 9293; the rest is its {@link Sender}'s and its {@link Receiver}'s. */
export class SimulatedConnection implements Connection, Line {
  readonly local: Endpoint;
  readonly remote: Endpoint;
  /** @internal */ state: State;
  /** @internal When it is over, how long its place is kept for what may still come. */ keepUntil: number = NEVER;
  /** @internal Whom to tell. */ events: ConnectionEvents | undefined;
  readonly #stack: TCPStack;
  readonly #timeline: Timeline;
  readonly #settings: TCPSettings;
  readonly #options: StreamOptions;
  readonly #target: SimulatedNode | undefined;
  /** What the other side was called when it was connected to. */
  readonly #name: string;
  readonly #header: number;
  readonly #scale: number;
  readonly #start: number;
  #otherStart = 0;
  readonly #sender: Sender;
  readonly #receiver: Receiver;
  readonly #answerTimer: LazyTimer;
  readonly #suspectTimer: LazyTimer;
  readonly #ackTimer: LazyTimer;
  #aliveTimer: LazyTimer | undefined;
  #lastHeard = 0;
  #probes = 0;
  #paused: boolean;
  #handing = false;
  #full = false;
  #toldEnded = false;
  #toldFinished = false;
  /** Bytes, and segments, that came in order and are not acknowledged. */
  #unsaid = 0;
  #quick = QUICK;
  /** What cannot be done when it breaks. */
  #purpose: string;

  /** @internal */
  constructor(
    stack: TCPStack,
    state: "connecting" | "accepting",
    local: Endpoint,
    remote: Endpoint,
    target: SimulatedNode | undefined,
    segment: number,
    options: StreamOptions,
    name: string,
  ) {
    this.#stack = stack;
    this.state = state;
    this.local = local;
    this.remote = remote;
    this.#target = target;
    this.#options = options;
    this.#timeline = stack.host.network.timeline;
    this.#settings = stack.settings;
    this.#paused = state === "accepting";
    this.#header = (local.address.includes(":") ? IPV6_HEADER : IPV4_HEADER) + TCP_HEADER;
    this.#name = name;
    this.#purpose = `${state === "connecting" ? "connect" : "stay connected"} to ${atPort(name, remote.port)}`;
    this.#start = stack.random.integer(0x1_0000_0000);
    const { congestion, initialWindow, minRTO, receiveBuffer } = this.#settings;
    const Control = congestion === "cubic" ? Cubic : Reno;
    this.#sender = new Sender(this, segment, minRTO, (size) => new Control(size, initialWindow));
    this.#scale = scaleFor(receiveBuffer);
    this.#receiver = new Receiver(receiveBuffer, this.#scale);
    this.#answerTimer = new LazyTimer(this.#timeline, () => this.#noAnswer());
    this.#suspectTimer = new LazyTimer(this.#timeline, () => this.#suspicion());
    this.#ackTimer = new LazyTimer(this.#timeline, () => this.#say());
  }

  /** What a congestion window's owner may want to see: the congestion window, bytes on the way, the round trip time, and what went wrong. */
  get statistics(): { window: number; flight: number; roundTrip: number; retransmitted: number; timeouts: number } {
    const { window, flight, roundTrip, retransmitted, timeouts } = this.#sender;
    return { window, flight, roundTrip: roundTrip.smoothed, retransmitted, timeouts };
  }

  write(pieces: readonly Uint8Array[]): boolean {
    if (this.#sender.ending || this.state === "gone" || this.state === "lingering") return true;
    for (const piece of pieces) this.#sender.write(piece);
    this.#push();
    this.#full = this.#sender.buffered > this.#settings.sendBuffer;
    return !this.#full;
  }

  secure(_how: Security): void {
    this.#later(() => this.fail(failure(`encrypt the connection with ${atPort(this.#name, this.remote.port)}`, "ENOTSUP")));
  }

  end(): void {
    if (this.state === "gone" || this.#sender.ending) return;
    this.#sender.ending = true;
    this.#push();
  }

  abort(): void {
    if (this.state === "gone" || this.state === "lingering") return;
    if (this.#toldFinished) this.#linger();
    else {
      if (this.state !== "connecting") this.#transmit({ reset: true, ack: true }, this.#sender.next, EMPTY);
      this.#stop("gone");
    }
    this.#tellClosed();
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#later(() => this.#handOver());
  }

  /** @internal */
  get now(): number {
    return this.#timeline.time;
  }

  /** @internal Begins a connection. */
  open(): void {
    this.#sender.synchronize();
  }

  /** @internal The other side has begun one. */
  answer(syn: Segment): void {
    this.#hearSyn(syn);
    this.#sender.synchronize();
  }

  /** @internal It is over, for this reason. */
  fail(error: Error): void {
    if (this.state === "gone") return;
    this.#stop("gone");
    this.#tellClosed(error);
  }

  /** @internal The network says that the other side cannot be reached. */
  unreachable(code: Code): void {
    if (this.state === "connecting") this.fail(failure(this.#purpose, code));
  }

  /** @internal A segment has come. */
  receive(packet: Packet, segment: Segment): void {
    this.#lastHeard = this.now;
    this.#probes = 0;
    if (this.state === "connecting") return this.#shakeHands(segment);
    if (segment.reset) return this.#hearReset(segment);
    if (segment.syn) return segment.ack ? this.#say() : this.#sayAgain();
    if (this.state === "lingering") return this.#hearLate(packet, segment);
    if (this.state === "accepting") this.#accept(segment);
    if (this.state !== "open") return;
    this.#hear(packet, segment);
  }

  /** @internal */
  transmit(sent: Sent): void {
    const { syn, fin, start, bytes } = sent;
    this.#transmit({ syn, fin, ack: this.state !== "connecting" }, start, bytes);
  }

  /** @internal */
  awaitAnswer(by: number): void {
    if (by === NEVER) this.#answerTimer.clear();
    else this.#answerTimer.set(by);
  }

  /** @internal */
  suspect(by: number): void {
    this.#suspectTimer.set(by);
  }

  #hear(packet: Packet, segment: Segment): void {
    const sender = this.#sender;
    const receiver = this.#receiver;
    sender.edge = Math.max(sender.edge, segment.acknowledged + segment.window);
    if (segment.acknowledged > sender.next) return this.#say();
    const said = sender.acknowledge(segment);
    const { length } = packet.payload;
    if (length > 0 || segment.fin) {
      const before = receiver.next;
      const atOnce = receiver.take(segment.sequence, packet.payload, segment.fin);
      this.#unsaid += receiver.next - before;
      this.#handOver();
      if (this.state !== "open") return;
      this.#mustSay(atOnce);
    } else if (segment.sequence < receiver.next) this.#say(); // a question whether we are still there
    this.#push();
    if (said > 0) this.#tellProgress();
  }

  #mustSay(atOnce: boolean): void {
    const { delayedAck } = this.#settings;
    if (atOnce || delayedAck === 0 || this.#quick > 0 || this.#unsaid >= 2 * this.#sender.segment) this.#say();
    else if (this.#ackTimer.at === NEVER) this.#ackTimer.set(this.now + delayedAck);
  }

  #shakeHands(segment: Segment): void {
    const { ack, reset, syn, acknowledged } = segment;
    if (ack && acknowledged !== 1) return; // to another one
    if (reset) {
      if (ack) this.fail(failure(this.#purpose, "ECONNREFUSED"));
      return;
    }
    if (!syn || !ack) return;
    this.#hearSyn(segment);
    this.#sender.acknowledge(segment);
    this.#established();
    this.#say();
    this.#push();
    this.#later(() => {
      if (this.state === "open") this.events?.opened();
    });
  }

  #accept({ ack, acknowledged }: Segment): void {
    if (!ack || acknowledged < 1) return;
    this.#established();
    this.#timeline.touched = true;
    this.#stack.accept(this);
  }

  #hearSyn({ mss, start, window, acknowledged }: Segment): void {
    this.#otherStart = start;
    this.#receiver.next = 1;
    this.#sender.segment = Math.min(this.#sender.segment, mss);
    this.#sender.edge = acknowledged + window;
  }

  #established(): void {
    this.state = "open";
    this.#purpose = `stay connected to ${atPort(this.#name, this.remote.port)}`;
    const { keepAlive } = this.#options;
    if (keepAlive === undefined) return;
    this.#aliveTimer = new LazyTimer(this.#timeline, () => this.#ask(keepAlive));
    this.#aliveTimer.set(this.now + keepAlive);
  }

  /** Believed only if it could come from the other side (RFC 5961). */
  #hearReset({ sequence }: Segment): void {
    if (sequence !== this.#receiver.next && this.state !== "lingering") return this.#say();
    if (this.state === "lingering") this.#stop("gone");
    else this.fail(failure(this.#purpose, "ECONNRESET"));
  }

  /** Nobody reads any more: the end is heard, anything else is refused. */
  #hearLate(packet: Packet, segment: Segment): void {
    const expected = this.#receiver.next;
    this.#receiver.take(segment.sequence, EMPTY, segment.fin && packet.payload.length === 0);
    this.#sender.acknowledge(segment);
    if (packet.payload.length > 0 && segment.sequence + packet.payload.length > expected) {
      this.#transmit({ reset: true, ack: true }, this.#sender.next, EMPTY);
      this.#stop("gone");
    } else if (segment.fin || segment.sequence < expected) this.#say();
  }

  #push(): void {
    if (this.state !== "open") return;
    this.#sender.push(this.#options.noDelay === false);
    if (this.#sender.blocked && this.#answerTimer.at === NEVER) this.#answerTimer.set(this.now + this.#sender.roundTrip.timeout);
  }

  /** Gives what came in order to whoever reads. */
  #handOver(): void {
    if (this.#handing || this.state !== "open") return;
    this.#handing = true;
    const receiver = this.#receiver;
    while (!this.#paused && this.state === "open") {
      const bytes = receiver.read();
      if (bytes === undefined) break;
      this.#timeline.touched = true;
      this.events?.data(bytes);
    }
    this.#handing = false;
    if (this.state !== "open") return;
    if (receiver.growth >= Math.min(this.#settings.receiveBuffer / 2, 2 * this.#sender.segment) && this.#unsaid === 0 && !receiver.ended)
      this.#say();
    if (!receiver.ended || receiver.waitingBytes > 0 || this.#paused || this.#toldEnded) return;
    this.#toldEnded = true;
    this.#timeline.touched = true;
    this.events?.ended();
    this.#endIfDone();
  }

  /** The other side has acknowledged something. */
  #tellProgress(): void {
    if (this.#full && this.#sender.buffered <= this.#settings.sendBuffer / 2) {
      this.#full = false;
      this.#later(() => {
        if (this.state === "open") this.events?.drained();
      });
    }
    if (!this.#sender.finished || this.#toldFinished) return;
    this.#toldFinished = true;
    this.#timeline.touched = true;
    this.events?.finished();
    this.#endIfDone();
  }

  #endIfDone(): void {
    if (!this.#toldEnded || !this.#toldFinished || this.state !== "open") return;
    this.#linger();
    this.#tellClosed();
  }

  /** Its place is kept, so that what the other side says again is answered. */
  #linger(): void {
    this.#say();
    this.#stop("lingering");
    this.#stack.keep(this);
  }

  #stop(state: "lingering" | "gone"): void {
    this.state = state;
    for (const timer of [this.#answerTimer, this.#suspectTimer, this.#ackTimer, this.#aliveTimer]) timer?.clear();
    this.#sender.clear();
    this.#receiver.clear();
    if (state === "gone") this.#stack.remove(this);
  }

  #tellClosed(error?: Error): void {
    const { events } = this;
    this.events = undefined;
    this.#later(() => events?.closed(error));
  }

  #noAnswer(): void {
    const sender = this.#sender;
    const { backoff } = sender.roundTrip;
    if (backoff >= (this.state === "open" ? RETRIES : SYN_RETRIES)) return this.fail(failure(this.#purpose, "ETIMEDOUT"));
    if (!sender.blocked) return sender.timeOut();
    sender.roundTrip.backoff++;
    this.#transmit({ ack: true }, sender.unacknowledged - 1, EMPTY); // is there room now?
    this.#answerTimer.set(this.now + sender.roundTrip.timeout);
  }

  #suspicion(): void {
    this.#sender.findLost();
    this.#push();
  }

  /** Asks whether the other side is still there, if it has not been heard for so long. */
  #ask(keepAlive: number): void {
    const silence = this.now - this.#lastHeard;
    if (silence < keepAlive) return this.#aliveTimer!.set(this.#lastHeard + keepAlive);
    if (this.#probes++ >= PROBES) return this.fail(failure(this.#purpose, "ETIMEDOUT"));
    this.#transmit({ ack: true }, this.#sender.unacknowledged - 1, EMPTY);
    this.#aliveTimer!.set(this.now + Math.min(PROBE_EVERY, keepAlive));
  }

  /** Says what has come, and how much room there is. */
  #say(): void {
    this.#transmit({ ack: true }, this.#sender.next, EMPTY);
  }

  /** The other side has not heard our SYN. */
  #sayAgain(): void {
    if (this.state === "accepting") this.#transmit({ syn: true, ack: true }, 0, EMPTY);
    else this.#say();
  }

  #transmit(
    { syn = false, ack = false, fin = false, reset = false }: { syn?: boolean; ack?: boolean; fin?: boolean; reset?: boolean },
    sequence: number,
    bytes: Uint8Array,
  ): void {
    const receiver = this.#receiver;
    if (ack) {
      if (this.#quick > 0 && this.#unsaid > 0) this.#quick--;
      this.#unsaid = 0;
      if (this.#ackTimer.at !== NEVER) this.#ackTimer.clear();
    }
    const ranges = ack ? receiver.ranges.slice(0, rangesBeside(bytes, this.#sender.segment)) : NO_RANGES;
    if (ranges.length > 0) receiver.told();
    const segment: Segment = {
      syn,
      ack,
      fin,
      reset,
      sequence,
      acknowledged: ack ? receiver.next : 0,
      window: receiver.window(syn),
      scale: this.#scale,
      mss: syn ? this.#sender.segment : 0,
      ranges,
      start: this.#start,
      otherStart: this.#otherStart,
    };
    const size = this.#header + optionBytes(segment) + bytes.length;
    this.#stack.host.emit(new Packet(this.#stack.host, this.local, this.#target, this.remote, size, bytes, 64, segment));
  }

  #later(what: () => void): void {
    const told = new Once(() => {
      this.#timeline.touched = true;
      what();
    });
    this.#timeline.schedule(this.now, told);
  }
}

/** How many ranges there is room for, beside bytes. */
function rangesBeside({ length }: Uint8Array, segment: number): number {
  return length === 0 ? Infinity : Math.max(0, Math.floor((segment - length - 4) / 8));
}

/** By how many bits a window of this size must be shifted to be told. */
function scaleFor(buffer: number): number {
  let scale = 0;
  while (scale < 14 && buffer > 65_535 * (1 << scale)) scale++;
  return scale;
}
