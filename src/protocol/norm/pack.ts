// SPDX-License-Identifier: Apache-2.0
// NORM's messages as bytes: RFC 5740, section 4.
import { quantise } from "../multicast/grtt.ts";
import {
  FEC_ID,
  type FromReceiver,
  type FromSender,
  type NormMessage,
  type NormProbe,
  type RepairRequest,
  type SymbolId,
  type Transmission,
} from "./message.ts";
import { quantiseGroup, quantiseLoss, quantiseRate } from "./numbers.ts";

export const VERSION = 1;
export const TYPES = { info: 1, data: 2, command: 3, nack: 4, ack: 5, report: 6 } as const;
export const FLAVOURS = { flush: 1, end: 2, squelch: 3, probe: 4, advice: 5, "ack-request": 6, command: 7 } as const;
/** Header extensions. */
export const EXTENSION = { transmission: 64, feedback: 3, rate: 128 } as const;
export const FORMS = { items: 1, ranges: 2, erasures: 3 } as const;
export const MICRO = 1_000_000;
/** Bytes of a message without its list and payload, at most. */
const MOST_HEADER = 40;

/** A message as bytes. */
export function packNorm(message: NormMessage): Uint8Array {
  const to = new Writer(message);
  switch (message.type) {
    case "info":
    case "data":
      to.sender(message, TYPES[message.type]);
      to.byte(message.flags);
      to.byte(FEC_ID);
      if (message.type === "data") to.symbol(message);
      else to.short(message.object);
      if (message.transmission !== undefined) to.transmission(message.transmission);
      break;
    case "nack":
    case "ack":
      to.receiver(message, TYPES[message.type], message.type === "nack" ? 0 : (message.ackType << 8) | message.ackId);
      break;
    case "flush":
    case "squelch":
      to.command(message, FEC_ID);
      to.symbol(message);
      break;
    case "end":
    case "advice":
    case "command":
      to.command(message, 0);
      to.short(0);
      break;
    case "ack-request":
      to.command(message, 0);
      to.byte(message.ackType);
      to.byte(message.ackId);
      break;
    case "probe":
      to.probe(message);
  }
  to.endHeader();
  if ("payload" in message) to.append(message.payload);
  if ("requests" in message) to.requests(message.requests);
  if ("invalid" in message) for (const object of message.invalid) to.short(object);
  if (message.type === "flush" || message.type === "ack-request") for (const node of message.nodes) to.long(node);
  if (message.type === "probe") to.rates(message);
  return to.taken();
}

/** Bytes that requests take in a message. */
export function sizeOfRequests(requests: readonly RepairRequest[]): number {
  let size = 0;
  for (const [i, request] of requests.entries()) {
    if (i === 0 || !goTogether(request, requests[i - 1]!)) size += 4;
    size += formOf(request) === FORMS.ranges ? 16 : 8;
  }
  return size;
}

class Writer {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(message: NormMessage) {
    let size = MOST_HEADER;
    if ("payload" in message) size += message.payload.length;
    if ("nodes" in message) size += message.nodes.length * 8;
    if ("requests" in message) size += message.requests.length * 20;
    if ("invalid" in message) size += message.invalid.length * 2;
    this.#bytes = new Uint8Array(size);
    this.#view = new DataView(this.#bytes.buffer);
  }

  byte(value: number): void {
    this.#bytes[this.#at++] = value;
  }

  short(value: number): void {
    this.#view.setUint16(this.#at, value);
    this.#at += 2;
  }

  long(value: number): void {
    this.#view.setUint32(this.#at, value);
    this.#at += 4;
  }

  append(bytes: Uint8Array): void {
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  sender({ sequence, source, instance, grtt, backoff, groupSize }: FromSender, type: number): void {
    this.byte((VERSION << 4) | type);
    this.byte(0); // endHeader() knows
    this.short(sequence);
    this.long(source);
    this.short(instance);
    this.byte(quantise(grtt));
    this.byte((backoff << 4) | quantiseGroup(groupSize));
  }

  command(message: FromSender & { readonly type: keyof typeof FLAVOURS }, next: number): void {
    this.sender(message, TYPES.command);
    this.byte(FLAVOURS[message.type]);
    this.byte(next);
  }

  receiver({ sequence, source, server, instance, time, feedback }: FromReceiver, type: number, extra: number): void {
    this.byte((VERSION << 4) | type);
    this.byte(0);
    this.short(sequence);
    this.long(source);
    this.long(server);
    this.short(instance);
    this.short(extra);
    this.time(time);
    if (feedback === undefined) return;
    const loss = quantiseLoss(feedback.loss);
    this.byte(EXTENSION.feedback);
    this.byte(3);
    this.short(feedback.probe);
    this.byte(feedback.flags);
    this.byte(quantise(feedback.rtt));
    this.short(loss >>> 16);
    this.short(quantiseRate(feedback.rate));
    this.short(loss & 0xffff);
  }

  probe(message: NormProbe): void {
    this.command(message, 0);
    this.short(message.probe);
    this.time(message.time);
    if (message.rate === undefined) return;
    this.byte(EXTENSION.rate);
    this.byte(0);
    this.short(quantiseRate(message.rate));
  }

  rates({ nodes }: NormProbe): void {
    for (const { node, flags, rtt, rate } of nodes) {
      this.long(node);
      this.byte(flags);
      this.byte(quantise(rtt));
      this.short(quantiseRate(rate));
    }
  }

  time(time: number): void {
    this.long(Math.floor(time / MICRO));
    this.long(time % MICRO);
  }

  /** Object, block and symbol: the FEC Payload ID of FEC Encoding ID 5 (RFC 5510, section 5.1). */
  symbol({ object, block, symbol }: SymbolId): void {
    this.short(object);
    this.long(((block << 8) | symbol) >>> 0);
  }

  transmission({ size, symbolSize, sources, parities }: Transmission): void {
    this.byte(EXTENSION.transmission);
    this.byte(3);
    this.short(Math.floor(size / 2 ** 32));
    this.long(size % 2 ** 32);
    this.short(symbolSize);
    this.byte(sources);
    this.byte(parities);
  }

  requests(requests: readonly RepairRequest[]): void {
    let length = 0;
    for (const [i, request] of requests.entries()) {
      if (i === 0 || !goTogether(request, requests[i - 1]!)) {
        this.byte(formOf(request));
        this.byte(request.flags);
        length = this.#at;
        this.short(0);
      }
      this.#item(request.from);
      if (formOf(request) === FORMS.ranges) this.#item(request.to);
      this.#view.setUint16(length, this.#at - length - 2);
    }
  }

  #item(id: SymbolId): void {
    this.byte(FEC_ID);
    this.byte(0);
    this.symbol(id);
  }

  /** Says how long the header is, in words. */
  endHeader(): void {
    this.#bytes[1] = this.#at / 4;
  }

  taken(): Uint8Array {
    return this.#bytes.subarray(0, this.#at);
  }
}

function formOf({ from, to, erasures }: RepairRequest): number {
  if (erasures) return FORMS.erasures;
  return from.object === to.object && from.block === to.block && from.symbol === to.symbol ? FORMS.items : FORMS.ranges;
}

function goTogether(a: RepairRequest, b: RepairRequest): boolean {
  return a.flags === b.flags && formOf(a) === formOf(b);
}
