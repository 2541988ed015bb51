// SPDX-License-Identifier: Apache-2.0
// Parts of the tests: a group in virtual time, in which everything that anybody sends comes to all others, or is lost.
import { type Component, SeededRandom, System } from "../../axon/index.ts";
import { Graphline } from "../../chassis/index.ts";
import { Multicast_transceiver, type MulticastDatagram, type MulticastTransceiverOptions } from "../../internet/index.ts";
import { Feed, VirtualClock } from "../../testing/index.ts";
import { PureTransformer } from "../../util/index.ts";
import { Each, Wait } from "../multicast/parts.ts";
import type { NormCollectorOptions } from "./NormCollector.ts";
import { NormReceiver } from "./NormReceiver.ts";
import { NormSender } from "./NormSender.ts";
import type { NormRateReport, NormTransmitterOptions } from "./NormTransmitter.ts";
import type { NormObject } from "./outgoing.ts";
import type { MissedObject, ReceivedObject, ReceivedPiece } from "./remote.ts";
import type { Confirmation } from "./sending.ts";

/** Headers of UDP and IPv4. */
const HEADERS = 28;

/** What a group is, and does. */
export interface GroupOptions {
  readonly receivers: number;
  /** Share of packets that each member does not get, each by itself. */
  readonly loss: number;
  readonly seed?: number;
  /** Milliseconds from one to another. */
  readonly delay?: number;
  /** Receivers do not hear each other. */
  readonly unicast?: boolean;
  /** Messages of a stream, beside the objects. */
  readonly stream?: Iterable<Uint8Array>;
  readonly sender?: NormTransmitterOptions;
  readonly receiver?: NormCollectorOptions;
  /** What becomes of a packet besides: bytes to be delivered instead. */
  readonly tamper?: (bytes: Uint8Array, from: number) => readonly Uint8Array[];
  /** Packets that somebody else sends to the group, by time. */
  readonly intruder?: ReadonlyMap<number, readonly Uint8Array[]>;
}

/** What came of it. */
export interface Outcome {
  /** Bytes on the wire with headers: from the sender, from receivers. */
  forward: number;
  back: number;
  packets: number;
  nacks: number;
  missed: MissedObject[];
  malformed: number;
  /** When the last receiver had everything, in virtual ms. */
  time: number;
}

