// SPDX-License-Identifier: Apache-2.0
// NORM's messages from bytes: RFC 5740, section 4. Whatever the bytes are, a message comes out, or why there is none.
import { dequantise } from "../multicast/grtt.ts";
import {
  FEC_ID,
  FLAG,
  type FromReceiver,
  type FromSender,
  MOST_SYMBOLS,
  type NormFeedback,
  type NormMessage,
  type NormProbe,
  type NormRate,
  type RepairRequest,
  STREAM_HEADER,
  type SymbolId,
  type Transmission,
} from "./message.ts";
import { dequantiseGroup, dequantiseLoss, dequantiseRate } from "./numbers.ts";
import { EXTENSION, FLAVOURS, FORMS, MICRO, TYPES, VERSION } from "./pack.ts";

/** Bytes before everything else. */
const COMMON = 8;
/** Bytes of headers, without extensions. */
const SIZES: readonly number[] = [0, 16, 20, 16, 24, 24];
const COMMAND_SIZES: readonly number[] = [0, 20, 16, 20, 24, 16, 16, 16];
/** Where header extensions of 4 bytes begin. */
const FIXED = 128;

/** Answers the message, or in words why it is none. */
export function parseNorm(bytes: Uint8Array): NormMessage | string {
  if (bytes.length < COMMON) return `it has ${bytes.length} bytes`;
  if (bytes[0]! >> 4 !== VERSION) return `its version is ${bytes[0]! >> 4}, and not ${VERSION}`;
  const type = bytes[0]! & 15;
  const least = type === TYPES.command ? (bytes.length < 16 ? 16 : COMMAND_SIZES[bytes[12]!]) : SIZES[type];
  if (least === undefined || least === 0)
    return type === TYPES.command ? `there is no command ${bytes[12]!}` : `it has type ${type}, which says nothing`;
  const header = bytes[1]! * 4;
  if (bytes.length < least || header < least || bytes.length < header)
    return `it has ${bytes.length} bytes, its header ${header}, and a message of its kind at least ${least}`;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (type === TYPES.nack || type === TYPES.ack) return parseFeedback(type, bytes, view, least, header);
  if (type === TYPES.command) return parseCommand(bytes, view, least, header);
  return parseContent(type, bytes, view, least, header);
}

function parseContent(type: number, bytes: Uint8Array, view: DataView, least: number, header: number): NormMessage | string {
  if (bytes[13] !== FEC_ID) return `its FEC Encoding ID is ${bytes[13]}, and only ${FEC_ID} is known`;
  const at = findExtension(bytes, least, header, EXTENSION.transmission, 12);
  if (typeof at === "string") return at;
  const transmission = at === 0 ? undefined : transmissionAt(view, at);
  if (transmission !== undefined && (transmission.symbolSize === 0 || transmission.sources === 0))
    return `its blocks have ${transmission.sources} symbols of ${transmission.symbolSize} bytes`;
  if (transmission !== undefined && transmission.sources + transmission.parities > MOST_SYMBOLS)
    return `its blocks have ${transmission.sources} and ${transmission.parities} symbols, and ${MOST_SYMBOLS} is the most`;
  const flags = bytes[12]!;
  const payload = bytes.subarray(header);
  const sender = senderOf(view);
  if (type === TYPES.info) return { type: "info", object: view.getUint16(14), ...sender, flags, transmission, payload };
  if ((flags & FLAG.stream) !== 0 && payload.length < STREAM_HEADER) return `a symbol of a stream cannot have ${payload.length} bytes`;
  const { source, sequence, instance, grtt, backoff, groupSize } = sender; // spreading them takes twice as long
  const { object, block, symbol } = symbolAt(view, 14);
  return { type: "data", source, sequence, instance, grtt, backoff, groupSize, flags, object, block, symbol, transmission, payload };
}

function parseCommand(bytes: Uint8Array, view: DataView, least: number, header: number): NormMessage | string {
  const sender = senderOf(view);
  switch (bytes[12]) {
    case FLAVOURS.flush:
      if (bytes[13] !== FEC_ID) return `its FEC Encoding ID is ${bytes[13]}, and only ${FEC_ID} is known`;
      return { type: "flush", ...sender, ...symbolAt(view, 14), nodes: longs(view, header) };
    case FLAVOURS.end:
      return { type: "end", ...sender };
    case FLAVOURS.squelch: {
      if (bytes[13] !== FEC_ID) return `its FEC Encoding ID is ${bytes[13]}, and only ${FEC_ID} is known`;
      const invalid = Array.from({ length: Math.floor((bytes.length - header) / 2) }, (_, i) => view.getUint16(header + 2 * i));
      return { type: "squelch", ...sender, ...symbolAt(view, 14), invalid };
    }
    case FLAVOURS.probe:
      return parseProbe(sender, bytes, view, least, header);
    case FLAVOURS.advice: {
      const requests = parseRequests(bytes, view, header);
      return typeof requests === "string" ? requests : { type: "advice", ...sender, requests };
    }
    case FLAVOURS["ack-request"]:
      return { type: "ack-request", ...sender, ackType: bytes[14]!, ackId: bytes[15]!, nodes: longs(view, header) };
    default:
      return { type: "command", ...sender, payload: bytes.subarray(header) };
  }
}

