// SPDX-License-Identifier: Apache-2.0
import { specimen, type Specimens } from "../../testing/index.ts";
import {
  BlockCollector,
  BlockMaker,
  BlockReader,
  ObjectDeframer,
  ObjectFramer,
  PacketSorter,
  ReliableMulticast,
  ReliableMulticastReceiver,
  ReliableMulticastSender,
  RepairStore,
  TokenBucket,
} from "./index.ts";
import { packData, packNack, packReport, packStatus, parsePacket } from "./wire.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const texts = ["a", "b", "c"].map(bytes);
/** A block of one symbol that holds one message. */
const symbol = (text: string): Uint8Array => Uint8Array.of(0, 0, 0, 4 + text.length, 0, 0, 0, 0, 0, 0, 0, text.length, ...bytes(text));
const data = ["a", "b", "c"].map((text, n) => ({
  sender: 7,
  sequence: n,
  block: n,
  sources: 1,
  symbol: 0,
  grtt: 10,
  payload: symbol(text),
}));
const nack = { receiver: 5, sender: 7, seen: 0, echo: 0, requests: [{ block: 1, count: 1, need: 1 }] };
const report = { receiver: 5, sender: 7, echo: 0, received: 1, lost: 0, recovered: 0, missed: 0, nacks: 0, suppressed: 0 };
const status = { sender: 7, sequence: 3, blocks: 3, oldest: 0, time: 1, groupSize: 10, grtt: 10, ended: true, promises: [] };
/** When statuses and reports are sent depends on the time. */
const compare = (messages: readonly unknown[]): unknown[] =>
  messages
    .map((each) => (each instanceof Uint8Array ? each.subarray(each[0] === 0x11 ? 4 : each.length) : each))
    .filter((each) => !(each instanceof Uint8Array) || each.length > 0);
const endless = "it tells how far it is, for those who come late; reports how it gets on";

export const specimens: Specimens = {
  BlockCollector: specimen(
    () => BlockCollector(),
    { inbox: data.map((each) => ({ type: "data" as const, ...each })) },
    { compare, but: { endless } },
  ),
  BlockMaker: specimen(() => BlockMaker({ sources: 2, symbolSize: 12 }), { inbox: texts }),
  BlockReader: specimen(() => BlockReader(), {
    inbox: ["a", "b", "c"].map((text, number) => ({ from: 7, number, symbols: [symbol(text)] })),
  }),
  ObjectDeframer: specimen(() => ObjectDeframer(), {
    inbox: ["a", "b", "c"].map((name) => ({ from: 7, message: Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, ...bytes(name)) })),
  }),
  ObjectFramer: specimen(() => ObjectFramer(), { inbox: ["a", "b", "c"].map((name) => ({ name, bytes: bytes(name) })) }),
  PacketSorter: specimen(() => PacketSorter(), {
    inbox: [...data.map(packData), packNack(nack), packStatus(status), packReport(report), bytes("none")],
  }),
  ReliableMulticast: specimen(
    () => ReliableMulticast({ id: 3 }),
    { inbox: texts, packets: data.map(packData) },
    { compare, but: { endless, stops: "its parts are stopped one after the other, the sending half first" } },
  ),
  ReliableMulticastReceiver: specimen(
    () => ReliableMulticastReceiver(),
    { inbox: data.map(packData) },
    { kind: "Graphline", compare, but: { endless } },
  ),
  ReliableMulticastSender: specimen(
    () => ReliableMulticastSender({ id: 7 }),
    { inbox: texts, feedback: [parsed(packNack(nack))] },
    { kind: "Graphline", compare, but: { endless } },
  ),
  RepairStore: specimen(
    () => RepairStore({ id: 7 }),
    { inbox: texts.map((each, number) => ({ number, symbols: [each] })), feedback: [parsed(packNack(nack))] },
    { compare, but: { endless } },
  ),
  TokenBucket: specimen(() => TokenBucket({ rate: 8000, burst: 0 }), { inbox: texts }),
};

function parsed(packet: Uint8Array) {
  const nackPacket = parsePacket(packet);
  if (typeof nackPacket === "string" || nackPacket.type !== "nack") throw new Error("Cannot make a specimen: it is no request");
  return nackPacket;
}
