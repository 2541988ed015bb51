// SPDX-License-Identifier: Apache-2.0

/** @throws RangeError for a port that there cannot be */
export function checkPort(what: string, port: number, least: number): void {
  if (Number.isInteger(port) && port >= least && port <= 65_535) return;
  throw new RangeError(`Cannot ${what}: ${port} is no port; ports are whole numbers from ${least} to 65535`);
}