function parseProbe(sender: FromSender, bytes: Uint8Array, view: DataView, least: number, header: number): NormProbe | string {
  const at = findExtension(bytes, least, header, EXTENSION.rate, 4);
  if (typeof at === "string") return at;
  const nodes = Array.from({ length: Math.floor((bytes.length - header) / 8) }, (_, i): NormRate => {
    const item = header + 8 * i;
    return {
      node: view.getUint32(item),
      flags: view.getUint8(item + 4),
      rtt: dequantise(view.getUint8(item + 5)),
      rate: dequantiseRate(view.getUint16(item + 6)),
    };
  });
  const rate = at === 0 ? undefined : dequantiseRate(view.getUint16(at + 2));
  return { type: "probe", ...sender, probe: view.getUint16(14), time: timeAt(view, 16), rate, nodes };
}

function parseFeedback(type: number, bytes: Uint8Array, view: DataView, least: number, header: number): NormMessage | string {
  const at = findExtension(bytes, least, header, EXTENSION.feedback, 12);
  if (typeof at === "string") return at;
  const receiver: FromReceiver = {
    source: view.getUint32(4),
    sequence: view.getUint16(2),
    server: view.getUint32(8),
    instance: view.getUint16(12),
    time: timeAt(view, 16),
    feedback: at === 0 ? undefined : feedbackAt(view, at),
  };
  if (type === TYPES.ack) return { type: "ack", ...receiver, ackType: bytes[14]!, ackId: bytes[15]!, payload: bytes.subarray(header) };
  const requests = parseRequests(bytes, view, header);
  return typeof requests === "string" ? requests : { type: "nack", ...receiver, requests };
}

/** Where the extension of a type begins; 0: there is none. */
function findExtension(bytes: Uint8Array, from: number, to: number, type: number, size: number): number | string {
  let found = 0;
  for (let at = from; at < to;) {
    const length = bytes[at]! >= FIXED ? 4 : bytes[at + 1]! * 4;
    if (length === 0 || at + length > to) return `a header extension of ${length} bytes does not fit`;
    if (bytes[at] === type) {
      if (length !== size) return `its header extension ${type} has ${length} bytes, and not ${size}`;
      found = at;
    }
    at += length;
  }
  return found;
}

function parseRequests(bytes: Uint8Array, view: DataView, header: number): RepairRequest[] | string {
  const requests: RepairRequest[] = [];
  for (let at = header; at < bytes.length;) {
    if (at + 4 > bytes.length) return `a request of ${bytes.length - at} bytes is too short`;
    const [form, flags, length] = [bytes[at]!, bytes[at + 1]!, view.getUint16(at + 2)];
    const size = form === FORMS.ranges ? 16 : 8;
    if (form === 0 || form > FORMS.erasures) return `its requests have form ${form}`;
    at += 4;
    if (length === 0 || length % size !== 0 || at + length > bytes.length) return `requests of ${length} bytes do not fit`;
    for (const end = at + length; at < end; at += size) {
      if (bytes[at] !== FEC_ID || bytes[at + size - 8] !== FEC_ID) return "it asks for symbols of another FEC Encoding ID";
      const [from, to] = [symbolAt(view, at + 2), symbolAt(view, at + size - 6)];
      requests.push({ flags, from, to, erasures: form === FORMS.erasures });
    }
  }
  return requests;
}

function senderOf(view: DataView): FromSender {
  const size = view.getUint8(11);
  return {
    source: view.getUint32(4),
    sequence: view.getUint16(2),
    instance: view.getUint16(8),
    grtt: dequantise(view.getUint8(10)),
    backoff: size >> 4,
    groupSize: dequantiseGroup(size & 15),
  };
}

function symbolAt(view: DataView, at: number): SymbolId {
  const id = view.getUint32(at + 2);
  return { object: view.getUint16(at), block: id >>> 8, symbol: id & 255 };
}

function transmissionAt(view: DataView, at: number): Transmission {
  return {
    size: view.getUint16(at + 2) * 2 ** 32 + view.getUint32(at + 4),
    symbolSize: view.getUint16(at + 8),
    sources: view.getUint8(at + 10),
    parities: view.getUint8(at + 11),
  };
}

function feedbackAt(view: DataView, at: number): NormFeedback {
  return {
    probe: view.getUint16(at + 2),
    flags: view.getUint8(at + 4),
    rtt: dequantise(view.getUint8(at + 5)),
    loss: dequantiseLoss(view.getUint16(at + 6) * 0x1_0000 + view.getUint16(at + 10)),
    rate: dequantiseRate(view.getUint16(at + 8)),
  };
}

function timeAt(view: DataView, at: number): number {
  return view.getUint32(at) * MICRO + Math.min(view.getUint32(at + 4), MICRO - 1);
}

function longs(view: DataView, from: number): number[] {
  return Array.from({ length: Math.floor((view.byteLength - from) / 4) }, (_, i) => view.getUint32(from + 4 * i));
}
