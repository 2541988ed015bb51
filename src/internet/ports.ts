// SPDX-License-Identifier: Apache-2.0
import type { Place } from "../axon/index.ts";
import { hostAndPort } from "./node/explained.ts";

/** The most bytes in the path of a unix socket, on Linux. */
const LONGEST_PATH = 107;

/** @throws RangeError for a port that there cannot be */
export function checkPort(what: string, port: number, least: number): void {
  if (Number.isInteger(port) && port >= least && port <= 65_535) return;
  throw new RangeError(`Cannot ${what}: ${port} is no port; ports are whole numbers from ${least} to 65535`);
}

/**
 * A place, as options give it.
 *
 * @throws RangeError for a port or a path that there cannot be
 * @throws TypeError when there is neither a host and a port nor a path, or both
 */
export function placeOf(
  what: string,
  { host, port, path }: { readonly host?: string | undefined; readonly port?: number | undefined; readonly path?: string | undefined },
  least: number,
): Place {
  if (path !== undefined && port === undefined && host === undefined) {
    const { length } = Buffer.from(path);
    if (length === 0 || length > LONGEST_PATH)
      throw new RangeError(`Cannot ${what} ${path || "nowhere"}: the path of a unix socket has 1 to ${LONGEST_PATH} bytes, not ${length}`);
    return { path };
  }
  if (path !== undefined) throw new TypeError(`Cannot ${what} ${path}: give a path, or a host and a port, not both`);
  if (port === undefined || host === undefined || host === "")
    throw new TypeError(`Cannot ${what} ${host || "nowhere"}: give a host and a port, or a path`);
  checkPort(`${what} ${hostAndPort(host, port)}`, port, least);
  return { host, port };
}
