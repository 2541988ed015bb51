// SPDX-License-Identifier: Apache-2.0
// What options there can be: looked at where a component is made, so that nobody searches for a fault that shows much later.
import type { ConnectOptions, DatagramOptions, ListenOptions, Membership } from "../axon/index.ts";
import { isIP } from "./node/explained.ts";
import { isGroup } from "./simulate/addresses.ts";

/** Milliseconds of silence before a connection is probed: systems count whole seconds, and Linux to 32,767. */
const LONGEST_SILENCE = 32_767_000;
/** More bytes than that no system keeps for a socket. */
const MOST_ROOM = 2 ** 30;
const MOST_WAITING = 2 ** 31 - 1;

/** @throws TypeError where no options were given at all */
export function checkGiven(what: string, options: unknown, alternatives: string): void {
  if (typeof options === "object" && options !== null) return;
  throw new TypeError(`Cannot ${what}: the options are ${String(options)}; give ${alternatives}`);
}

/** @throws RangeError for what is no whole number between these two */
export function checkWhole(what: string, name: string, value: number | undefined, least: number, most: number): void {
  if (value === undefined || (Number.isInteger(value) && value >= least && value <= most)) return;
  throw new RangeError(`Cannot ${what}: ${name} is ${value}; it is a whole number from ${least} to ${most}`);
}

/** @throws RangeError for an option of a stream that there cannot be */
export function checkStream(what: string, { keepAlive, family, backlog }: ConnectOptions & ListenOptions): void {
  if (keepAlive !== undefined && !(keepAlive > 0 && keepAlive <= LONGEST_SILENCE))
    throw new RangeError(`Cannot ${what}: keepAlive is ${keepAlive}; it is milliseconds, more than 0 and at most ${LONGEST_SILENCE}`);
  if (family !== undefined && ![4, 6].includes(family))
    throw new RangeError(`Cannot ${what}: family is ${family}; it is 4 (IPv4) or 6 (IPv6), or left out for both`);
  checkWhole(what, "backlog", backlog, 1, MOST_WAITING);
}

/** @throws RangeError for a limit of connections that there cannot be */
export function checkLimit(name: string, limit: number): void {
  if (limit === Infinity || (Number.isInteger(limit) && limit >= 1)) return;
  throw new RangeError(
    `Cannot listen: ${name} is ${limit}; it is a whole number of connections from 1 on, or left out for as many as come`,
  );
}

/** @throws RangeError for an option of a datagram socket that there cannot be */
export function checkDatagrams(what: string, { ttl, multicastTTL, receiveBuffer, sendBuffer, multicastInterface }: DatagramOptions): void {
  checkWhole(what, "ttl", ttl, 1, 255);
  checkWhole(what, "multicastTTL", multicastTTL, 0, 255);
  checkWhole(what, "receiveBuffer", receiveBuffer, 1, MOST_ROOM);
  checkWhole(what, "sendBuffer", sendBuffer, 1, MOST_ROOM);
  if (multicastInterface !== undefined && isIP(multicastInterface) === 0)
    throw new RangeError(`Cannot ${what}: multicastInterface is ${multicastInterface}; ${INTERFACES}`);
}

/** @throws RangeError for what is no group, or no source or interface of its kind */
export function checkGroup(what: string, group: string, { source, interface: via }: Membership = {}): void {
  const kind = isIP(group);
  if (kind === 0 || !isGroup(group))
    throw new RangeError(
      `Cannot ${what} ${group}: it is no multicast group; those are 224.0.0.0 to 239.255.255.255, and with IPv6 ff00:: to ffff::`,
    );
  if (source !== undefined && (isIP(source) !== kind || isGroup(source)))
    throw new RangeError(`Cannot ${what} ${group} from ${source}: a source is the IPv${kind} address of one machine`);
  if (via !== undefined && isIP(via) !== kind) throw new RangeError(`Cannot ${what} ${group}: interface is ${via}; ${INTERFACES}`);
}

const INTERFACES = "interfaces are called by an address that they have, and with IPv6 by their name, like ::%eth0";
