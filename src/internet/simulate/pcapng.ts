// SPDX-License-Identifier: Apache-2.0
// The file format of captures: https://www.ietf.org/archive/id/draft-ietf-opsawg-pcapng-03.html

/** Raw IP packets: https://www.tcpdump.org/linktypes.html */
const LINKTYPE_RAW = 101;
const [SECTION_HEADER, INTERFACE, ENHANCED_PACKET] = [0x0a0d0d0a, 1, 6];
const [COMMENT, IF_NAME, IF_TSRESOL, EPB_FLAGS] = [1, 2, 9, 2];

type Option = readonly [code: number, value: Uint8Array];

/** The beginning of a file. @internal */
export function sectionHeader(): Uint8Array {
  const body = new Uint8Array(16);
  const view = new DataView(body.buffer);
  view.setUint32(0, 0x1a2b3c4d, true);
  view.setUint16(4, 1, true);
  view.setBigInt64(8, -1n, true); // as long as it gets
  return block(SECTION_HEADER, body, [[4, text("kamaelia/internet/simulate")]]);
}

/** Tells of an interface: they count from 0. Times on it are in nanoseconds. @internal */
export function interfaceDescription(name: string): Uint8Array {
  const body = new Uint8Array(8);
  new DataView(body.buffer).setUint16(0, LINKTYPE_RAW, true);
  return block(INTERFACE, body, [
    [IF_NAME, text(name)],
    [IF_TSRESOL, Uint8Array.of(9)],
  ]);
}

/** A packet. @param time milliseconds since 1970 @internal */
export function enhancedPacket(at: number, time: number, bytes: Uint8Array, outbound: boolean, comment?: string): Uint8Array {
  const body = new Uint8Array(20 + padded(bytes.length));
  const view = new DataView(body.buffer);
  const nanoseconds = BigInt(Math.floor(time)) * 1_000_000n + BigInt(Math.round((time - Math.floor(time)) * 1e6));
  view.setUint32(0, at, true);
  view.setUint32(4, Number(nanoseconds >> 32n), true);
  view.setUint32(8, Number(nanoseconds & 0xffff_ffffn), true);
  view.setUint32(12, bytes.length, true);
  view.setUint32(16, bytes.length, true);
  body.set(bytes, 20);
  const options: Option[] = [[EPB_FLAGS, Uint8Array.of(outbound ? 2 : 1, 0, 0, 0)]];
  if (comment !== undefined) options.unshift([COMMENT, text(comment)]);
  return block(ENHANCED_PACKET, body, options);
}

function block(type: number, body: Uint8Array, options: readonly Option[]): Uint8Array {
  const optionBytes = options.reduce((sum, [, { length }]) => sum + 4 + padded(length), 4);
  const all = new Uint8Array(12 + body.length + optionBytes);
  const view = new DataView(all.buffer);
  view.setUint32(0, type, true);
  view.setUint32(4, all.length, true);
  all.set(body, 8);
  let at = 8 + body.length;
  for (const [code, value] of options) {
    view.setUint16(at, code, true);
    view.setUint16(at + 2, value.length, true);
    all.set(value, at + 4);
    at += 4 + padded(value.length);
  }
  view.setUint32(all.length - 4, all.length, true);
  return all;
}

function padded(length: number): number {
  return (length + 3) & ~3;
}

function text(words: string): Uint8Array {
  return new TextEncoder().encode(words);
}
