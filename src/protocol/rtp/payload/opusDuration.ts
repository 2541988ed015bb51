// SPDX-License-Identifier: Apache-2.0

/** Samples at 48 kHz that a frame lasts, by the configuration in the first byte of a packet: RFC 6716, table 2. */
const SILK = [480, 960, 1920, 2880];
const HYBRID = [480, 960];
const CELT = [120, 240, 480, 960];
/** A packet is at most 120 ms. */
const LONGEST = 5760;

/**
 * How long an Opus packet lasts (RFC 6716, section 3.1): samples at 48 kHz; or in words why it is none.
 *
 * @internal
 */
export function opusDuration(packet: Uint8Array): number | string {
  if (packet.length === 0) return "it is empty";
  const first = packet[0]!;
  const config = first >> 3;
  const frame = config < 12 ? SILK[config % 4]! : config < 16 ? HYBRID[config % 2]! : CELT[config % 4]!;
  const code = first & 3;
  if (code === 3 && packet.length < 2) return "the number of its frames is cut off";
  const count = code === 0 ? 1 : code === 3 ? packet[1]! & 0x3f : 2;
  if (count === 0 || count * frame > LONGEST) return `${count} frames of ${frame / 48} ms are not more than 0 and up to 120 ms`;
  return count * frame;
}
