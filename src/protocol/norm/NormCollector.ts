// SPDX-License-Identifier: Apache-2.0
import { anyOf, component, type Component, sleep } from "../../axon/index.ts";
import type { SenderMessage } from "./message.ts";
import type { ForReceivers } from "./NormSorter.ts";
import { packNorm } from "./pack.ts";
import { type MissedObject, type ReceivedObject, type ReceivedPiece, Remote, type RemoteEvents } from "./remote.ts";

/** How a receiver collects. */
export interface NormCollectorOptions {
  /** The receiver's number in the group, not 0 and not 0xffffffff. Default: by chance. */
  readonly id?: number;
  /** Whether one who comes late asks for what was sent before ("start", as far as the sender has kept it), or begins with what comes ("now"). Default "start". */
  readonly from?: "start" | "now";
  /** Objects of a sender that are under way at the same time; if more are, the oldest is given up. Default 4096. */
  readonly window?: number;
  /** Bytes that an object may have. Default 64 MiB. */
  readonly longest?: number;
  /** Bytes that are kept of a sender's objects that are not whole; if there are more, the oldest is given up. Default 128 MiB. */
  readonly buffer?: number;
  /** Senders that are heard at the same time; for one more, the one that has been silent longest is forgotten. Default 16. */
  readonly senders?: number;
  /** Milliseconds of silence after which a sender is forgotten, and what is missing of it is given up. Default 30,000. */
  readonly patience?: number;
  /** Whether it only listens, and asks for nothing (section 6.2). Default false. */
  readonly silent?: boolean;
}

/** How a receiver got on with a sender, when that has ended. */
export interface NormStatistics {
  readonly from: number;
  /** Requests that were sent, and those that were not because others had asked. */
  readonly requests: number;
  readonly suppressed: number;
}

/** An application's command. */
export interface NormCommandReceived {
  readonly from: number;
  readonly bytes: Uint8Array;
}

/**
 * Collects the objects and streams of several senders of NORM (RFC 5740), finds symbols that are lost, and asks for what it cannot find: after a random time, and not if
 * another receiver has asked for as much. Objects come out when they are whole, pieces of a stream in order. Messages come from a {@link NormSorter}.
 *
 * @throws RangeError for sizes, times and numbers that there cannot be
 * @example
 * const { outbox: packets } = await drive(NormTransmitter({ id: 7, grtt: 10 }), { inbox: [{ bytes: Buffer.from("hello") }] });
 * const { receivers } = await drive(NormSorter(), { inbox: packets });
 * const { outbox } = await drive(NormCollector(), { inbox: receivers });
 * Buffer.from(outbox[0]!.bytes).toString(); // hello
 */
export function NormCollector({
  id,
  from = "start",
  window = 4096,
  longest = 64 << 20,
  buffer = 128 << 20,
  senders = 16,
  patience = 30_000,
  silent = false,
}: NormCollectorOptions = {}): Component<
  { inbox: ForReceivers },
  {
    outbox: ReceivedObject;
    stream: ReceivedPiece;
    packets: Uint8Array;
    missed: MissedObject;
    commands: NormCommandReceived;
    statistics: NormStatistics;
  }
> {
  for (const [name, value] of Object.entries({ window, longest, buffer, senders, patience }))
    if (!(value > 0)) throw new RangeError(`Cannot receive NORM with ${name} ${value}: give more than 0`);
  if (window > 0x7fff) throw new RangeError(`Cannot receive NORM with window ${window}: give at most 32767, half of all numbers`);
  if (id !== undefined && !(Number.isInteger(id) && id > 0 && id < 0xffff_ffff))
    throw new RangeError(`Cannot receive NORM as node ${id}: give a whole number from 1 to 4294967294`);
  return component(NormCollector, {
    inboxes: { inbox: "what senders say, and what other receivers ask for" },
    outboxes: {
      outbox: "objects",
      stream: "pieces of streams",
      packets: "requests and confirmations, for the group",
      missed: "objects that could not be had, and why",
      commands: "commands of the application",
      statistics: "how it got on with a sender that has ended",
    },
    *main({ inbox }, { outbox, stream, packets, missed, commands, statistics }, self) {
      const { clock, random } = self.system;
      const node = id ?? 1 + random.integer(0xffff_fffe);
      const settings = { node, fromStart: from === "start", window, longest, buffer, patience, silent };
      let sequence = 0;
      const events: RemoteEvents = {
        object: (object) => outbox.send(object),
        piece: (piece) => stream.send(piece),
        missed: (object) => missed.send(object),
        send: (message) => packets.send(packNorm(message)),
        command: (sender, bytes) => commands.send({ from: sender, bytes }),
        sequence: () => sequence++ & 0xffff,
      };
      const remotes = new Remotes(
        senders,
        (source, instance, now) => new Remote(source, instance, settings, events, random, now),
        (end) => statistics.send(end),
      );
      while (yield anyOf(inbox, sleep(Math.max(0, remotes.due - clock.now())))) {
        const now = clock.now();
        for (const message of inbox) {
          if (message.source === node) continue;
          if (message.type === "nack") remotes.overhear(message.server, message.instance)?.overhear(message.requests, now);
          else if (remotes.get(message, now)?.receive(message, now) === true) remotes.forget(message, now + patience);
        }
        if (remotes.due <= now) remotes.tick(now, patience);
      }
      if (!self.toldToStop) remotes.end();
    },
  });
}

