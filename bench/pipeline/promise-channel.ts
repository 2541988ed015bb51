// SPDX-License-Identifier: Apache-2.0
import { measure } from "../lib/measure.ts";
import { PromiseChannel } from "../lib/PromiseChannel.ts";
import { Tally } from "./job.ts";

const MESSAGES = 50_000;
const CAPACITY = 128;
const END = -1;

async function numbers(end: number, out: PromiseChannel<number>): Promise<void> {
  for (let n = 0; n < end; n++) await out.send(n);
  await out.send(END);
}

async function addOne(from: PromiseChannel<number>, out: PromiseChannel<number>): Promise<void> {
  for (let n = await from.receive(); n !== END; n = await from.receive()) await out.send(n + 1);
  await out.send(END);
}

async function sum(from: PromiseChannel<number>, tally: Tally): Promise<void> {
  for (let n = await from.receive(); n !== END; n = await from.receive()) tally.add(n);
}

await measure({ work: "pipeline", row: "async/await over a promise channel", unit: "million hops/s" }, async () => {
  const tally = new Tally();
  const [a, b, c, d] = [1, 2, 3, 4].map(() => new PromiseChannel<number>(CAPACITY)) as Four<PromiseChannel<number>>;
  await Promise.all([numbers(MESSAGES, a), addOne(a, b), addOne(b, c), addOne(c, d), sum(d, tally)]);
  return tally.hops(MESSAGES);
});

type Four<T> = [T, T, T, T];
