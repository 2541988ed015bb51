// SPDX-License-Identifier: Apache-2.0
// Parts of the tests: a group in virtual time, in which everything that anybody sends comes to all others, or is lost.
import { type Component, component, type Random, SeededRandom, sleep, System } from "../../axon/index.ts";
import { Feed, VirtualClock } from "../../testing/index.ts";
import type { MissedBlocks, MulticastMessage } from "./block.ts";
import { PacketSorter } from "./PacketSorter.ts";
import { ReliableMulticastReceiver, type ReliableMulticastReceiverOptions } from "./ReliableMulticastReceiver.ts";
import { ReliableMulticastSender, type ReliableMulticastSenderOptions } from "./ReliableMulticastSender.ts";
import type { Report } from "./wire.ts";

/** Headers of UDP and IPv4. */
const HEADERS = 28;

/** What a group is, and does. */
export interface GroupOptions {
  readonly receivers: number;
  /** Share of packets that each member does not get, each by itself. */
  readonly loss: number;
  /** What the first receiver loses. Default: as all. */
  readonly outlier?: number;
  readonly seed?: number;
  /** Milliseconds from one to another. */
  readonly delay?: number;
  readonly sender?: ReliableMulticastSenderOptions;
  readonly receiver?: ReliableMulticastReceiverOptions;
}

/** What came of it. */
export interface Outcome {
  /** Bytes on the wire with headers: from the sender, from receivers. */
  forward: number;
  back: number;
  packets: number;
  /** Symbols beyond those that the messages fill: parity, and what was sent again. */
  repairs: number;
  nacks: number;
  missed: MissedBlocks[];
  reports: Report[];
  /** When the last receiver had everything, in virtual ms. */
  time: number;
}

/** Sends messages to a group, and tells `got` of each that comes to each receiver. */
export async function sendToGroup(
  messages: Iterable<Uint8Array>,
  { receivers, loss, outlier = loss, seed = 1, delay = 20, sender = {}, receiver = {} }: GroupOptions,
  got: (receiver: number, message: MulticastMessage) => void,
): Promise<Outcome> {
  const clock = new VirtualClock();
  const system = new System({ clock, random: new SeededRandom(seed) });
  const random = new SeededRandom(seed).fork("air");
  const outcome: Outcome = { forward: 0, back: 0, packets: 0, repairs: 0, nacks: 0, missed: [], reports: [], time: 0 };
  const members = Array.from({ length: receivers }, () => ReliableMulticastReceiver(receiver));
  const source = ReliableMulticastSender({ rate: 50e6, groupSize: receivers, grtt: 4 * delay, ...sender });
  const sorter = PacketSorter();
  const arrive = (bytes: Uint8Array, from: number): void => {
    if (from >= 0 && random.next() >= loss) sorter.inboxes.inbox.deliver(bytes);
    for (let n = 0; n < receivers; n++)
      if (n !== from && random.next() >= (n === 0 ? outlier : loss)) members[n]!.inboxes.inbox.deliver(bytes);
  };
  const send = (bytes: Uint8Array, from: number): void => {
    if (from < 0) {
      outcome.forward += bytes.length + HEADERS;
      outcome.packets++;
      if ((bytes[0]! & 15) === 1 && bytes[3]! >= bytes[2]!) outcome.repairs++;
    } else {
      outcome.back += bytes.length + HEADERS;
      if ((bytes[0]! & 15) === 3) outcome.nacks++;
    }
    clock.setTimer(() => arrive(bytes, from), delay);
  };
  const air = Each<Uint8Array>((bytes) => send(bytes, -1));
  source.link(source.outboxes.outbox, air.inboxes.inbox);
  source.link(sorter.outboxes.senders, source.inboxes.feedback);
  const reports = Each<Report>((report) => outcome.reports.push(report));
  source.link(source.outboxes.statistics, reports.inboxes.inbox);
  const others: Component<any, any>[] = [air, reports, sorter];
  for (const [n, member] of members.entries()) {
    const back = Each<Uint8Array>((bytes) => send(bytes, n));
    const out = Each<MulticastMessage>((message) => {
      outcome.time = clock.now();
      got(n, message);
    });
    const gaps = Each<MissedBlocks>((gap) => outcome.missed.push(gap));
    member.link(member.outboxes.packets, back.inboxes.inbox);
    member.link(member.outboxes.outbox, out.inboxes.inbox);
    member.link(member.outboxes.missed, gaps.inboxes.inbox);
    others.push(member, back, out, gaps);
  }
  for (const each of others) system.activate(each);
  const feed = Feed(messages);
  source.link(feed.outboxes.outbox, source.inboxes.inbox);
  source.link([feed, "signal"], [source, "control"]);
  system.activate(feed);
  await system.run(source);
  await system.run(Wait(1000));
  await system.stop();
  return outcome;
}

/** Calls back for each message. */
export function Each<T>(callback: (message: T) => void): Component<{ inbox: T }, {}> {
  return component(Each, {
    inboxes: { inbox: "messages" },
    *main({ inbox }) {
      while (yield inbox) for (const message of inbox) callback(message);
    },
  });
}

/** Lets so many milliseconds pass. */
export function Wait(milliseconds: number): Component<{}, {}> {
  return component(Wait, {
    *main() {
      yield sleep(milliseconds);
    },
  });
}

/** Messages that are all different. */
export function randomMessages(count: number, size: number, random: Random = new SeededRandom(4)): Uint8Array[] {
  return Array.from({ length: count }, () => {
    const words = Uint32Array.from({ length: Math.ceil(size / 4) }, () => random.integer(2 ** 32));
    return new Uint8Array(words.buffer, 0, size);
  });
}