/** So many messages in a row with another instance id say that a sender has started again. */
const BELIEVED = 3;
/** Senders that have ended are remembered up to so many. */
const MOST_OVER = 64;

/** The senders, by number. */
class Remotes {
  readonly #most: number;
  readonly #make: (source: number, instance: number, now: number) => Remote;
  readonly #ended: (statistics: NormStatistics) => void;
  readonly #remotes = new Map<number, Remote>();
  /** Senders that have ended, and how long that counts. */
  readonly #over = new Map<number, { readonly instance: number; readonly until: number }>();
  /** Other instances that senders seem to be now, and how many messages in a row have said so. */
  readonly #doubts = new Map<number, { readonly instance: number; readonly times: number }>();

  constructor(most: number, make: (source: number, instance: number, now: number) => Remote, ended: (statistics: NormStatistics) => void) {
    this.#most = most;
    this.#make = make;
    this.#ended = ended;
  }

  get due(): number {
    let due = Infinity;
    for (const remote of this.#remotes.values()) due = Math.min(due, remote.due);
    return due;
  }

  overhear(source: number, instance: number): Remote | undefined {
    const remote = this.#remotes.get(source);
    return remote?.instance === instance ? remote : undefined;
  }

  /** The sender of a message. If it has started again, what it was before is over; one packet from before, or a forged one, does not say so yet. */
  get({ source, instance }: SenderMessage, now: number): Remote | undefined {
    const over = this.#over.get(source);
    if (over !== undefined && over.instance === instance && now < over.until) return undefined;
    const known = this.#remotes.get(source);
    if (known?.instance === instance) {
      this.#doubts.delete(source);
      return known;
    }
    if (known !== undefined) {
      const doubt = this.#doubts.get(source);
      const times = doubt?.instance === instance ? doubt.times + 1 : 1;
      this.#doubts.set(source, { instance, times });
      if (times < BELIEVED) return undefined;
      this.#end(source, "its sender has started again");
    }
    if (this.#remotes.size >= this.#most)
      this.#end([...this.#remotes].sort(([, a], [, b]) => a.heard - b.heard)[0]![0], "there are too many senders");
    const remote = this.#make(source, instance, now);
    this.#remotes.set(source, remote);
    return remote;
  }

  tick(now: number, patience: number): void {
    for (const [source, remote] of this.#remotes) {
      remote.tick(now);
      if (now >= remote.heard + patience) this.#end(source, "its sender has been silent for too long");
    }
  }

  end(): void {
    for (const source of [...this.#remotes.keys()]) this.#end(source, "the receiver has been told to end");
  }

  /** One that has said that it ends. What comes of it yet is late, or replayed. */
  forget({ source, instance }: SenderMessage, until: number): void {
    this.#end(source, "");
    this.#over.delete(source);
    this.#over.set(source, { instance, until });
    for (const [oldest] of this.#over) if (this.#over.size > MOST_OVER) this.#over.delete(oldest);
  }

  #end(from: number, reason: string): void {
    const remote = this.#remotes.get(from)!;
    remote.end(reason);
    this.#remotes.delete(from);
    this.#doubts.delete(from);
    this.#ended({ from, requests: remote.requests, suppressed: remote.suppressed });
  }
}
