// SPDX-License-Identifier: Apache-2.0
import type { Endpoint } from "../../axon/index.ts";
import { checkPort } from "../ports.ts";
import { atPort } from "./addresses.ts";
import { checkSeed, type SeedOptions } from "./seeded.ts";

/** Between whom to relay. */
export interface RelayPlaces extends SeedOptions {
  /** Where to relay to. */
  readonly target: Endpoint;
  /** An address of this machine. Default "127.0.0.1". */
  readonly host?: string;
  /** Default 0: any free one; the outbox "listening" says which. */
  readonly port?: number;
}

/**
 * Between whom a relay is, with the defaults.
 *
 * @throws TypeError without a target, RangeError for ports and seeds that there cannot be
 * @internal
 */
export function relayPlaces(options: RelayPlaces): Required<Pick<RelayPlaces, "target" | "host" | "port">> {
  const { target, host = "127.0.0.1", port = 0, seed }: Partial<RelayPlaces> = options ?? {}; // programs that nobody has checked leave them out
  if (typeof target !== "object" || typeof target.address !== "string" || target.address === "")
    throw new TypeError('Cannot relay: there is no target; give target: { address: "127.0.0.1", port: 8080 }');
  if (typeof host !== "string" || host === "")
    throw new TypeError(`Cannot relay from ${String(host) || "nowhere"}: give a host that is an address of this machine`);
  checkPort(`relay from ${atPort(host, port)}`, port, 0);
  checkPort(`relay to ${atPort(target.address, target.port)}`, target.port, 1);
  checkSeed("relay", seed);
  return { target, host, port };
}
