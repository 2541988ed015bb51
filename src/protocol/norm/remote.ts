// SPDX-License-Identifier: Apache-2.0
// One sender, as a receiver sees it: its objects, and what is missing of them. RFC 5740, section 5.3.
import type { Random } from "../../axon/index.ts";
import { Asking, type Missing, requestsFor } from "./asking.ts";
import { IncomingObject, IncomingStream, type Piece, type Place } from "./incoming.ts";
import { ACK, FEC_ID, FLAG, type FromReceiver, type NormAck, type NormData, type NormFlush, type NormInfo, type NormMessage, type NormNack, type SenderMessage, type SymbolId } from "./message.ts"; // prettier-ignore
import { difference16 } from "./numbers.ts";
import { Reception } from "./reception.ts";

/** What a receiver needs to know. Times are milliseconds. */
export interface RemoteSettings {
  readonly node: number;
  /** Whether to ask for what was sent before it came. */
  readonly fromStart: boolean;
  /** Objects that may be under way at the same time. */
  readonly window: number;
  /** Bytes of an object, and of all that is not whole. */
  readonly longest: number;
  readonly buffer: number;
  readonly patience: number;
  /** Whether it asks at all. */
  readonly silent: boolean;
}

/** An object that came. */
export interface ReceivedObject {
  /** The node that sent it. */
  readonly from: number;
  /** Its number, modulo 2^16. */
  readonly object: number;
  readonly bytes: Uint8Array;
  /** What the sender said about it, if anything. */
  readonly info: Uint8Array | undefined;
  readonly file: boolean;
}

/** A piece of a stream that came. Pieces of a stream come in order. */
export interface ReceivedPiece extends Piece {
  readonly from: number;
  readonly object: number;
}

/** An object that could not be had, or blocks of a stream. */
export interface MissedObject {
  readonly from: number;
  readonly object: number;
  readonly reason: string;
}

/** Where the results go. */
export interface RemoteEvents {
  object(object: ReceivedObject): void;
  piece(piece: ReceivedPiece): void;
  missed(missed: MissedObject): void;
  send(message: NormMessage): void;
  command(from: number, payload: Uint8Array): void;
  sequence(): number;
}

/** So many round trips of silence are taken for the end, for now. */
const SILENT_TRIPS = 8;
const SILENT_MS = 1000;
/** Bytes of requests in a packet, before a sender has said how large its symbols are. */
const MOST_REQUESTS = 1400;
const LEAST_REQUESTS = 128;
const MICRO = 1000;
/** So that orders never get below 0. */
const FIRST_ORDER = 0x1_0000;
const ALL = 256;

type Incoming = IncomingObject | IncomingStream;

export class Remote {
  heard: number;
  readonly instance: number;
  readonly #source: number;
  readonly #settings: RemoteSettings;
  readonly #events: RemoteEvents;
  readonly #asking: Asking;
  readonly #reception: Reception;
  readonly #objects = new Map<number, Incoming>();
  /** What was said about objects that are not whole. */
  readonly #infos = new Map<number, Uint8Array>();
  #infoBytes = 0;
  readonly #done = new Set<number>();
  /** Objects before this one are done with, but for streams; this many are known. */
  #floor: number | undefined;
  /** The first object that it has heard of. */
  #joined = 0;
  #end = 0;
  #order = 0;
  #place: Place = { block: 0, symbol: -1 };
  #probe: { readonly time: number; readonly at: number } | undefined;
  #most = MOST_REQUESTS;
  #held = 0;

  constructor(source: number, instance: number, settings: RemoteSettings, events: RemoteEvents, random: Random, now: number) {
    this.#source = source;
    this.instance = instance;
    this.#settings = settings;
    this.#events = events;
    this.#asking = new Asking(random);
    this.#reception = new Reception(settings.node, random);
    this.heard = now;
  }

  get requests(): number {
    return this.#asking.sent;
  }

  get suppressed(): number {
    return this.#asking.suppressed;
  }

