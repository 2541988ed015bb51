// SPDX-License-Identifier: Apache-2.0
import type { Random } from "../../axon/index.ts";
import { CorrelatedDraw, deviation } from "./chance.ts";
import { CoDel, DropTail, type Waiting } from "./codel.ts";
import { changed, checkLink, type LinkOptions } from "./linkOptions.ts";
import { type LossModel, lossModel } from "./loss.ts";
import type { Packet } from "./packet.ts";
import { TimedRing } from "./ring.ts";
import type { SimulatedNode } from "./node.ts";
import { GONE, type Happening, IDLE, LIVE, NEVER, Once, type Timeline } from "./timeline.ts";

/** What becomes of a packet at a link. */
export type Fate = "sent" | "arrived" | "lost" | "dropped" | "down";
/** Is shown every packet. @internal */
export type Look = (fate: Fate, packet: Packet, at: number) => void;

/** Bytes that one opportunity of a trace lets through, as in Mahimahi. */
const OPPORTUNITY = 1504;

/**
 * One direction of a link: packets wait in its queue, are sent at its rate, and arrive after its delay, unless they are lost. A link with a constant rate and
 * a drop-tail queue costs one event for each packet: when it leaves is known when it comes.
 */
export class SimulatedLink {
  /** "alice→router". */
  readonly name: string;
  /** @internal */ readonly from: SimulatedNode;
  /** @internal */ readonly to: SimulatedNode;
  /** Packets that were to be sent, and their bytes. */
  sent = 0;
  bytes = 0;
  /** Packets that came to the other end. */
  arrived = 0;
  /** Packets that were lost on the way. */
  lost = 0;
  /** Packets that the queue had no room for, or that CoDel threw away. */
  dropped = 0;
  duplicated = 0;
  corrupted = 0;
  /** Packets that were lost because the link was down. */
  cut = 0;
  readonly #timeline: Timeline;
  readonly #random: Random;
  /** All who look, as one; undefined while nobody does. */
  #look: Look | undefined;
  #looks: readonly Look[] = [];
  #options: LinkOptions = {};
  /** What it follows: when it goes down, and up. */
  #schedule: readonly number[] = [];
  #up = true;
  #delay = 0;
  #perByte = 0;
  #loss: LossModel | undefined;
  #jitter: CorrelatedDraw | undefined;
  /** Nothing but delay and loss. */
  #plain = true;
  #mostPackets = 0;
  #mostBytes = 0;
  /** Until when the link is busy with what has been sent. */
  #busyUntil = 0;
  #waitingBytes = 0;
  /** Sizes of the packets that have not left, by the time when they do. */
  readonly #leaving = new TimedRing<number>();
  /** The packet that arrives next, and when; and those after it, in the order in which they arrive. */
  #first: Packet | undefined;
  #firstAt: number = NEVER;
  #way: TimedRing<Packet> | undefined;
  #lastArrival = 0;
  /** How often the link went down: what was on the way then does not arrive. */
  #cuts = 0;
  #queue: Waiting<Packet> | undefined;
  #serving = false;
  #serviceBytes = 0;
  /** Bytes that the opportunities so far would have let through. */
  #credit = 0;
  /** What waits for more opportunities than it had. */
  #current: Packet | undefined;
  #arrivals: Arrivals = new Arrivals(this);

  /** @internal */
  constructor(from: SimulatedNode, to: SimulatedNode, options: LinkOptions, timeline: Timeline, random: Random) {
    this.name = `${from.name}→${to.name}`;
    this.from = from;
    this.to = to;
    this.#timeline = timeline;
    this.#random = random;
    this.change(options);
  }

  get options(): LinkOptions {
    return this.#options;
  }

  get mtu(): number {
    return this.#options.mtu ?? 1500;
  }

  get up(): boolean {
    return this.#up;
  }

