// SPDX-License-Identifier: Apache-2.0
// The PROXY protocol, versions 1 and 2 (HAProxy's proxy-protocol.txt): what a proxy in front of a server says first, so that the server knows who is behind it.
import type { Endpoint } from "../axon/index.ts";
import { addressOf, bytesOfAddress } from "./addresses.ts";
import { isIPv4, isIPv6 } from "./node/explained.ts";
import { checkPort } from "./ports.ts";

/** What the first bytes of a connection say about it. */
export interface ProxyHeader {
  /** Who connected to the proxy; undefined when the proxy speaks for itself (LOCAL, UNKNOWN). */
  readonly source: Endpoint | undefined;
  /** Where they connected to. */
  readonly destination: Endpoint | undefined;
  /** How many bytes it takes. */
  readonly length: number;
}

/** What to send first. */
export interface ProxyHeaderOptions {
  /** 1: a line of text; 2: bytes. Default 2. */
  readonly version?: 1 | 2;
  /** For whom we connect. */
  readonly source: Endpoint;
  /** Where they connected to. */
  readonly destination: Endpoint;
}

const SIGNATURE = Buffer.from("\r\n\r\n\0\r\nQUIT\n", "latin1");
const PREFIX = Buffer.from("PROXY ", "latin1");
/** Version 1, section 2.1: the longest line, with its CR LF. */
const LONGEST_LINE = 107;
/** Version 2: the most that we take, with its extensions. The length field could say 65,535. */
const LONGEST = 4096;

/**
 * Reads a header.
 *
 * @returns undefined while it is not complete
 * @throws RangeError for what is no header
 */
export function parseProxyHeader(bytes: Buffer): ProxyHeader | undefined {
  if (startsLike(bytes, PREFIX)) return bytes.length < PREFIX.length ? undefined : parseLine(bytes);
  if (startsLike(bytes, SIGNATURE)) return bytes.length < 16 ? undefined : parseBytes(bytes);
  throw bad(`it begins with ${JSON.stringify(bytes.toString("latin1", 0, 16))}`);
}

function startsLike(bytes: Buffer, start: Buffer): boolean {
  const length = Math.min(bytes.length, start.length);
  return bytes.compare(start, 0, length, 0, length) === 0;
}

function parseLine(bytes: Buffer): ProxyHeader | undefined {
  const end = bytes.indexOf("\r\n");
  if (end < 0 && bytes.length < LONGEST_LINE) return undefined;
  if (end < 0 || end + 2 > LONGEST_LINE) throw bad(`its line is longer than ${LONGEST_LINE} bytes`);
  const line = bytes.toString("latin1", 0, end);
  const [, kind, from = "", to = "", fromPort = "", toPort = ""] = line.split(" ");
  const length = end + 2;
  if (kind === "UNKNOWN") return { source: undefined, destination: undefined, length };
  const isAddress = kind === "TCP4" ? isIPv4 : isIPv6;
  const isPort = (text: string): boolean => /^(0|[1-9]\d{0,4})$/.test(text) && Number(text) <= 65_535;
  const words = line.split(" ").length;
  if (words !== 6 || !/^TCP[46]$/.test(kind ?? "") || ![from, to].every(isAddress) || ![fromPort, toPort].every(isPort))
    throw bad(`its line is ${JSON.stringify(line)}`);
  return { source: { address: from, port: Number(fromPort) }, destination: { address: to, port: Number(toPort) }, length };
}

function parseBytes(bytes: Buffer): ProxyHeader | undefined {
  const length = 16 + bytes.readUInt16BE(14);
  const [version, command, family] = [bytes[12]! >> 4, bytes[12]! & 15, bytes[13]! >> 4];
  if (version !== 2 || command > 1) throw bad(`its version and command are 0x${bytes[12]!.toString(16)}`);
  if (length > LONGEST) throw bad(`it says that it is ${length} bytes long, and ${LONGEST} are the most`);
  if (bytes.length < length) return undefined;
  const size = { 1: 4, 2: 16 }[family] ?? 0;
  if (command === 0 || size === 0) return { source: undefined, destination: undefined, length };
  if (length < 20 + 2 * size) throw bad("its addresses are cut off");
  const at = 16 + 2 * size;
  const endpoint = (address: Buffer, port: number): Endpoint => ({ address: addressOf(address), port });
  return {
    source: endpoint(bytes.subarray(16, 16 + size), bytes.readUInt16BE(at)),
    destination: endpoint(bytes.subarray(16 + size, at), bytes.readUInt16BE(at + 2)),
    length,
  };
}

/** The bytes of a header. */
export function makeProxyHeader({ version = 2, source, destination }: ProxyHeaderOptions): Buffer {
  if (![1, 2].includes(version)) throw new RangeError(`Cannot write a PROXY header: there is no version ${version}, only 1 and 2`);
  const family = isIPv4(source.address) ? 4 : 6;
  for (const { address, port } of [source, destination]) {
    checkPort(`write a PROXY header for ${address}`, port, 0);
    if (family === 4 ? !isIPv4(address) : !isIPv6(address))
      throw new RangeError(`Cannot write a PROXY header: ${address} is no IPv${family} address, as ${source.address} is`);
  }
  const [from, to] = [withoutZone(source.address), withoutZone(destination.address)];
  if (version === 1) return Buffer.from(`PROXY TCP${family} ${from} ${to} ${source.port} ${destination.port}\r\n`, "latin1");
  const addresses = Buffer.concat([bytesOfAddress(from), bytesOfAddress(to)]);
  const rest = Buffer.alloc(8);
  rest.writeUInt8(0x21, 0);
  rest.writeUInt8(family === 4 ? 0x11 : 0x21, 1);
  rest.writeUInt16BE(addresses.length + 4, 2);
  rest.writeUInt16BE(source.port, 4);
  rest.writeUInt16BE(destination.port, 6);
  return Buffer.concat([SIGNATURE, rest.subarray(0, 4), addresses, rest.subarray(4)]);
}

/** An interface of ours means nothing to others. */
function withoutZone(address: string): string {
  return address.replace(/%.*/, "");
}

function bad(what: string): RangeError {
  return new RangeError(`Cannot read the PROXY header: ${what}`);
}
