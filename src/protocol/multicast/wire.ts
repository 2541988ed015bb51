// SPDX-License-Identifier: Apache-2.0
// The packets of ReliableMulticast, version 1. The README has the tables.
import { dequantise, quantise } from "./grtt.ts";

/** A symbol of a block, source or parity. */
export interface Data {
  readonly type: "data";
  readonly sender: number;
  /** Counts all symbols that were sent, modulo 2^32. */
  readonly sequence: number;
  readonly block: number;
  /** How many source symbols the block has. */
  readonly sources: number;
  /** Its number in the block; parity from `sources` on. */
  readonly symbol: number;
  /** The longest round trip in the group, in ms. */
  readonly grtt: number;
  readonly payload: Uint8Array;
}

/** How far a sender is. */
export interface Status {
  readonly type: "status";
  readonly sender: number;
  /** The number that the next symbol will have. */
  readonly sequence: number;
  /** Blocks that were sent so far: the number of the next one. */
  readonly blocks: number;
  /** The oldest block that can still be asked for. */
  readonly oldest: number;
  /** The sender's clock, for measuring round trips: units of 10 µs, modulo 2^32. */
  readonly time: number;
  /** About how many receivers there are. */
  readonly groupSize: number;
  readonly grtt: number;
  /** Nothing follows. */
  readonly ended: boolean;
  /** What is about to be sent for those who miss something: nobody needs to ask for as much. */
  readonly promises: readonly Request[];
}

/** Blocks of which symbols are missing. */
export interface Request {
  readonly block: number;
  /** How many blocks, from this one on, miss as many. */
  readonly count: number;
  /** How many more symbols each of them needs; 0: all, and nobody knows how many that is. */
  readonly need: number;
}

/** What a receiver misses. */
export interface Nack {
  readonly type: "nack";
  readonly receiver: number;
  readonly sender: number;
  /** The highest sequence number that has come. */
  readonly seen: number;
  /** The sender's clock, as far as this receiver knows; 0 if it does not. */
  readonly echo: number;
  readonly requests: readonly Request[];
}

/** How a receiver gets on with a sender. */
export interface Report {
  readonly type: "report";
  readonly receiver: number;
  readonly sender: number;
  readonly echo: number;
  /** Symbols that came, and that did not (they may have come again, or not have been needed). */
  readonly received: number;
  readonly lost: number;
  /** Symbols that were found by decoding. */
  readonly recovered: number;
  /** Blocks that were given up. */
  readonly missed: number;
  /** Requests that it sent, and that it did not need to send because others had. */
  readonly nacks: number;
  readonly suppressed: number;
}

export type Packet = Data | Status | Nack | Report;

const VERSION = 1;
const TYPES = ["data", "status", "nack", "report"] as const;
const SIZES = { data: 16, status: 28, nack: 20, report: 40 } as const;
const REQUEST = 8;
/** So that a packet stays below 1400 bytes. */
export const MOST_REQUESTS = 170;
export const MOST_SYMBOLS = 255;

function begin(type: (typeof TYPES)[number], extra = 0): { readonly bytes: Uint8Array; readonly view: DataView } {
  const bytes = room(SIZES[type] + extra);
  bytes[0] = (VERSION << 4) | (TYPES.indexOf(type) + 1);
  return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length) };
}

/** Packets lie next to each other in pieces of memory of this size: to get one for each packet would take as long as writing it. */
const PIECE = 65_536;
let piece = new Uint8Array(0);
let used = 0;

function room(size: number): Uint8Array {
  if (used + size > piece.length) [piece, used] = [new Uint8Array(Math.max(PIECE, size)), 0];
  return piece.subarray(used, (used += size));
}

export function packData({ sender, sequence, block, sources, symbol, grtt, payload }: Omit<Data, "type">): Uint8Array {
  const { bytes, view } = begin("data", payload.length);
  bytes[1] = quantise(grtt);
  bytes[2] = sources;
  bytes[3] = symbol;
  view.setUint32(4, sender);
  view.setUint32(8, sequence);
  view.setUint32(12, block);
  bytes.set(payload, SIZES.data);
  return bytes;
}

export function packStatus(status: Omit<Status, "type">): Uint8Array {
  const { bytes, view } = begin("status", REQUEST * status.promises.length);
  bytes[1] = quantise(status.grtt);
  bytes[2] = status.ended ? 1 : 0;
  bytes[3] = status.promises.length;
  writeRequests(view, SIZES.status, status.promises);
  const { sender, sequence, blocks, oldest, time, groupSize } = status;
  for (const [i, number] of [sender, sequence, blocks, oldest, time, groupSize].entries()) view.setUint32(4 + 4 * i, number);
  return bytes;
}

