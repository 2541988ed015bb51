// SPDX-License-Identifier: Apache-2.0
import { check, measure } from "../lib/measure.ts";
import { PromiseChannel } from "../lib/PromiseChannel.ts";

const MESSAGES = 100_000;

async function ping(from: PromiseChannel<number>, to: PromiseChannel<number>): Promise<number> {
  let last = 0;
  await to.send(0);
  while (last < MESSAGES - 1) {
    last = await from.receive();
    await to.send(last + 1);
  }
  return last;
}

async function pong(from: PromiseChannel<number>, to: PromiseChannel<number>): Promise<void> {
  for (let n = await from.receive(); n < MESSAGES; n = await from.receive()) await to.send(n + 1);
}

await measure({ work: "ping-pong", row: "async/await over a promise channel", unit: "million messages/s" }, async () => {
  const [there, back] = [new PromiseChannel<number>(128), new PromiseChannel<number>(128)];
  const [last] = await Promise.all([ping(back, there), pong(there, back)]);
  check("the last ball", last, MESSAGES - 1);
  return MESSAGES;
});
