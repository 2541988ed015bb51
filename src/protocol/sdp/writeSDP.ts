// SPDX-License-Identifier: Apache-2.0
import { IN_BITS } from "./fields.ts";
import type { Attribute, Bandwidth, Connection, Media, SDPSession, UnknownLine } from "./session.ts";

/**
 * Writes a session description (RFC 8866), its lines in the order of the RFC. What `parseSDP` reads from it is the same again.
 *
 * @throws RangeError for texts that contain a line feed or a carriage return: they would be lines of their own
 * @example
 * writeSDP(parseSDP("v=0\no=- 1 1 IN IP4 127.0.0.1\ns=News\n")).split("\r\n").length; // 4
 */
export function writeSDP(session: SDPSession): string {
  const { origin: o, time, adjustments } = session;
  const lines = [
    `v=${session.protocol_version}`,
    `o=${o.user} ${o.sid} ${o.ver} ${o.nettype} ${o.addrtype} ${o.addr}`,
    `s=${session.sessionname}`,
    ...maybe("i", session.information),
    ...maybe("u", session.URI),
    ...session.email.map((email) => `e=${email}`),
    ...session.phone.map((phone) => `p=${phone}`),
    ...(session.connection === undefined ? [] : [writeConnection(session.connection)]),
    ...session.bandwidth.map(writeBandwidth),
    ...time.flatMap(({ start, stop, repeats }) => [
      `t=${start} ${stop}`,
      ...repeats.map(({ interval, duration, offsets }) => `r=${[interval, duration, ...offsets].join(" ")}`),
    ]),
    ...(adjustments.length === 0 ? [] : [`z=${adjustments.map(({ time: at, offset }) => `${at} ${offset}`).join(" ")}`]),
    ...maybe("k", session.encryption),
    ...session.attribute.map(writeAttribute),
    ...session.unknown.map(writeUnknown),
    ...session.media.flatMap(writeMedia),
  ];
  const broken = lines.find((line) => /[\r\n]/.test(line));
  if (broken !== undefined)
    throw new RangeError(`Cannot write ${JSON.stringify(broken)} into a session description: it is more than one line`);
  return lines.map((line) => `${line}\r\n`).join("");
}

function writeMedia(media: Media): string[] {
  const ports = media.nports === 1 ? `${media.port}` : `${media.port}/${media.nports}`;
  return [
    `m=${media.media} ${ports} ${media.proto} ${media.formats.join(" ")}`,
    ...maybe("i", media.information),
    ...media.connection.map(writeConnection),
    ...media.bandwidth.map(writeBandwidth),
    ...maybe("k", media.encryption),
    ...media.attribute.map(writeAttribute),
    ...media.unknown.map(writeUnknown),
  ];
}

function writeConnection({ nettype, addrtype, addr, ttl, groupsize }: Connection): string {
  const numbers = addrtype === "IP6" || ttl === undefined ? [] : [ttl];
  if (groupsize !== 1) numbers.push(groupsize);
  return `c=${nettype} ${addrtype} ${[addr, ...numbers].join("/")}`;
}

function writeBandwidth({ mode, bits }: Bandwidth): string {
  return `b=${mode}:${IN_BITS.has(mode) ? bits : Math.ceil(bits / 1000)}`;
}

function writeAttribute({ name, value }: Attribute): string {
  return value === undefined ? `a=${name}` : `a=${name}:${value}`;
}

function writeUnknown({ type, value }: UnknownLine): string {
  return `${type}=${value}`;
}

function maybe(type: string, value: string | undefined): string[] {
  return value === undefined ? [] : [`${type}=${value}`];
}
