// SPDX-License-Identifier: Apache-2.0
// Closing a channel of this library drops what is in it, so the end is a message.
import { BufferedChannel } from "csp-ts";
import { measure } from "../lib/measure.ts";
import { Tally } from "./job.ts";

const MESSAGES = 50_000;
const CAPACITY = 128;
const END = -1;

async function numbers(end: number, out: BufferedChannel<number>): Promise<void> {
  for (let n = 0; n < end; n++) await out.send(n);
  await out.send(END);
}

async function addOne(from: BufferedChannel<number>, out: BufferedChannel<number>): Promise<void> {
  for (let n = await from.receive(); n !== END; n = await from.receive()) await out.send(n + 1);
  await out.send(END);
}

async function sum(from: BufferedChannel<number>, tally: Tally): Promise<void> {
  for (let n = await from.receive(); n !== END; n = await from.receive()) tally.add(n);
}

await measure({ work: "pipeline", row: "csp-ts channels", unit: "million hops/s" }, async () => {
  const tally = new Tally();
  const [a, b, c, d] = [1, 2, 3, 4].map(() => new BufferedChannel<number>(0, CAPACITY)) as Four<BufferedChannel<number>>;
  await Promise.all([numbers(MESSAGES, a), addOne(a, b), addOne(b, c), addOne(c, d), sum(d, tally)]);
  return tally.hops(MESSAGES);
});

type Four<T> = [T, T, T, T];