  get due(): number {
    return Math.min(this.#asking.due, this.#reception.due, this.#silentAt, this.heard + this.#settings.patience);
  }

  /** @returns whether that was its last message */
  receive(message: SenderMessage, now: number): boolean {
    this.heard = now;
    const { grtt } = message;
    this.#asking.grtt = grtt;
    this.#asking.backoff = message.backoff;
    this.#asking.groupSize = message.groupSize;
    this.#reception.packet(message.sequence, message.type === "data" ? message.payload.length + 32 : 24, grtt, now);
    switch (message.type) {
      case "data":
        this.#data(message, now);
        break;
      case "info":
        this.#info(message, now);
        break;
      case "flush":
        this.#flush(message, now);
        break;
      case "squelch":
        this.#squelch(message);
        break;
      case "probe":
        this.#probe = { time: message.time, at: now };
        this.#reception.probe(message, now);
        break;
      case "advice":
        this.overhear(message.requests, now);
        break;
      case "ack-request":
        if (message.nodes.includes(this.#settings.node)) this.#acknowledge(message.ackType, message.ackId, new Uint8Array(0), now);
        break;
      case "command":
        this.#events.command(this.#source, message.payload);
        break;
      case "end":
        this.end("its sender has ended");
        return true;
    }
    return false;
  }

  /** Somebody else asks. */
  overhear(requests: NormNack["requests"], now: number): void {
    if (this.#floor !== undefined) this.#asking.overhear(requests, (id) => this.#orderOf(id), now);
  }

  /** Does what is due. */
  tick(now: number): void {
    if (this.#asking.due <= now) {
      const missing = this.#asking.ring(now, () => this.#missing());
      const requests = missing === undefined || this.#settings.silent ? [] : requestsFor(missing, this.#most);
      if (requests.length > 0) {
        const feedback = this.#reception.due < Infinity ? this.#reception.feedback(this.#asking.grtt) : undefined;
        this.#reception.due = Infinity;
        this.#events.send({ type: "nack", ...this.#receiver(now), feedback, requests });
      }
    }
    if (this.#reception.due <= now) {
      this.#reception.due = Infinity;
      this.#acknowledge(ACK.cc, 0, new Uint8Array(0), now, true);
    }
    if (this.#silentAt <= now) {
      [this.#order, this.#place] = [Math.max(this.#order, this.#end - 1), { block: Infinity, symbol: ALL }];
      this.#asking.begin(now);
    }
  }

  /** Nothing more will come: gives up what is missing. */
  end(reason: string): void {
    for (let order = this.#floor ?? 0; order < this.#end; order++) if (!this.#done.has(order)) this.#giveUp(order, reason);
    for (const order of [...this.#objects.keys()]) this.#giveUp(order, reason);
  }

  /** When silence is taken for the end. */
  get #silentAt(): number {
    if (!this.#asking.isIdle || (this.#objects.size === 0 && this.#floor === this.#end)) return Infinity;
    if (this.#floor === undefined || this.#place.block === Infinity) return Infinity;
    return this.heard + Math.max(SILENT_MS, SILENT_TRIPS * this.#asking.grtt);
  }

  #data(data: NormData, now: number): void {
    if (this.#isTooEarly(data)) return;
    const order = this.#enter(data);
    const object = this.#known(order, data);
    const block = object?.blockOf(data.block) ?? data.block;
    if (object !== undefined) {
      const before = object.held;
      object.add(block, data.symbol, data.payload);
      this.#held += object.held - before;
      if (object instanceof IncomingStream) this.#giveStream(order, object);
      else if (object.isWhole) this.#giveObject(order, object);
      if (this.#held > this.#settings.buffer) this.#makeRoom();
    }
    const moved = order !== this.#order || block !== this.#place.block || this.#place.symbol >= 0;
    this.#at(order, { block, symbol: -1 });
    if (moved) this.#look(now);
  }

  /** Who begins now does not begin with a repair: it may be of something old. */
  #isTooEarly({ flags }: NormData | NormInfo): boolean {
    return this.#floor === undefined && !this.#settings.fromStart && (flags & FLAG.repair) !== 0;
  }

  #info(info: NormInfo, now: number): void {
    if (this.#isTooEarly(info)) return;
    const order = this.#enter(info);
    if (this.#isPending(order) && !this.#infos.has(order) && this.#infoBytes + info.payload.length <= this.#settings.buffer) {
      this.#infos.set(order, info.payload.slice());
      this.#infoBytes += info.payload.length;
    }
    const object = this.#known(order, info);
    if (object instanceof IncomingObject && object.isWhole) this.#giveObject(order, object);
    this.#at(order, { block: 0, symbol: -1 });
    this.#look(now);
  }

  #flush(flush: NormFlush, now: number): void {
    const order = this.#enter(flush, !this.#settings.fromStart);
    const object = this.#objects.get(order);
    const place = { block: object?.blockOf(flush.block) ?? flush.block, symbol: flush.symbol };
    if (object instanceof IncomingStream) object.knows(place);
    this.#at(order, place);
    this.#look(now);
    if (!flush.nodes.includes(this.#settings.node) || !this.#asking.isIdle) return;
    for (const _ of this.#missing()) return;
    const payload = new Uint8Array(8);
    const view = new DataView(payload.buffer);
    view.setUint8(0, FEC_ID);
    view.setUint16(2, flush.object);
    view.setUint32(4, ((flush.block << 8) | flush.symbol) >>> 0);
    this.#acknowledge(ACK.flush, 0, payload, now);
  }

  #squelch({ object, block, invalid, ...rest }: Extract<SenderMessage, { type: "squelch" }>): void {
    const order = this.#enter({ object, ...rest });
    const reason = "its sender does not have it any more";
    for (let before = this.#floor!; before < Math.min(order, this.#end); before++)
      if (!this.#done.has(before)) this.#giveUp(before, reason);
    for (const each of this.#objects.keys()) if (each < order) this.#giveUp(each, reason);
    for (const each of invalid) {
      const gone = this.#orderOf({ object: each });
      if (gone < this.#end && this.#isPending(gone)) this.#giveUp(gone, reason);
    }
    const stream = this.#objects.get(order);
    if (stream instanceof IncomingStream) this.#skip(order, stream, stream.blockOf(block), reason);
  }

  /** The object is known from now on. @returns its order */
  #enter({ object }: { readonly object: number }, after = false): number {
    const { fromStart, window } = this.#settings;
    if (this.#floor === undefined) {
      const order = object + FIRST_ORDER;
      this.#floor = fromStart ? order - Math.min(object, window - 1) : after ? order + 1 : order;
      this.#end = this.#order = this.#joined = order;
    }
    const order = this.#orderOf({ object });
    if (order >= this.#floor + window) {
      const floor = order - window + 1;
      for (let old = this.#floor; old < Math.min(floor, this.#end); old++)
        if (!this.#done.has(old) && !(this.#objects.get(old) instanceof IncomingStream))
          this.#giveUp(old, "too many objects came after it");
      this.#floor = Math.max(this.#floor, floor);
      for (const done of this.#done) if (done < floor) this.#done.delete(done);
    }
    this.#end = Math.max(this.#end, order + 1);
    return order;
  }

  #orderOf({ object }: Pick<SymbolId, "object">): number {
    const reference = Math.max(this.#end - 1, 0);
    return reference + difference16(object, reference & 0xffff);
  }

  #isPending(order: number): boolean {
    return this.#objects.has(order) || (order >= this.#floor! && !this.#done.has(order));
  }

  /** The object, if it is not done with and what it looks like is known. */
  #known(order: number, message: NormData | NormInfo): Incoming | undefined {
    const known = this.#objects.get(order);
    const { transmission, flags } = message;
    if (known !== undefined || transmission === undefined || !this.#isPending(order)) return known;
    this.#most = Math.max(LEAST_REQUESTS, Math.min(MOST_REQUESTS, transmission.symbolSize));
    const isStream = (flags & FLAG.stream) !== 0;
    const { longest, fromStart } = this.#settings;
    const { size, symbolSize, sources } = transmission;
    if (!isStream && size > longest) {
      this.#giveUp(order, `it has ${size} bytes, and ${longest} is the most`);
      return undefined;
    }
    const window = Math.max(1, Math.floor(this.#settings.buffer / (symbolSize * sources)));
    const first = message.type === "data" ? message.block : 0;
    const object = isStream
      ? new IncomingStream(transmission, fromStart ? Math.max(0, first - window + 1) : first)
      : new IncomingObject(transmission, flags);
    this.#objects.set(order, object);
    return object;
  }

  #giveObject(order: number, object: IncomingObject): void {
    const info = this.#infos.get(order);
    if (info === undefined && (object.flags & FLAG.info) !== 0) return;
    this.#finish(order);
    const file = (object.flags & FLAG.file) !== 0;
    this.#events.object({ from: this.#source, object: order & 0xffff, bytes: object.content(), info, file });
  }

  #giveStream(order: number, stream: IncomingStream): void {
    const before = stream.held;
    for (const piece of stream.take()) this.#events.piece({ from: this.#source, object: order & 0xffff, ...piece });
    this.#held += stream.held - before;
    if (stream.isEnded) this.#finish(order);
  }

  #skip(order: number, stream: IncomingStream, to: number, reason: string): void {
    const before = stream.held;
    const blocks = stream.skipTo(to);
    this.#held += stream.held - before;
    if (blocks > 0)
      this.#events.missed({ from: this.#source, object: order & 0xffff, reason: `${blocks} blocks of the stream: ${reason}` });
    this.#giveStream(order, stream);
  }

  /** Too much is not whole: gives up what is oldest. */
  #makeRoom(): void {
    const reason = "too much came that is not whole";
    for (const [order, object] of this.#objects) {
      if (this.#held <= this.#settings.buffer) return;
      if (object instanceof IncomingObject) this.#giveUp(order, reason);
      else while (this.#held > this.#settings.buffer && object.held > 0) this.#skip(order, object, object.following, reason);
    }
  }

  /** What may have been sent before it came, nobody missed. */
  #giveUp(order: number, reason: string): void {
    const isMissed = order >= this.#joined || this.#objects.has(order);
    this.#finish(order);
    if (isMissed) this.#events.missed({ from: this.#source, object: order & 0xffff, reason });
  }

  #finish(order: number): void {
    this.#held -= this.#objects.get(order)?.held ?? 0;
    this.#objects.delete(order);
    this.#infoBytes -= this.#infos.get(order)?.length ?? 0;
    this.#infos.delete(order);
    if (order >= this.#floor!) this.#done.add(order);
    while (this.#done.delete(this.#floor!)) this.#floor!++;
  }

  #at(order: number, place: Place): void {
    this.#order = order;
    this.#place = place;
  }

  #look(now: number): void {
    if (!this.#asking.isIdle) return;
    for (const _ of this.#missing()) return this.#asking.begin(now);
  }

  /** All that is missing before the place where the sender is. */
  *#missing(): Generator<Missing> {
    if (this.#floor === undefined) return;
    for (const [order, object] of this.#objects) {
      if (order < this.#floor && order <= this.#order) yield* this.#missingOf(order, object);
    }
    for (let order = this.#floor; order <= this.#order; order++) {
      if (this.#done.has(order)) continue;
      const object = this.#objects.get(order);
      if (object !== undefined) yield* this.#missingOf(order, object);
      else if (order < this.#order || this.#place.symbol >= 0) yield { order, need: ALL, ids: [] };
    }
  }

  *#missingOf(order: number, object: Incoming): Generator<Missing> {
    const wantsInfo = object instanceof IncomingObject && (object.flags & FLAG.info) !== 0 && !this.#infos.has(order);
    if (wantsInfo && (order < this.#order || this.#place.block > 0 || this.#place.symbol >= 0))
      yield { order, info: true, need: 1, ids: [] };
    const place = order < this.#order ? object.end : this.#place;
    for (const { block, need, ids } of object.missing(place)) yield { order, block, need, ids };
  }

  #acknowledge(ackType: number, ackId: number, payload: Uint8Array, now: number, withFeedback = false): void {
    if (this.#settings.silent) return;
    const feedback = withFeedback ? this.#reception.feedback(this.#asking.grtt) : undefined;
    const message: NormAck = { type: "ack", ...this.#receiver(now), feedback, ackType, ackId, payload };
    this.#events.send(message);
  }

  #receiver(now: number): Omit<FromReceiver, "feedback"> {
    const probe = this.#probe;
    const time = probe === undefined ? 0 : probe.time + Math.floor((now - probe.at) * MICRO);
    return { source: this.#settings.node, sequence: this.#events.sequence(), server: this.#source, instance: this.instance, time };
  }
}