  /** Goes down: what is on the way or waits is lost, and so is what comes until it goes up. */
  set up(up: boolean) {
    if (up === this.#up) return;
    this.#up = up;
    this.from.network.rerouted();
    if (up) return;
    this.#cuts++;
    this.cut += this.#queue?.clear() ?? 0;
    while (this.#first !== undefined) {
      const packet = this.#shift();
      this.cut++;
      this.#look?.("down", packet, this.#timeline.time);
    }
    while (this.#leaving.length > 0) this.#leaving.shift();
    this.#waitingBytes = 0;
    this.#busyUntil = 0;
    this.#lastArrival = 0;
    this.#current = undefined;
    if (this.#arrivals.state === LIVE) this.#arrivals.state = IDLE;
    this.#arrivals = new Arrivals(this);
  }

  /** Packets that wait, with the one that is being sent. */
  get waiting(): number {
    this.#leave();
    return this.#leaving.length + (this.#queue?.length ?? 0) + Number(this.#inService > 0);
  }

  /** Bytes that wait, with those that are being sent. */
  get waitingBytes(): number {
    this.#leave();
    return this.#waitingBytes + (this.#queue?.bytes ?? 0) + this.#inService;
  }

  /**
   * Treats packets in another way from now on. What is not named stays as it is; but a trace takes the place of a rate, and a rate that of a trace.
   *
   * @throws RangeError for what cannot be, and for a schedule that has begun already
   */
  change(options: LinkOptions): void {
    const all = changed(this.#options, options);
    checkLink(all);
    this.#checkSchedule(options.schedule);
    const { delay = 0, jitter = 0, rate, trace, queue = {}, loss = 0, duplicate = 0, corrupt = 0, reorder = 0 } = all;
    const { packets = 1000, bytes = Infinity, target = 5, interval = 100 } = queue;
    const random = this.#random;
    this.#delay = delay;
    this.#perByte = rate === undefined ? 0 : 8000 / rate;
    if (options.loss !== undefined) this.#loss = lossModel(loss, random);
    if (options.delay !== undefined) this.from.network.rerouted();
    this.#jitter = jitter > 0 ? new CorrelatedDraw(random, all.correlation ?? 0) : undefined;
    this.#plain = jitter === 0 && duplicate === 0 && corrupt === 0 && reorder === 0;
    this.#mostPackets = packets;
    this.#mostBytes = bytes;
    const isTraced = this.#options.trace !== undefined;
    this.#options = all;
    if (options.schedule !== undefined) this.#follow(options.schedule, 0);
    if (options.queue === undefined && options.trace === undefined && isTraced === (trace !== undefined)) return;
    const before = this.#queue;
    const tail = new DropTail<Packet>(packets, bytes);
    if (queue.discipline === "codel") this.#queue = new CoDel(tail, target, interval, (packet) => this.#countDropped(packet));
    else this.#queue = trace === undefined ? undefined : tail;
    const current = this.#current;
    this.#current = undefined;
    if (current !== undefined) this.#accept(current, this.#timeline.time);
    for (let packet = before?.shift(this.#timeline.time); packet !== undefined; packet = before?.shift(this.#timeline.time))
      this.#accept(packet, this.#timeline.time);
  }

  /** @internal Shows what happens to each packet, until the function is called that it answers. */
  addLook(look: Look): () => void {
    const set = (looks: readonly Look[]): void => {
      this.#looks = looks;
      this.#look = looks.length > 1 ? (fate, packet, at) => looks.forEach((one) => one(fate, packet, at)) : looks[0];
    };
    set([...this.#looks, look]);
    return () => set(this.#looks.filter((one) => one !== look));
  }

  /** @internal */
  send(packet: Packet): void {
    const now = this.#timeline.time;
    this.sent++;
    this.bytes += packet.size;
    if (this.#look !== undefined) this.#look("sent", packet, now);
    if (!this.#up) {
      this.cut++;
      this.#look?.("down", packet, now);
    } else this.#accept(packet, now);
  }

  #accept(packet: Packet, now: number): void {
    if (this.#queue !== undefined) return this.#enqueue(this.#queue, packet, now);
    if (this.#perByte === 0) return this.#travel(packet, now);
    this.#leave();
    if (this.#leaving.length >= this.#mostPackets || this.#waitingBytes + packet.size > this.#mostBytes) return this.#countDropped(packet);
    const leaves = (this.#busyUntil > now ? this.#busyUntil : now) + packet.size * this.#perByte;
    this.#busyUntil = leaves;
    this.#waitingBytes += packet.size;
    this.#leaving.push(leaves, packet.size);
    this.#travel(packet, leaves);
  }

  /** @internal The first packet on the way arrives; answers when the next one does. */
  arriveFirst(): number {
    this.#arrive(this.#shift());
    return this.#firstAt;
  }

  #shift(): Packet {
    const packet = this.#first!;
    if (this.#way === undefined || this.#way.length === 0) {
      this.#first = undefined;
      this.#firstAt = NEVER;
    } else {
      this.#firstAt = this.#way.firstTime;
      this.#first = this.#way.shift();
    }
    return packet;
  }

  #arrive(packet: Packet): void {
    this.arrived++;
    if (this.#look !== undefined) this.#look("arrived", packet, this.#timeline.time);
    this.to.receive(packet, this);
  }

  /** A packet leaves at this time: what happens to it on the way? */
  #travel(packet: Packet, leaves: number): void {
    if (this.#loss !== undefined && this.#loss.lost()) {
      this.lost++;
      this.#look?.("lost", packet, leaves);
      return;
    }
    if (this.#plain) this.#inOrder(packet, leaves + this.#delay);
    else this.#travelBadly(packet, leaves);
  }

  #travelBadly(packet: Packet, leaves: number): void {
    const { duplicate = 0, corrupt = 0, reorder = 0 } = this.#options;
    const random = this.#random;
    if (duplicate > 0 && random.next() < duplicate) {
      this.duplicated++;
      this.#set(packet.copy(), leaves + this.#nextDelay());
    }
    const damaged = corrupt > 0 && random.next() < corrupt;
    if (damaged) this.corrupted++;
    const hurries = reorder > 0 && random.next() < reorder;
    this.#set(damaged ? damage(packet, random) : packet, leaves + (hurries ? 0 : this.#nextDelay()), hurries);
  }

  #nextDelay(): number {
    if (this.#jitter === undefined) return this.#delay;
    const { jitter = 0, distribution = "uniform" } = this.#options;
    return Math.max(0, this.#delay + jitter * deviation(distribution, this.#jitter.next()));
  }

  #set(packet: Packet, arrives: number, overtakes = false): void {
    if (this.#options.keepOrder === true && !overtakes) this.#inOrder(packet, Math.max(arrives, this.#lastArrival));
    else if (arrives >= this.#lastArrival) this.#inOrder(packet, arrives);
    else {
      const cuts = this.#cuts;
      const arrive = new Once(() => {
        if (cuts === this.#cuts) return this.#arrive(packet);
        this.cut++;
        this.#look?.("down", packet, this.#timeline.time);
      });
      this.#timeline.schedule(arrives, arrive);
    }
  }

  #inOrder(packet: Packet, arrives: number): void {
    this.#lastArrival = arrives;
    if (this.#first !== undefined) {
      (this.#way ??= new TimedRing<Packet>()).push(arrives, packet);
      return;
    }
    this.#first = packet;
    this.#firstAt = arrives;
    if (this.#arrivals.state === GONE) this.#timeline.schedule(arrives, this.#arrivals);
  }

  /** Forgets the sizes of those that have left. */
  #leave(): void {
    const now = this.#timeline.time;
    while (this.#leaving.firstTime <= now) this.#waitingBytes -= this.#leaving.shift();
  }

  #countDropped(packet: Packet): void {
    this.dropped++;
    this.#look?.("dropped", packet, this.#timeline.time);
  }

  /** Bytes of the packet that a queue has let go, and that is being sent now. */
  get #inService(): number {
    if (this.#current !== undefined) return this.#current.size;
    return this.#queue !== undefined && this.#busyUntil > this.#timeline.time ? this.#serviceBytes : 0;
  }

  #enqueue(queue: Waiting<Packet>, packet: Packet, now: number): void {
    const inService = this.#inService;
    const hasRoom = queue.length + Number(inService > 0) < this.#mostPackets && queue.bytes + inService + packet.size <= this.#mostBytes;
    if (!hasRoom || !queue.push(now, packet)) return this.#countDropped(packet);
    if (this.#serving) return;
    this.#serving = true;
    const { trace } = this.#options;
    const server = { state: LIVE, happen: () => this.#serve() };
    const free = Math.max(now, this.#busyUntil);
    this.#timeline.schedule(trace === undefined ? free : nextOpportunity(trace, free), server);
  }

  /** The link is free: sends the next packet; answers when it is free again. */
  #serve(): number {
    const { trace } = this.#options;
    const queue = this.#queue;
    if (queue !== undefined && trace !== undefined) return this.#serveTrace(queue, trace);
    const now = this.#timeline.time;
    const packet = queue?.shift(now);
    this.#serving = packet !== undefined;
    if (packet === undefined) return NEVER;
    const leaves = now + packet.size * this.#perByte;
    this.#busyUntil = leaves;
    this.#serviceBytes = packet.size;
    this.#travel(packet, leaves);
    return leaves;
  }

  /** So many bytes may leave now; answers when the next may. A packet may need several opportunities, and several may fit into one. */
  #serveTrace(queue: Waiting<Packet>, trace: readonly number[]): number {
    const now = this.#timeline.time;
    this.#credit += OPPORTUNITY * opportunitiesAt(trace, now);
    while (this.#current !== undefined || queue.length > 0) {
      const packet = (this.#current ??= queue.shift(now));
      if (packet === undefined || packet.size > this.#credit) break;
      this.#current = undefined;
      this.#credit -= packet.size;
      this.#travel(packet, now);
    }
    this.#serving = this.#current !== undefined || queue.length > 0;
    if (this.#serving) return nextOpportunity(trace, now);
    this.#credit = 0; // an opportunity that nobody takes is gone
    return NEVER;
  }

  #checkSchedule([first = Infinity]: readonly number[] = []): void {
    const { time } = this.#timeline;
    if (first < time)
      throw new RangeError(
        `Cannot follow this schedule: ${first} ms are over, it is ${time}; give times on the network's clock that are to come`,
      );
  }

  #follow(schedule: readonly number[], place: number): void {
    this.#schedule = schedule;
    const at = schedule[place];
    if (at === undefined) return;
    const change = (): void => {
      if (this.#schedule !== schedule) return; // there is another one
      this.up = place % 2 === 1;
      this.#follow(schedule, place + 1);
    };
    this.#timeline.schedule(at, new Once(change));
  }
}

/** The arrivals at the end of a link, one event for all of them; another one once the link was cut. */
class Arrivals implements Happening {
  state: number = GONE;
  readonly #link: SimulatedLink;

  constructor(link: SimulatedLink) {
    this.#link = link;
  }

  happen(): number {
    const next = this.#link.arriveFirst();
    return this.state === LIVE ? next : NEVER; // it was cut meanwhile
  }
}

/** When the next opportunity after this time is; the trace is repeated after its last one. */
function nextOpportunity(trace: readonly number[], now: number): number {
  const period = trace.at(-1)!;
  const round = Math.floor(now / period);
  const place = firstAbove(trace, now - round * period);
  return round * period + (place < trace.length ? trace[place]! : period + trace[0]!);
}

/** How many opportunities there are at this time. The last of one round and those at 0 of the next come together. */
function opportunitiesAt(trace: readonly number[], now: number): number {
  const period = trace.at(-1)!;
  const within = now - Math.floor(now / period) * period;
  const here = firstAbove(trace, within) - firstAbove(trace, within - 0.5);
  return within === 0 && now > 0 ? here + trace.length - firstAbove(trace, period - 0.5) : here;
}

/** The place of the first time that is later. */
function firstAbove(trace: readonly number[], time: number): number {
  let low = 0;
  let high = trace.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (trace[middle]! > time) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The same packet with one bit changed, in its payload if it has one. */
function damage(packet: Packet, random: Random): Packet {
  const bytes = packet.payload.slice();
  const place = random.integer(Math.max(1, bytes.length * 8));
  if (bytes.length > 0) bytes[place >> 3]! ^= 1 << (place & 7);
  const damaged = packet.copy(bytes);
  damaged.damaged = true;
  return damaged;
}
