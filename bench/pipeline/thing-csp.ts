// SPDX-License-Identifier: Apache-2.0
// A write is over when its message has been read, whatever the channel's capacity.
import { type Channel, channel } from "@thi.ng/csp";
import { measure } from "../lib/measure.ts";
import { Tally } from "./job.ts";

const MESSAGES = 50_000;
const CAPACITY = 128;

async function numbers(end: number, out: Channel<number>): Promise<void> {
  for (let n = 0; n < end; n++) await out.write(n);
  out.close();
}

async function addOne(from: Channel<number>, out: Channel<number>): Promise<void> {
  for (let n = await from.read(); n !== undefined; n = await from.read()) await out.write(n + 1);
  out.close();
}

async function sum(from: Channel<number>, tally: Tally): Promise<void> {
  for (let n = await from.read(); n !== undefined; n = await from.read()) tally.add(n);
}

await measure({ work: "pipeline", row: "@thi.ng/csp channels", unit: "million hops/s" }, async () => {
  const tally = new Tally();
  const [a, b, c, d] = [1, 2, 3, 4].map(() => channel<number>(CAPACITY)) as Four<Channel<number>>;
  await Promise.all([numbers(MESSAGES, a), addOne(a, b), addOne(b, c), addOne(c, d), sum(d, tally)]);
  return tally.hops(MESSAGES);
});

type Four<T> = [T, T, T, T];
