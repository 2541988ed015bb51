// SPDX-License-Identifier: Apache-2.0
import { specimen, type Specimens } from "../../testing/index.ts";
import { NormCollector, NormReceiver, NormSender, NormSorter, NormTransmitter, packNorm, parseNorm } from "./index.ts";
import type { ForReceivers, NormMessage, NormNack } from "./index.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const objects = ["a", "b", "c"].map((text) => ({ bytes: bytes(text) }));
const sender = { source: 7, instance: 1, grtt: 10, backoff: 4, groupSize: 10 };
const data = ["a", "b", "c"].map((text, object): ForReceivers => ({
  type: "data",
  ...sender,
  sequence: object,
  flags: 0,
  object,
  block: 0,
  symbol: 0,
  transmission: { size: 1, symbolSize: 10, sources: 2, parities: 2 },
  payload: bytes(text),
}));
const symbol = { object: 1, block: 0, symbol: 0 };
const nack: NormNack = {
  ...{ type: "nack", source: 5, sequence: 0, server: 7, instance: 1, time: 0, feedback: undefined },
  requests: [{ flags: 1, from: symbol, to: symbol, erasures: false }],
};
const options = { id: 7, instance: 1, grtt: 10 };
/** How often probes and flushes are sent depends on the time, and so do their numbers, and sequence numbers after them. */
const compare = (messages: readonly unknown[]): unknown[] => messages.map(read).filter((each) => each !== undefined);
const endless = "it says now and then where it is, for those who come late";

export const specimens: Specimens = {
  NormCollector: specimen(() => NormCollector({ id: 5, patience: 500 }), { inbox: data }),
  NormReceiver: specimen(() => NormReceiver({ id: 5, patience: 500 }), { inbox: data.map(packNorm) }, { kind: "Graphline" }),
  NormSender: specimen(
    () => NormSender(options),
    { inbox: objects, stream: objects.map((each) => each.bytes), packets: [packNorm(nack)] },
    { kind: "Graphline", compare, but: { endless } },
  ),
  NormSorter: specimen(() => NormSorter(), { inbox: [...data.map(packNorm), packNorm(nack), bytes("none")] }),
  NormTransmitter: specimen(
    () => NormTransmitter(options),
    { inbox: objects, stream: objects.map((each) => each.bytes), feedback: [nack] },
    { compare, but: { endless } },
  ),
};

function read(message: unknown): unknown {
  const parsed = message instanceof Uint8Array ? parseNorm(message) : (message as NormMessage);
  if (typeof parsed === "string" || parsed.type !== "data") return undefined;
  const { object, payload } = parsed;
  return { object, payload };
}
