// SPDX-License-Identifier: Apache-2.0
// Captures in the format pcapng: https://www.ietf.org/archive/id/draft-ietf-opsawg-pcapng-03.html
import { inspect, isDeepStrictEqual } from "node:util";
import type { Endpoint } from "../axon/index.ts";

/** A packet of a capture. */
export interface CapturedPacket {
  /** Milliseconds since 1970. */
  readonly time: number;
  /** The name of the interface, or its number. */
  readonly interface: string;
  /** Whether it was sent or received there, if the capture says so. */
  readonly direction: "sent" | "received" | undefined;
  readonly comment: string | undefined;
  /** "fragment": a piece of a datagram; "other": no IP, or another protocol in it. */
  readonly protocol: "tcp" | "udp" | "icmp" | "fragment" | "other";
  readonly from: Endpoint;
  readonly to: Endpoint;
  /** What TCP says: of "syn", "ack", "fin" and "rst" those that are set, in this order. */
  readonly flags: readonly string[];
  /** What it carries, without headers. */
  readonly payload: Uint8Array;
  /** All of it, as captured. */
  readonly bytes: Uint8Array;
}

const [SECTION_HEADER, INTERFACE, ENHANCED_PACKET] = [0x0a0d0d0a, 1, 6];
const [COMMENT, IF_NAME, IF_TSRESOL, EPB_FLAGS] = [1, 2, 9, 2];
/** Bytes before the IP header, by link type: BSD loopback, Ethernet, raw IP, Linux cooked. */
const LINK_HEADERS: Readonly<Record<number, number>> = { 0: 4, 1: 14, 101: 0, 113: 16, 228: 0, 229: 0 };
/** Bytes that a block has at least. */
const LEAST: Readonly<Record<number, number>> = { [SECTION_HEADER]: 16, [INTERFACE]: 8, [ENHANCED_PACKET]: 20 };
const NOWHERE: Endpoint = { address: "", port: 0 };
const EMPTY = new Uint8Array(0);

interface Interface {
  readonly name: string;
  readonly link: number;
  /** Milliseconds in a unit of time. */
  readonly unit: number;
}

/**
 * The packets in a capture, as tcpdump, Wireshark and `SimulatedNetwork.capture` write it (pcapng).
 *
 * @throws SyntaxError for what is no pcapng
 * @example
 * const capture = new SimulatedNetwork(star(["server", "client"])).capture("client");
 * readCapture(capture.toBytes()).length; // 0
 */
export function readCapture(file: Uint8Array): CapturedPacket[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const packets: CapturedPacket[] = [];
  let interfaces: Interface[] = [];
  let little = true;
  for (let at = 0; at < file.length;) {
    if (file.length - at < 12) throw new SyntaxError(`Cannot read the capture: it ends within a block, at byte ${at}`);
    if (view.getUint32(at) === SECTION_HEADER) {
      little = view.getUint32(at + 8, true) === 0x1a2b3c4d;
      interfaces = [];
    } else if (at === 0) throw new SyntaxError("Cannot read the capture: it is no pcapng");
    const type = view.getUint32(at, little);
    const length = view.getUint32(at + 4, little);
    if (length < 12 || at + length > file.length)
      throw new SyntaxError(`Cannot read the capture: the block at byte ${at} is said to have ${length} bytes`);
    const block = new DataView(view.buffer, view.byteOffset + at + 8, length - 12);
    if (block.byteLength < (LEAST[type] ?? 0)) throw new SyntaxError(`Cannot read the capture: the block at byte ${at} is cut off`);
    if (type === INTERFACE) interfaces.push(readInterface(block, little, interfaces.length));
    else if (type === ENHANCED_PACKET) packets.push(readPacket(block, little, interfaces));
    at += length;
  }
  return packets;
}

/**
 * Asserts that packets like these are in a capture, in this order; others may be between them. What is not named may be anything.
 *
 * @param capture the file, or what {@link readCapture} gave
 * @throws Error that says which is missing, and what came after the one before
 * @example
 * const network = new SimulatedNetwork(star(["server", "client"]));
 * const capture = network.capture("client");
 * network.host("server").system.activate(SimpleServer({ host: "0.0.0.0", port: 1500, protocol: EchoProtocol }));
 * await network.host("client").system.run(Pipeline(Feed([Buffer.from("hello")]), TCPClient({ host: "server", port: 1500 }), NullSink()));
 * assertCaptured(capture.toBytes(), [{ protocol: "tcp", flags: ["syn"] }, { flags: ["syn", "ack"] }, { payload: Buffer.from("hello") }]);
 */
export function assertCaptured(capture: Uint8Array | readonly CapturedPacket[], expected: readonly Partial<CapturedPacket>[]): void {
  const packets = capture instanceof Uint8Array ? readCapture(capture) : capture;
  let at = 0;
  for (const [i, one] of expected.entries()) {
    const found = packets.findIndex((packet, place) => place >= at && matches(packet, one));
    if (found < 0) {
      const rest = packets.slice(at, at + 20).map((packet) => `  ${describe(packet)}`);
      throw new Error(
        `There is no packet like ${inspect(one, { breakLength: Infinity })} (the ${i + 1}. expected) from packet ${at + 1} on:\n${rest.join("\n")}`,
      );
    }
    at = found + 1;
  }
}