/** Sends objects to a group, and tells `got` of each that comes to each receiver. */
export async function sendToGroup(
  objects: Iterable<NormObject>,
  { receivers, loss, seed = 1, delay = 20, stream = [], unicast = false, sender = {}, receiver = {}, tamper, intruder }: GroupOptions,
  got: (receiver: number, object: ReceivedObject | ReceivedPiece) => void,
): Promise<Outcome> {
  const clock = new VirtualClock();
  const system = new System({ clock, random: new SeededRandom(seed) });
  const random = new SeededRandom(seed).fork("air");
  const outcome: Outcome = { forward: 0, back: 0, packets: 0, nacks: 0, missed: [], malformed: 0, time: 0 };
  const members = Array.from({ length: receivers }, () => NormReceiver(receiver));
  const source = NormSender({ rate: 50e6, groupSize: receivers, grtt: 2 * delay, ...sender });
  const arrive = (bytes: Uint8Array, from: number): void => {
    if (from !== -1 && random.next() >= loss) source.inboxes.packets.deliver(bytes);
    if (unicast && from >= 0) return;
    for (let n = 0; n < receivers; n++) if (n !== from && random.next() >= loss) members[n]!.inboxes.inbox.deliver(bytes);
  };
  const send = (bytes: Uint8Array, from: number): void => {
    if (from < 0) {
      outcome.forward += bytes.length + HEADERS;
      outcome.packets++;
    } else {
      outcome.back += bytes.length + HEADERS;
      if ((bytes[0]! & 15) === 4) outcome.nacks++;
    }
    for (const each of tamper?.(bytes, from) ?? [bytes]) clock.setTimer(() => arrive(each, from), delay);
  };
  for (const [at, packets] of intruder ?? []) clock.setTimer(() => packets.forEach((bytes) => arrive(bytes, -2)), at);
  const each = <T>(callback: (message: T) => void): Component<{ inbox: T }, {}> => {
    const part = Each<T>(callback);
    system.activate(part);
    return part;
  };
  source.link(source.outboxes.outbox, each<Uint8Array>((bytes) => send(bytes, -1)).inboxes.inbox);
  source.link(source.outboxes.malformed, each<unknown>(() => outcome.malformed++).inboxes.inbox);
  for (const [n, member] of members.entries()) {
    const take = (object: ReceivedObject | ReceivedPiece): void => {
      outcome.time = clock.now();
      got(n, object);
    };
    member.link(member.outboxes.outbox, each<ReceivedObject>(take).inboxes.inbox);
    member.link(member.outboxes.stream, each<ReceivedPiece>(take).inboxes.inbox);
    member.link(member.outboxes.packets, each<Uint8Array>((bytes) => send(bytes, n)).inboxes.inbox);
    member.link(member.outboxes.missed, each<MissedObject>((missed) => outcome.missed.push(missed)).inboxes.inbox);
    member.link(member.outboxes.malformed, each<unknown>(() => outcome.malformed++).inboxes.inbox);
    system.activate(member);
  }
  const first = Feed(objects);
  const second = Feed(stream);
  source.link(first.outboxes.outbox, source.inboxes.inbox);
  source.link(second.outboxes.outbox, source.inboxes.stream);
  source.link([second, "signal"], [source, "control"]);
  system.activate(first);
  system.activate(second);
  await system.run(source);
  await system.run(Wait(1000));
  await system.stop();
  return outcome;
}

const bytesOf = (): Component<{ inbox: MulticastDatagram }, { outbox: Uint8Array }> =>
  PureTransformer(([, bytes]: MulticastDatagram): Uint8Array => bytes);

/** A sender on a network. */
export function SenderOn(
  net: MulticastTransceiverOptions,
  options: NormTransmitterOptions,
): Component<{ inbox: NormObject; stream: Uint8Array }, { confirmed: Confirmation; statistics: NormRateReport }> {
  return Graphline({
    components: { SENDER: NormSender(options), NET: Multicast_transceiver(net), BYTES: bytesOf() },
    linkages: {
      "self.inbox": "SENDER.inbox",
      "self.stream": "SENDER.stream",
      "SENDER.outbox": "NET.inbox",
      "NET.outbox": "BYTES.inbox",
      "BYTES.outbox": "SENDER.packets",
      "SENDER.confirmed": "self.confirmed",
      "SENDER.statistics": "self.statistics",
      "self.control": "SENDER.control",
      "SENDER.signal": "NET.control",
      "NET.signal": "BYTES.control",
      "BYTES.signal": "self.signal",
    },
  });
}

/** A receiver on a network. */
export function ReceiverOn(
  net: MulticastTransceiverOptions,
  options: NormCollectorOptions,
): Component<{}, { outbox: ReceivedObject; stream: ReceivedPiece; missed: MissedObject }> {
  return Graphline({
    components: { RECEIVER: NormReceiver(options), NET: Multicast_transceiver(net), BYTES: bytesOf() },
    linkages: {
      "NET.outbox": "BYTES.inbox",
      "BYTES.outbox": "RECEIVER.inbox",
      "RECEIVER.packets": "NET.inbox",
      "RECEIVER.outbox": "self.outbox",
      "RECEIVER.stream": "self.stream",
      "RECEIVER.missed": "self.missed",
      "self.control": "NET.control",
      "NET.signal": "BYTES.control",
      "BYTES.signal": "RECEIVER.control",
      "RECEIVER.signal": "self.signal",
    },
  });
}
