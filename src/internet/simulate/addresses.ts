// SPDX-License-Identifier: Apache-2.0

const IPV4 = /^(25[0-5]|2[0-4]\d|1?\d?\d)(\.(25[0-5]|2[0-4]\d|1?\d?\d)){3}$/;

/** Whether this is a group: 224.0.0.0/4, or ff00::/8. @internal */
export function isGroup(address: string): boolean {
  if (!address.includes(":")) {
    const first = Number(address.slice(0, address.indexOf(".")));
    return first >= 224 && first <= 239;
  }
  return /^ff/i.test(address);
}

/** Whether a socket that is bound to this takes what comes to any address of ours. @internal */
export function isAny(address: string): boolean {
  return address === "0.0.0.0" || address === "::";
}

/** @internal */
export function isLoopback(address: string): boolean {
  return address === "::1" || address.startsWith("127.");
}

/** 4, 6, or 0 for a name. @internal */
export function familyOf(address: string): number {
  if (address.includes(":")) return 6;
  return IPV4.test(address) ? 4 : 0;
}

/** Whether a host may have this: an address, and not one of a group, of any host, or of each host itself. @internal */
export function isAddress(address: string): boolean {
  const family = familyOf(address);
  if (family === 0 || isGroup(address) || isAny(address) || isLoopback(address)) return false;
  return family === 4 || URL.canParse(`http://[${address.replace(/%.*$/, "")}]/`);
}

/** The address of the host of this number, from 1. @internal */
export function addressesOf(number: number): readonly string[] {
  if (number >= 1 << 24) throw new RangeError(`Cannot give host ${number} an address: there are ${1 << 24} of them`);
  return [
    `10.${number >> 16}.${(number >> 8) & 255}.${number & 255}`,
    `fd00::${(number >> 16).toString(16)}:${(number & 0xffff).toString(16)}`,
  ];
}

/**
 * An address written as everybody writes it (RFC 5952), so that it can be compared.
 *
 * @internal
 */
export function canonical(address: string): string {
  if (!address.includes(":") || address.includes("%")) return address;
  return new URL(`http://[${address}]/`).hostname.slice(1, -1);
}

/** The bytes of an address. @internal */
export function bytesOfAddress(address: string): Uint8Array {
  if (!address.includes(":")) return Uint8Array.from(address.split("."), Number);
  const [head = "", tail] = canonical(address).split("::");
  const words = (text: string): number[] => (text === "" ? [] : text.split(":").map((word) => Number.parseInt(word, 16)));
  const before = words(head);
  const after = tail === undefined ? [] : words(tail);
  const all = [...before, ...new Array<number>(8 - before.length - after.length).fill(0), ...after];
  return Uint8Array.from(all.flatMap((word) => [word >> 8, word & 255]));
}

/** A host and a port, as one writes them. @internal */
export function atPort(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
