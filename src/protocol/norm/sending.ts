// SPDX-License-Identifier: Apache-2.0
// What a sender sends next: RFC 5740, section 5.
import { ACK, FLAG, type FromSender, type NormAck, type NormMessage, type NormNack, type SymbolId, type Transmission } from "./message.ts";
import { difference16 } from "./numbers.ts";
import { type NormObject, type Outgoing, type OutgoingBlock, OutgoingObject, OutgoingStream } from "./outgoing.ts";
import type { Congestion } from "./congestion.ts";
import { Expected } from "./expected.ts";
import { Repairs } from "./repairs.ts";
import { microseconds, tripOf, Trips } from "./trips.ts";

/** What a sender needs to know. Times are milliseconds. */
export interface SendingSettings {
  readonly id: number;
  readonly instance: number;
  readonly shape: Omit<Transmission, "size">;
  /** Parity symbols that are sent with each full block before anybody asks. */
  readonly proactive: number | "auto";
  /** Bytes and objects that are kept. */
  readonly store: number;
  readonly objects: number;
  readonly repairs: number;
  readonly grtt: number;
  readonly backoff: number;
  readonly groupSize: number;
  readonly robustness: number;
  readonly heartbeat: number;
  /** Who is to confirm. */
  readonly confirm: readonly number[];
  /** Receivers do not hear each other. */
  readonly advise: boolean;
  readonly firstObject: number;
}

/** Round trips for which an object is kept after it was last sent or asked for: eight times as long as asking may take. */
const KEPT_TRIPS = 80;
/** How often a round trip is measured: often at first, then less; ms. */
const FIRST_PROBES = 250;
const RARE_PROBES = 10_000;
/** Receivers make room for as much of a stream as it says; more is no use. */
const MOST_STREAM = 8 << 20;
/** How often the end is told. */
const ENDS = 3;

export type Confirmation = { readonly node: number; readonly object: number };

export class Sending {
  readonly trips: Trips;
  readonly #settings: SendingSettings;
  readonly #congestion: Congestion | undefined;
  readonly #repairs: Repairs;
  readonly #expected = new Expected();
  readonly #kept = new Map<number, Outgoing>();
  readonly #waiting: Outgoing[] = [];
  #stream: OutgoingStream | undefined;
  #bytes = 0;
  #nextOrder: number;
  #sequence = 0;
  #probe = 0;
  #probeAt = 0;
  #probeEvery = FIRST_PROBES;
  #repairAt = Infinity;
  #squelchAt = -Infinity;
  #squelch = false;
  #adviseAt = Infinity;
  #advised = -Infinity;
  /** The last symbol that was sent for the first time; flushes since then, and when the next one is due. */
  #last: SymbolId | undefined;
  #flushes = 0;
  #flushAt = 0;
  #ends = 0;
  #unconfirmed = new Set<number>();

  constructor(settings: SendingSettings, congestion?: Congestion) {
    this.#settings = settings;
    this.#congestion = congestion;
    this.#repairs = new Repairs(settings.groupSize);
    this.#nextOrder = settings.firstObject;
    this.trips = new Trips(settings.grtt);
  }

