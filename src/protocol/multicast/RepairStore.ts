// SPDX-License-Identifier: Apache-2.0
import { anyOf, component, type Component, sleep } from "../../axon/index.ts";
import type { Block } from "./block.ts";
import { Store } from "./store.ts";
import type { Nack, Report } from "./wire.ts";

/** How a sender repairs what is lost. */
export interface RepairStoreOptions {
  /**
   * Parity symbols that follow each full block before anybody asks; a smaller block gets so many fewer. Default "auto": learned from what is asked for; in small groups
   * a little less than that, in large ones a little more.
   */
  readonly parities?: number | "auto";
  /** Symbols of a full block. Default 64. */
  readonly sources?: number;
  /**
   * Bytes of blocks to keep. Default 64 MiB. When so many are there, a new one is only taken when the oldest has been neither sent nor asked for during 80 of the longest
   * round trips.
   */
  readonly store?: number;
  /** How often a block may be sent, in symbols: so many times as many as it has. After that nobody gets more of it, however much is asked for. Default 50. */
  readonly repairs?: number;
  /** What share of the symbols may be repairs while there is something new to send. Default 0.75. */
  readonly repairShare?: number;
  /** What to take for the longest round trip in the group, in ms, before it is known. Default 100. */
  readonly grtt?: number;
  /** About how many receivers there are; the power of ten matters: by it they choose when to ask, and we choose how much parity to send. Default 100. */
  readonly groupSize?: number;
  /** How often the end of what was sent is told, at intervals of two round trips, so that all who miss something notice. Default 40. */
  readonly robustness?: number;
  /** Milliseconds between two statuses when nothing is sent, for those who come late. Default 5000. */
  readonly heartbeat?: number;
  /** The sender's number, by which receivers know it. Default: by chance, a new one each time. */
  readonly id?: number;
}

/** While something is sent, a status is, too, every so many ms: receivers measure round trips by it. */
const PROBES = 250;
/** No status follows another one sooner, however much is asked for. */
const SHORTEST_PAUSE = 5;
/** Statuses at the end of what was sent in the time that asking takes. */
const ASKED_AFTER = 3;

/**
 * Sends blocks, keeps them, and sends more symbols of those that receivers ask for: parity that nobody has had yet helps everybody, whatever it is that each of them misses.
 * Requests for the same block are met together, and what is going to be sent is promised at once, so that others need not ask. After producerFinished all is sent, and repaired, before it ends.
 *
 * The last link of the chain, the packets' way out, should have a small inbox (`bound`): what is to be sent next is decided when there is room.
 *
 * @throws RangeError for sizes, shares and times that there cannot be
 * @example
 * const { outbox } = await drive(Pipeline(BlockMaker(), RepairStore()), { inbox: [Buffer.from("hello")] });
 * outbox.length > 1; // true
 */
export function RepairStore({
  parities = "auto",
  sources = 64,
  store: limit = 64 << 20,
  repairs = 50,
  repairShare = 0.75,
  grtt = 100,
  groupSize = 100,
  robustness = 40,
  heartbeat = 5000,
  id,
}: RepairStoreOptions = {}): Component<{ inbox: Block; feedback: Nack | Report }, { outbox: Uint8Array; statistics: Report }> {
  if (!(sources >= 1 && (parities === "auto" ? sources < 255 : parities >= 0 && sources + parities <= 255)))
    throw new RangeError(`Cannot send ${parities} parity symbols with blocks of ${sources}: together they can be 255`);
  if (!(repairShare > 0 && repairShare < 1))
    throw new RangeError(`Cannot use a share of ${repairShare} for repairs: give one between 0 and 1`);
  for (const [name, value] of Object.entries({ store: limit, repairs, grtt, groupSize, robustness, heartbeat }))
    if (!(value > 0)) throw new RangeError(`Cannot repair with a ${name} of ${value}: give more than 0`);
  return component(RepairStore, {
    inboxes: { inbox: "blocks to send", feedback: "what receivers ask for, and report" },
    outboxes: { outbox: "packets", statistics: "what receivers report" },
    *main({ inbox, feedback }, { outbox, statistics }, self) {
      const { clock, random } = self.system;
      const sender = id ?? random.integer(2 ** 32);
      const store = new Store(sender, { parities, sources, limit, repairs, repairShare, grtt, groupSize });
      const pulse = new Pulse(robustness, heartbeat);
      let finishing = false;
      for (;;) {
        if (self.toldToStop) return;
        const now = clock.now();
        for (const message of feedback) {
          if (message.sender !== sender) continue;
          store.measured(message.echo, now);
          if (message.type === "report") statistics.send(message);
          else {
            const { allThere, more } = store.ask(message, now);
            if (!allThere) pulse.hurry(now + PROBES);
            if (more) pulse.promise(now, store.grtt);
          }
        }
        let room: number | undefined;
        let full = false; // whoever sends to a full box is held
        while (!full) {
          room = store.roomAt(now);
          if (room === undefined && inbox.length > 0) store.add(inbox.recv(), now);
          const last = finishing && inbox.length === 0;
          const due = pulse.isDue(now, store, last);
          const packet = due ? store.status(now, last && store.isIdle) : store.next(now);
          if (packet === undefined) break;
          full = outbox.full;
          outbox.send(packet);
          if (!due) pulse.restart();
        }
        if (full) {
          yield; // until there is room
          continue;
        }
        if (finishing && inbox.length === 0 && pulse.isOver) return;
        const wait = Math.max(0, Math.min(pulse.next, inbox.length > 0 ? (room ?? now) : Infinity) - clock.now());
        if (finishing) yield sleep(Math.max(1, Math.min(wait, store.grtt / 2)));
        else if (!(yield inbox.length > 0 ? anyOf(feedback, sleep(wait)) : anyOf(inbox, feedback, sleep(wait)))) finishing = true;
      }
    },
  });
}

/** When to tell how far the sender is: now and then while it sends, often for a while when it has sent all, then rarely. */
class Pulse {
  next = Infinity;
  /** Statuses since the last symbol, or request. */
  #told = 0;
  #nothingSent = true;
  /** When it was told last. */
  #last = -Infinity;
  readonly #robustness: number;
  readonly #heartbeat: number;

  constructor(robustness: number, heartbeat: number) {
    this.#robustness = robustness;
    this.#heartbeat = heartbeat;
  }

  /** Whether everybody had time enough to say what is missing. */
  get isOver(): boolean {
    return this.#nothingSent || this.#told >= this.#robustness;
  }

  restart(): void {
    this.#told = 0;
    if (this.#nothingSent) this.next = 0;
    this.#nothingSent = false;
  }

  /** Something is to be told by then: that what somebody asks for is not there any more. */
  hurry(by: number): void {
    this.next = Math.min(this.next, by);
  }

  /** It is known what will be sent for those who miss something: all should hear it before they ask, but not again with every request. */
  promise(now: number, grtt: number): void {
    this.hurry(Math.max(now, this.#last + Math.max(grtt / 2, SHORTEST_PAUSE)));
  }

  isDue(now: number, store: Store, last: boolean): boolean {
    if (!store.isIdle) {
      if (now < this.next) return false;
      this.next = now + PROBES;
      this.#last = now;
      return true;
    }
    const often = Math.min(Math.max(2 * store.grtt, store.asking / ASKED_AFTER), PROBES * 4);
    const interval = this.#told < this.#robustness ? often : last ? Infinity : this.#heartbeat;
    if (this.#nothingSent) return false;
    if (now < this.next && this.next <= now + interval) return false;
    this.#told++;
    this.next = now + interval;
    this.#last = now;
    return true;
  }
}
