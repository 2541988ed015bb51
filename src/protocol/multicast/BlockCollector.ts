// SPDX-License-Identifier: Apache-2.0
import { anyOf, component, type Component, sleep } from "../../axon/index.ts";
import type { MissedBlocks, ReceivedBlock } from "./block.ts";
import { Source, type SourceEvents } from "./source.ts";
import type { Data, Nack, Report, Status } from "./wire.ts";

/** How a receiver collects. */
export interface BlockCollectorOptions {
  /** Whether one who comes late asks for what was sent before ("start", as far as the sender has kept it), or begins with what comes ("now"; what came first may be lost). Default "start". */
  readonly from?: "start" | "now";
  /** Blocks of a sender that are collected at the same time; if more are under way, the oldest is given up. Default 1024. */
  readonly window?: number;
  /** Senders that are heard at the same time; for one more, the one that has been silent longest is forgotten. Default 64. */
  readonly senders?: number;
  /** Milliseconds of silence after which a sender is forgotten, and what is missing of it is given up. Default 30,000. */
  readonly patience?: number;
  /** Milliseconds between two reports, about. In large groups more: all together send two a second. Default 5000. */
  readonly report?: number;
  /** A sender not to listen to: ourselves. */
  readonly ignore?: number;
}

/**
 * Collects the symbols of several senders' blocks, finds those that are lost, and gives the blocks, those of each sender in order. For what cannot be found it asks,
 * after a random time, and not if another receiver has asked for as much.
 *
 * @throws RangeError for sizes and times that are not above 0
 * @example
 * const { outbox: packets } = await drive(Pipeline(BlockMaker(), RepairStore()), { inbox: [Buffer.from("hello")] });
 * const { receivers } = await drive(PacketSorter(), { inbox: packets });
 * (await drive(BlockCollector(), { inbox: receivers })).outbox.length; // 1
 */
export function BlockCollector({
  from = "start",
  window = 1024,
  senders = 64,
  patience = 30_000,
  report = 5000,
  ignore,
}: BlockCollectorOptions = {}): Component<
  { inbox: Data | Status | Nack },
  { outbox: ReceivedBlock; packets: Uint8Array; missed: MissedBlocks; statistics: Report }
> {
  for (const [name, value] of Object.entries({ window, senders, patience, report }))
    if (!(value > 0)) throw new RangeError(`Cannot collect blocks with ${name} ${value}: give more than 0`);
  return component(BlockCollector, {
    inboxes: { inbox: "symbols, statuses, and what other receivers ask for" },
    outboxes: {
      outbox: "whole blocks",
      packets: "requests and reports, for the group",
      missed: "blocks that were given up",
      statistics: "how it gets on, as it is reported",
    },
    *main({ inbox }, { outbox, packets, missed, statistics }, self) {
      const { clock, random } = self.system;
      const settings = { receiver: random.integer(2 ** 32), window, fromStart: from === "start", patience, report };
      const events: SourceEvents = {
        block: (block) => outbox.send(block),
        missed: (blocks) => missed.send(blocks),
        packet: (bytes) => packets.send(bytes),
        report: (numbers) => statistics.send(numbers),
      };
      const sources = new Sources(senders, (sender, now) => new Source(sender, settings, events, random, now));
      while (yield anyOf(inbox, sleep(Math.max(0, sources.due - clock.now())))) {
        const now = clock.now();
        for (const packet of inbox) {
          if (packet.type === "nack") {
            if (packet.receiver !== settings.receiver) sources.known(packet.sender)?.overhear(packet, now);
          } else if (packet.sender !== ignore) {
            const source = sources.get(packet.sender, now);
            if (packet.type === "data") source.receive(packet, now);
            else source.status(packet, now);
          }
        }
        if (sources.due <= now) sources.tick(now, patience);
      }
      if (!self.toldToStop) sources.end();
    },
  });
}

/** The senders, by number. */
class Sources {
  readonly #most: number;
  readonly #make: (sender: number, now: number) => Source;
  readonly #sources = new Map<number, Source>();

  constructor(most: number, make: (sender: number, now: number) => Source) {
    this.#most = most;
    this.#make = make;
  }

  get due(): number {
    let due = Infinity;
    for (const source of this.#sources.values()) due = Math.min(due, source.due);
    return due;
  }

  known(sender: number): Source | undefined {
    return this.#sources.get(sender);
  }

  get(sender: number, now: number): Source {
    let source = this.#sources.get(sender);
    if (source !== undefined) return source;
    if (this.#sources.size >= this.#most) this.#forget([...this.#sources].sort(([, a], [, b]) => a.heard - b.heard)[0]![0]);
    this.#sources.set(sender, (source = this.#make(sender, now)));
    return source;
  }

  tick(now: number, patience: number): void {
    for (const [sender, source] of this.#sources) {
      source.tick(now);
      if (now >= source.heard + patience) this.#forget(sender);
    }
  }

  end(): void {
    for (const sender of [...this.#sources.keys()]) this.#forget(sender);
  }

  #forget(sender: number): void {
    this.#sources.get(sender)!.end();
    this.#sources.delete(sender);
  }
}
