// SPDX-License-Identifier: Apache-2.0
// What the tests of the simulated network need: statistics, and flows of bytes and datagrams.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { ConnectionEvents, DatagramEvents, Endpoint } from "../../axon/index.ts";
import type { Capture } from "./Capture.ts";
import { inverseNormal } from "./numbers.ts";
import type { SimulatedNetwork } from "./SimulatedNetwork.ts";
import type { SimulatedConnection } from "./tcp/connection.ts";

/** A share of these that must not be left by chance: a test that fails once in so many seeds. The seeds are fixed, so it does not. */
const CHANCE = 0.001;

/** Asserts that a count of successes is what a probability gives, within the bound of the normal approximation of the binomial. @internal */
export function assertShare(what: string, count: number, of: number, probability: number, chance: number = CHANCE): void {
  const bound = -inverseNormal(chance / 2) * Math.sqrt(of * probability * (1 - probability));
  assert.ok(Math.abs(count - of * probability) <= bound, `${what}: ${count} of ${of}, expected ${of * probability} ± ${bound.toFixed(0)}`);
}

/**
 * Asserts that these counts are what the probabilities give, by Pearson's chi-square test. Classes with less than ten expected are joined to the one before.
 *
 * @internal
 */
export function assertChiSquare(what: string, counts: readonly number[], probabilities: readonly number[], chance: number = CHANCE): void {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const classes: { count: number; expected: number }[] = [];
  for (const [i, count] of counts.entries()) {
    const expected = total * probabilities[i]!;
    const last = classes.at(-1);
    if (last !== undefined && (expected < 10 || last.expected < 10)) {
      last.count += count;
      last.expected += expected;
    } else classes.push({ count, expected });
  }
  const statistic = classes.reduce((sum, { count, expected }) => sum + (count - expected) ** 2 / expected, 0);
  const bound = chiSquareBound(classes.length - 1, chance);
  assert.ok(
    statistic <= bound,
    `${what}: chi-square is ${statistic.toFixed(1)}, at most ${bound.toFixed(1)} with ${classes.length - 1} degrees of freedom`,
  );
}

/** What a chi-square variable is above with this chance (Wilson and Hilferty). */
function chiSquareBound(degrees: number, chance: number): number {
  const h = 2 / (9 * degrees);
  return degrees * (1 - h - inverseNormal(chance) * Math.sqrt(h)) ** 3;
}

/** Asserts that values have a distribution, by the test of Kolmogorov and Smirnov. @internal */
export function assertDistribution(what: string, values: readonly number[], below: (x: number) => number): void {
  const sorted = values.toSorted((a, b) => a - b);
  const n = sorted.length;
  let distance = 0;
  for (const [i, value] of sorted.entries()) {
    const p = below(value);
    distance = Math.max(distance, Math.abs(p - i / n), Math.abs(p - (i + 1) / n));
  }
  const bound = 1.95 / Math.sqrt(n); // one in a thousand
  assert.ok(distance <= bound, `${what}: the distance is ${distance.toFixed(4)}, at most ${bound.toFixed(4)}`);
}

/** The lengths of runs of true. @internal */
export function runs(values: Iterable<boolean>): number[] {
  const lengths: number[] = [];
  let length = 0;
  for (const value of values) {
    if (value) length++;
    else if (length > 0) {
      lengths.push(length);
      length = 0;
    }
  }
  return lengths;
}

/** How often each length from 1 to `most` comes; the last is for all that are longer, too. @internal */
export function histogram(lengths: readonly number[], most: number): number[] {
  const counts = new Array<number>(most).fill(0);
  for (const length of lengths) counts[Math.min(length, most) - 1]!++;
  return counts;
}

/** How probable each length is, if each is followed by one more with this probability. @internal */
export function geometric(goOn: number, most: number): number[] {
  return Array.from({ length: most }, (_, i) => goOn ** i * (i === most - 1 ? 1 : 1 - goOn));
}

/** Events that nobody hears. @internal */
export const NOTHING: DatagramEvents & ConnectionEvents = {
  opened() {},
  received() {},
  data() {},
  ended() {},
  drained() {},
  finished() {},
  failed() {},
  closed() {},
};

/** What came to a host's port: bytes, from whom, and when. @internal */
export interface Came {
  readonly bytes: Uint8Array;
  readonly from: Endpoint;
  readonly at: number;
}

/** Listens for datagrams. @internal */
export function listenTo(network: SimulatedNetwork, host: string, port: number, group?: string, source?: string): Came[] {
  const came: Came[] = [];
  const received = (bytes: Uint8Array, from: Endpoint): void => void came.push({ bytes, from, at: network.clock.now() });
  const groups = group === undefined ? [] : [{ group, ...(source !== undefined && { source }) }];
  network.host(host).bind({ host: "0.0.0.0", port }, { ...NOTHING, received }, { groups });
  return came;
}

/** Sends datagrams, one every so many milliseconds, each with its number. @internal */
export function sendMany(
  network: SimulatedNetwork,
  from: string,
  to: Endpoint,
  count: number,
  every: number | (() => number),
  size = 100,
): void {
  const socket = network.host(from).bind({ host: "0.0.0.0", port: 0 }, NOTHING, { multicastTTL: 16 });
  let sent = 0;
  const send = (): void => {
    const bytes = new Uint8Array(size);
    new DataView(bytes.buffer).setUint32(0, sent);
    socket.send(bytes, to);
    if (++sent < count) network.clock.setTimer(send, typeof every === "number" ? every : every());
  };
  send();
}

/** The numbers in datagrams of `sendMany`. @internal */
export function numbers(came: readonly Came[]): number[] {
  return came.map(({ bytes }) => new DataView(bytes.buffer, bytes.byteOffset).getUint32(0));
}

/** A TCP connection that sends as much as it can. @internal */
export class Flow {
  received = 0;
  readonly connection: SimulatedConnection;

  constructor(network: SimulatedNetwork, from: string, to: string, port: number) {
    const data = (bytes: Uint8Array): void => void (this.received += bytes.length);
    network.host(to).listen(
      { host: "0.0.0.0", port },
      {
        listening() {},
        closed() {},
        accepted(connection) {
          connection.resume();
          return { ...NOTHING, data };
        },
      },
    );
    const block = new Uint8Array(65_536);
    const pump = (): void => {
      while (this.connection.write([block]));
    };
    const events = { ...NOTHING, opened: pump, drained: pump };
    this.connection = network.host(from).connect({ host: to, port }, events) as SimulatedConnection;
  }
}

/** What tshark says of a capture. Anything that it complains of fails the test. @internal */
export function tshark(t: TestContext, capture: Capture, ...words: string[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), "kamaelia-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "capture.pcapng");
  writeFileSync(file, capture.toBytes());
  const { stdout, stderr, status } = spawnSync("tshark", ["-n", "-r", file, ...words], {
    encoding: "utf8",
    env: { ...process.env, HOME: folder },
  });
  const complaints = stderr.split("\n").filter((line) => line !== "" && !line.startsWith("Running as user"));
  assert.deepEqual([complaints, status], [[], 0]);
  return stdout.split("\n").filter((line) => line !== "");
}