  /** When something is to be sent that is not to be sent now. */
  get due(): number {
    if (this.#last === undefined && this.#waiting.length === 0) return Infinity;
    return Math.min(this.#probeAt, this.#repairAt, this.#adviseAt, this.#isIdle ? this.#flushAt : Infinity);
  }

  /** Everybody had time enough to ask, or has confirmed. */
  get isOver(): boolean {
    return this.#waiting.length === 0 && (this.#last === undefined || this.#ends >= ENDS);
  }

  /** Whether something can be taken. `undefined`: yes; else when to ask again. */
  roomAt(now: number): number | undefined {
    const { store, objects } = this.#settings;
    while (this.#bytes >= store || this.#kept.size >= objects) {
      const [first] = this.#kept.values();
      if (first === undefined) break;
      const free = first.touched + KEPT_TRIPS * this.trips.longest;
      if (first.hasMore || first === this.#stream || free > now) return Math.max(free, now + this.trips.longest);
      this.#forget(first);
    }
    return this.#waiting.length > 0 ? now : undefined;
  }

  add(object: NormObject, now: number): void {
    const { shape, repairs } = this.#settings;
    const added = new OutgoingObject(this.#nextOrder, object, shape, repairs, now);
    this.#enqueue(added);
    this.#bytes += added.bytes;
  }

  /** Whether the stream can take more. `undefined`: yes; else when to ask again. */
  streamRoomAt(now: number): number | undefined {
    const stream = this.#stream;
    if (stream === undefined) return this.roomAt(now);
    if (this.#waiting.includes(stream) && stream.hasMore) return now;
    const most = Math.max(stream.transmission.sources * stream.transmission.symbolSize * 4, stream.transmission.size);
    while (stream.bytes >= most) {
      const [first] = stream.blocks;
      if (first === undefined) return undefined;
      const [number, block] = first;
      const free = block.touched + KEPT_TRIPS * this.trips.longest;
      if (number >= stream.nextBlock || block.isAsked || block.isPending || free > now) return Math.max(free, now + this.trips.longest);
      stream.forget(number);
    }
    return undefined;
  }

  append(message: Uint8Array, now: number): void {
    if (this.#stream === undefined) {
      const { shape, repairs, store } = this.#settings;
      this.#stream = new OutgoingStream(this.#nextOrder, { ...shape, size: Math.min(store, MOST_STREAM) }, repairs, now);
      this.#enqueue(this.#stream);
    } else if (!this.#waiting.includes(this.#stream)) this.#waiting.push(this.#stream);
    this.#stream.append(message);
  }

  endStream(): void {
    if (this.#stream === undefined) return;
    this.#stream.end();
    if (!this.#waiting.includes(this.#stream)) this.#waiting.push(this.#stream);
    this.#stream = undefined;
  }

  /** A receiver asks, or confirms. Answers what it has confirmed. */
  hear(message: NormNack | NormAck, now: number): Confirmation | undefined {
    const { id, instance, backoff, advise } = this.#settings;
    if (message.server !== id || message.instance !== instance) return undefined;
    const trip = tripOf(message.time, now);
    if (trip !== undefined) this.trips.measured(trip);
    this.#congestion?.hear(message, trip, now);
    if (message.type === "ack") return this.#confirmed(message);
    const { longest } = this.trips;
    const [first] = this.#kept.keys();
    const unknown = this.#repairs.ask(message, this.#kept, first ?? this.#nextOrder, this.#nextOrder, now - longest);
    if (unknown && now > this.#squelchAt + 2 * longest) this.#squelch = true;
    if (this.#repairs.isAsked) {
      for (const { from } of message.requests) this.#touch(from.object, now);
      if (this.#repairAt === Infinity) this.#repairAt = now + (backoff + 1) * longest;
      this.#flushes = 0;
      if (advise) this.#adviseAt = Math.max(now, this.#advised + longest / 4);
    }
    return undefined;
  }

  /** The next message, if there is one now. @param last whether nothing else will be given */
  next(now: number, last: boolean): NormMessage | undefined {
    if (this.#repairAt <= now) {
      this.#repairs.activate();
      this.#repairAt = Infinity;
    }
    return this.#control(now) ?? this.#repair(now) ?? this.#fresh(now) ?? this.#rest(now, last);
  }

  /** Probes, and answers to those who ask for what is gone. */
  #control(now: number): NormMessage | undefined {
    if (now >= this.#probeAt && (this.#last !== undefined || this.#waiting.length > 0)) {
      const congestion = this.#congestion?.probe(now, this.trips.longest);
      this.#probeEvery = Math.min(RARE_PROBES, this.#probeEvery * 1.5);
      this.#probeAt = now + (congestion?.every ?? Math.max(this.#probeEvery, this.trips.longest));
      const [probe, time] = [this.#probe++ & 0xffff, microseconds(now)];
      return { type: "probe", ...this.#sender(), probe, time, rate: congestion?.rate, nodes: congestion?.nodes ?? [] };
    }
    if (this.#squelch) {
      [this.#squelch, this.#squelchAt] = [false, now];
      const [first] = this.#kept.values();
      const block = first === undefined ? 0 : ([...first.blocks.keys()][0] ?? 0);
      const at = { object: (first?.order ?? this.#nextOrder) & 0xffff, block: block & 0xff_ffff, symbol: 0 };
      return { type: "squelch", ...this.#sender(), ...at, invalid: [] };
    }
    if (now < this.#adviseAt) return undefined;
    [this.#adviseAt, this.#advised] = [Infinity, now];
    const requests = this.#repairs.advice(this.#settings.shape.symbolSize);
    return requests.length === 0 ? undefined : { type: "advice", ...this.#sender(), requests };
  }

  #repair(now: number): NormMessage | undefined {
    for (let next = this.#repairs.next(); next !== undefined; next = this.#repairs.next()) {
      const { object, block } = next;
      object.touched = now;
      if (block === undefined) return this.#info(object, FLAG.repair);
      const id = block.next();
      if (!block.isPending) this.#repairs.done();
      if (id === undefined) continue;
      block.repaired = block.touched = now;
      return this.#symbol(object, block, id, FLAG.repair | (id < object.sizeOf(block.number) ? FLAG.explicit : 0));
    }
    return undefined;
  }

  #fresh(now: number): NormMessage | undefined {
    for (let object = this.#waiting[0]; object !== undefined; object = this.#waiting[0]) {
      if (object.hasMore || object.infoPending) {
        object.touched = now;
        this.#begin();
        if (object.infoPending) {
          object.infoPending = false;
          this.#last ??= { object: object.id, block: 0, symbol: 0 };
          if (!object.hasMore) this.#last = { object: object.id, block: 0, symbol: 0 };
          return this.#info(object, 0);
        }
        return this.#first(object, now);
      }
      this.#waiting.shift();
    }
    return undefined;
  }

  /** The next symbol that was not sent before. */
  #first(object: Outgoing, now: number): NormMessage {
    if (object instanceof OutgoingStream && object.sizeOf(object.nextBlock) <= object.nextSymbol) object.flush();
    const block = object.blockAt(object.nextBlock);
    const symbol = object.nextSymbol++;
    const size = object.sizeOf(object.nextBlock);
    const complete = object.isComplete(object.nextBlock);
    if (complete && symbol === size - 1) block.proactive = this.#parities(object, size, now);
    if (symbol >= size) block.fresh++;
    else this.#last = { object: object.id, block: object.nextBlock & 0xff_ffff, symbol };
    if (complete && object.nextSymbol >= size + block.proactive) {
      [object.nextBlock, object.nextSymbol] = [object.nextBlock + 1, 0];
      block.finished = now;
      this.#expected.sent(block);
    }
    block.touched = now;
    return this.#symbol(object, block, symbol, 0);
  }

  /** Parity symbols that follow a block. */
  #parities({ transmission }: Outgoing, size: number, now: number): number {
    const { proactive } = this.#settings;
    const full = proactive === "auto" ? this.#expected.parities(now, this.trips.longest) : proactive;
    return Math.min(transmission.parities, Math.round((full * size) / transmission.sources));
  }

  /** Nothing is to be sent: flushes say so, and then the end. */
  #rest(now: number, last: boolean): NormMessage | undefined {
    if (!this.#isIdle || this.#last === undefined || now < this.#flushAt) return undefined;
    const { robustness, heartbeat, confirm } = this.#settings;
    const { longest } = this.trips;
    const confirmed = confirm.length > 0 && this.#unconfirmed.size === 0;
    if (last && (this.#flushes >= robustness || confirmed)) {
      this.#ends++;
      this.#flushAt = now + longest;
      return { type: "end", ...this.#sender() };
    }
    this.#flushes++;
    this.#flushAt = now + (this.#flushes < robustness ? 2 * longest : last ? longest : Math.max(heartbeat, 2 * longest));
    return { type: "flush", ...this.#sender(), ...this.#last, nodes: [...this.#unconfirmed] };
  }

  get #isIdle(): boolean {
    return this.#waiting.length === 0 && !this.#repairs.isActive && !this.#repairs.isAsked;
  }

  #begin(): void {
    [this.#flushes, this.#flushAt, this.#ends] = [0, 0, 0];
    this.#unconfirmed = new Set(this.#settings.confirm);
  }

  #confirmed({ source, ackType, payload }: NormAck): Confirmation | undefined {
    if (ackType !== ACK.flush || payload.length < 8 || this.#last === undefined) return undefined;
    const view = new DataView(payload.buffer, payload.byteOffset, payload.length);
    const [object, id] = [view.getUint16(2), view.getUint32(4)];
    const { object: lastObject, block, symbol } = this.#last;
    if (object !== lastObject || id !== ((block << 8) | symbol) >>> 0) return undefined;
    return this.#unconfirmed.delete(source) ? { node: source, object } : undefined;
  }

  #touch(id: number, now: number): void {
    const object = this.#kept.get(this.#nextOrder + difference16(id, this.#nextOrder & 0xffff));
    if (object !== undefined) object.touched = now;
  }

  #enqueue(object: Outgoing): void {
    this.#kept.set(object.order, object);
    this.#waiting.push(object);
    this.#nextOrder++;
  }

  #forget(object: Outgoing): void {
    this.#kept.delete(object.order);
    this.#repairs.forget(object);
    if (object instanceof OutgoingObject) this.#bytes -= object.bytes;
  }

  #sender(): FromSender {
    const { id, instance, backoff, groupSize } = this.#settings;
    const sequence = this.#sequence;
    this.#sequence = (sequence + 1) & 0xffff;
    return { source: id, sequence, instance, grtt: this.trips.longest, backoff, groupSize };
  }

  #info(object: Outgoing, flags: number): NormMessage {
    const { id, transmission, info = new Uint8Array(0) } = object;
    return { type: "info", ...this.#sender(), flags: object.flags | flags, object: id, transmission, payload: info };
  }

  #symbol(object: Outgoing, block: OutgoingBlock, symbol: number, flags: number): NormMessage {
    const { id, transmission } = object;
    const payload = object.symbol(block.number, symbol);
    const at = { object: id, block: block.number & 0xff_ffff, symbol };
    return { type: "data", ...this.#sender(), ...at, flags: object.flags | flags, transmission, payload };
  }
}