function matches(packet: CapturedPacket, expected: Partial<CapturedPacket>): boolean {
  return Object.entries(expected).every(([name, value]) => {
    const actual = packet[name as keyof CapturedPacket];
    if (value instanceof Uint8Array && actual instanceof Uint8Array)
      return value.length === actual.length && value.every((byte, i) => byte === actual[i]);
    return isDeepStrictEqual(actual, value);
  });
}

function describe({ time, protocol, from, to, flags, payload, comment }: CapturedPacket): string {
  const what = [protocol, ...flags, `${payload.length} bytes`, ...(comment === undefined ? [] : [`"${comment}"`])].join(" ");
  return `${time.toFixed(3)} ${from.address}:${from.port} → ${to.address}:${to.port} ${what}`;
}

function readInterface(block: DataView, little: boolean, number: number): Interface {
  const options = readOptions(block, 8, little);
  const resolution = options.get(IF_TSRESOL)?.[0] ?? 6;
  const perSecond = resolution & 0x80 ? 2 ** (resolution & 0x7f) : 10 ** resolution;
  const name = options.get(IF_NAME);
  return { name: name === undefined ? String(number) : text(name), link: block.getUint16(0, little), unit: 1000 / perSecond };
}

function readPacket(block: DataView, little: boolean, interfaces: readonly Interface[]): CapturedPacket {
  const number = block.getUint32(0, little);
  const { name, link, unit } = interfaces[number] ?? { name: String(number), link: -1, unit: 1e-3 };
  const length = block.getUint32(12, little);
  const bytes = part(block, 20, length);
  const options = readOptions(block, 20 + ((length + 3) & ~3), little);
  const direction = (options.get(EPB_FLAGS)?.[little ? 0 : 3] ?? 0) & 3;
  const comment = options.get(COMMENT);
  return {
    time: (block.getUint32(4, little) * 2 ** 32 + block.getUint32(8, little)) * unit,
    interface: name,
    direction: direction === 1 ? "received" : direction === 2 ? "sent" : undefined,
    comment: comment === undefined ? undefined : text(comment),
    ...readIP(bytes.subarray(LINK_HEADERS[link] ?? bytes.length)),
    bytes,
  };
}

function readOptions(block: DataView, start: number, little: boolean): Map<number, Uint8Array> {
  const options = new Map<number, Uint8Array>();
  for (let at = start; at + 4 <= block.byteLength;) {
    const code = block.getUint16(at, little);
    const length = block.getUint16(at + 2, little);
    if (code === 0) break;
    options.set(code, part(block, at + 4, length));
    at += 4 + ((length + 3) & ~3);
  }
  return options;
}

/** Some bytes of a block. @throws SyntaxError when it has not so many */
function part(block: DataView, at: number, length: number): Uint8Array {
  if (at + length > block.byteLength)
    throw new SyntaxError(`Cannot read the capture: a block of ${block.byteLength} bytes says that it has more`);
  return new Uint8Array(block.buffer, block.byteOffset + at, length);
}

type Content = Pick<CapturedPacket, "protocol" | "from" | "to" | "flags" | "payload">;

function readIP(bytes: Uint8Array): Content {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = (bytes[0] ?? 0) >> 4;
  if (version === 4 && bytes.length >= 20) {
    const header = (bytes[0]! & 15) * 4;
    const [from, to] = [bytes.subarray(12, 16).join("."), bytes.subarray(16, 20).join(".")];
    const piece = (view.getUint16(6) & 0x3fff) !== 0;
    return readTransport(piece ? -1 : bytes[9]!, bytes.subarray(header, Math.max(header, view.getUint16(2))), from, to);
  }
  if (version === 6 && bytes.length >= 40)
    return readTransport(bytes[6]!, bytes.subarray(40, 40 + view.getUint16(4)), address6(view, 8), address6(view, 24));
  return { protocol: "other", from: NOWHERE, to: NOWHERE, flags: [], payload: EMPTY };
}

function readTransport(number: number, bytes: Uint8Array, from: string, to: string): Content {
  const [ICMP6, FRAGMENT, TCP, UDP] = [58, 44, 6, 17];
  const ends = (ports: boolean): Pick<Content, "from" | "to"> => {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return { from: { address: from, port: ports ? view.getUint16(0) : 0 }, to: { address: to, port: ports ? view.getUint16(2) : 0 } };
  };
  if (number === UDP && bytes.length >= 8) return { protocol: "udp", ...ends(true), flags: [], payload: bytes.subarray(8) };
  if (number === TCP && bytes.length >= 20) {
    const set = bytes[13]!;
    const names = { syn: 2, ack: 16, fin: 1, rst: 4 };
    const flags = Object.entries(names).flatMap(([name, bit]) => ((set & bit) === 0 ? [] : [name]));
    return { protocol: "tcp", ...ends(true), flags, payload: bytes.subarray((bytes[12]! >> 4) * 4) };
  }
  if (number === 1 || number === ICMP6) return { protocol: "icmp", ...ends(false), flags: [], payload: bytes.subarray(8) };
  return { protocol: number === -1 || number === FRAGMENT ? "fragment" : "other", ...ends(false), flags: [], payload: bytes };
}

function address6(view: DataView, at: number): string {
  const words = Array.from({ length: 8 }, (_, i) => view.getUint16(at + 2 * i).toString(16));
  return new URL(`http://[${words.join(":")}]/`).hostname.slice(1, -1);
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