export function packNack({ receiver, sender, seen, echo, requests }: Omit<Nack, "type">): Uint8Array {
  const { bytes, view } = begin("nack", REQUEST * requests.length);
  view.setUint16(2, requests.length);
  for (const [i, number] of [receiver, sender, seen, echo].entries()) view.setUint32(4 + 4 * i, number);
  writeRequests(view, SIZES.nack, requests);
  return bytes;
}

function writeRequests(view: DataView, start: number, requests: readonly Request[]): void {
  for (const [i, { block, count, need }] of requests.entries()) {
    const at = start + REQUEST * i;
    view.setUint32(at, block);
    view.setUint16(at + 4, count);
    view.setUint8(at + 6, need);
  }
}

export function packReport(report: Omit<Report, "type">): Uint8Array {
  const { bytes, view } = begin("report");
  const { receiver, sender, echo, received, lost, recovered, missed, nacks, suppressed } = report;
  const numbers = [receiver, sender, echo, received, lost, recovered, missed, nacks, suppressed];
  for (const [i, number] of numbers.entries()) view.setUint32(4 + 4 * i, number);
  return bytes;
}

/** Adds one more block to a list of requests, as part of the last one if it goes on with that. */
export function appendRequest(requests: Request[], block: number, need: number): void {
  const last = requests.at(-1);
  if (last !== undefined && last.need === need && last.block + last.count === block && last.count < 0xffff)
    requests[requests.length - 1] = { ...last, count: last.count + 1 };
  else requests.push({ block, count: 1, need });
}

/** Answers the packet, or in words why it is none. */
export function parsePacket(bytes: Uint8Array): Packet | string {
  if (bytes.length < 4) return `it has ${bytes.length} bytes`;
  if (bytes[0]! >> 4 !== VERSION) return `its version is ${bytes[0]! >> 4}, and not ${VERSION}`;
  const type = TYPES[(bytes[0]! & 15) - 1];
  if (type === undefined) return `there is no type ${bytes[0]! & 15}`;
  if (bytes.length < SIZES[type]) return `it has ${bytes.length} bytes, and a ${type} has ${SIZES[type]}`;
  if (type === "data") return parseData(bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  switch (type) {
    case "status":
      return parseStatus(bytes, view);
    case "nack":
      return parseNack(view);
    case "report":
      return parseReport(view);
  }
}

/** Nearly all packets are data: a view for each would cost more than reading it does. */
function parseData(bytes: Uint8Array): Data | string {
  const [sources, symbol] = [bytes[2]!, bytes[3]!];
  if (sources === 0 || symbol === MOST_SYMBOLS) return `there is no symbol ${symbol} of a block of ${sources}`;
  return {
    type: "data",
    sender: uint32(bytes, 4),
    sequence: uint32(bytes, 8),
    block: uint32(bytes, 12),
    sources,
    symbol,
    grtt: dequantise(bytes[1]!),
    payload: bytes.subarray(SIZES.data),
  };
}

function uint32(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
}

function parseStatus(bytes: Uint8Array, view: DataView): Status | string {
  const [blocks, oldest] = [view.getUint32(12), view.getUint32(16)];
  if (oldest > blocks) return `its oldest block, ${oldest}, comes after all ${blocks}`;
  const promises = readRequests(view, SIZES.status, bytes[3]!);
  if (typeof promises === "string") return promises;
  return {
    type: "status",
    sender: view.getUint32(4),
    sequence: view.getUint32(8),
    blocks,
    oldest,
    time: view.getUint32(20),
    groupSize: view.getUint32(24),
    grtt: dequantise(bytes[1]!),
    ended: bytes[2] === 1,
    promises,
  };
}

function parseNack(view: DataView): Nack | string {
  const requests = readRequests(view, SIZES.nack, view.getUint16(2));
  if (typeof requests === "string") return requests;
  return {
    type: "nack",
    receiver: view.getUint32(4),
    sender: view.getUint32(8),
    seen: view.getUint32(12),
    echo: view.getUint32(16),
    requests,
  };
}

function readRequests(view: DataView, start: number, count: number): Request[] | string {
  if (count > MOST_REQUESTS || view.byteLength !== start + REQUEST * count)
    return `its size, ${view.byteLength}, is not that of ${count} requests`;
  const requests = Array.from({ length: count }, (_, i): Request => {
    const at = start + REQUEST * i;
    return { block: view.getUint32(at), count: view.getUint16(at + 4), need: view.getUint8(at + 6) };
  });
  for (const [i, { block, count: blocks }] of requests.entries()) {
    const next = requests[i + 1];
    if (blocks === 0 || (next !== undefined && next.block < block + blocks)) return "its requests are not in order";
  }
  return requests;
}

function parseReport(view: DataView): Report {
  const number = (i: number): number => view.getUint32(4 + 4 * i);
  return {
    type: "report",
    receiver: number(0),
    sender: number(1),
    echo: number(2),
    received: number(3),
    lost: number(4),
    recovered: number(5),
    missed: number(6),
    nacks: number(7),
    suppressed: number(8),
  };
}
