// SPDX-License-Identifier: Apache-2.0
import { setImmediate, setTimeout } from "node:timers/promises";
import { type Component, inboxOf, producerFinished, SeededRandom, shutdownMicroprocess, type Timer, waitsFor } from "../axon/index.ts";
import { isSchedule } from "./at.ts";
import { Collectors } from "./collectors.ts";
import { DrivenSystem } from "./DrivenSystem.ts";
import { type AnyInputs, type Specimen, TemporarySurroundings } from "./specimen.ts";
import { VirtualClock } from "./VirtualClock.ts";

/** Turns after which a component that is endless has shown enough, and one that is not is taken to go on for ever. */
const ENOUGH = 2000;
const MOST = 20_000;
/** Turns without a message or a moment of time passing after which it is taken to wait busily. */
const BUSY = 10_000;
/** Virtual milliseconds in which a slow receiver takes one message. */
const SLOW = 10;
/** Real milliseconds in which a component has to end that waits for files and sockets. */
const PATIENCE = 10_000;
const HOUR = 3_600_000;
/** Virtual milliseconds after which a component that is not endless should have done all. */
const LONG = 30 * 24 * HOUR;

/** How a component came to be looked at again: it waits for something, goes on for ever, has ended, or had the turns it was meant to have. */
export type Outcome = "rests" | "goes on" | "busy" | "ended" | "interrupted";

/** How long a component runs; by default until it rests, or has ended. */
interface Until {
  /** No virtual time passes. Default false. */
  readonly now?: boolean;
  /** At most so many turns. */
  readonly turns?: number;
  /** How its receivers take what it sends. Default: at once, if they have room for all; otherwise nothing. */
  readonly taking?: "slowly";
  /** Real milliseconds without anything from outside, when nothing else can happen any more. Default: what the specimen says. */
  readonly patience?: number;
}

/** One run of a specimen in a system of its own, in virtual time, a step at a time. @internal */
export class Trial {
  readonly subject: Component<any, any>;
  readonly clock: VirtualClock;
  /** How often something was sent from each outbox: in how many turns, or at how many moments in between. */
  readonly sendings: Record<string, number> = {};
  /** Whether anything was sent after the word on "signal". */
  talksOn = false;
  /** The most components that lived at a time. */
  most = 1;
  readonly #specimen: Specimen;
  /** Those that others send to: not the ones that are added later, or begin with _. */
  readonly #inboxes: readonly (readonly [string, Component<any, any>["inboxes"][string]])[];
  readonly #surroundings: TemporarySurroundings;
  readonly #inputs: AnyInputs;
  readonly #system: DrivenSystem;
  readonly #collectors: Collectors;
  readonly #resources: readonly string[];
  /** Keeps the system from being done, and from finding deadlocks, while somebody may still take a message. */
  readonly #over: () => void;
  readonly #helpers: readonly { readonly component: Component<any, any> }[];
  readonly #given: Timer[] = [];
  readonly #failure: Promise<unknown>;
  #counts: Record<string, number> = {};
  #turns = 0;
  #vain = 0;

  static async begin(specimen: Specimen, bound: number = Infinity): Promise<Trial> {
    const resources = resourcesNow();
    const system = new DrivenSystem({ clock: new VirtualClock({ auto: false }), random: new SeededRandom(1) });
    const surroundings = new TemporarySurroundings(system);
    try {
      const subject = await specimen.make(surroundings);
      return new Trial(specimen, resources, system, surroundings, subject, bound);
    } catch (error) {
      for (const root of system.roots) root.component.kill();
      await surroundings.remove();
      throw error;
    }
  }

  private constructor(
    specimen: Specimen,
    resources: readonly string[],
    system: DrivenSystem,
    surroundings: TemporarySurroundings,
    subject: Component<any, any>,
    bound: number,
  ) {
    this.#specimen = specimen;
    this.#resources = resources;
    this.#system = system;
    this.clock = system.clock as VirtualClock;
    this.#surroundings = surroundings;
    this.#inputs = specimen.inputs(surroundings);
    this.subject = subject;
    this.#inboxes = Object.entries(subject.inboxes).filter(([name]) => name !== "control" && !name.startsWith("_"));
    this.#collectors = new Collectors(system, subject, bound);
    this.#over = system.expect("the trial");
    this.#helpers = [...system.roots];
    this.#failure = system.run(subject).then(
      () => undefined,
      (error: unknown) => error,
    );
  }

  /** Whether the specimen has any messages for it. */
  get isFed(): boolean {
    return Object.values(this.#inputs).some((messages) => lengthOf(messages) > 0);
  }

  /** What was sent from each outbox. The name of its folder, which is another one each time, does not count. */
  get sent(): Record<string, unknown[]> {
    this.#collectors.take(Infinity);
    return this.#surroundings.withoutFolder(this.#collectors.result) as Record<string, unknown[]>;
  }

  get counts(): Record<string, number> {
    return this.#collectors.counts;
  }

  /** How many messages were taken from its inboxes. */
  get read(): number {
    return this.#inboxes.reduce((sum, [, box]) => sum + box.head, 0);
  }

  /** The inboxes with messages that nobody has read, or will read. */
  get unread(): string[] {
    return this.#inboxes.filter(([, box]) => box.length > 0 || box.drops > 0).map(([name]) => name);
  }

  /** What it does instead of ending, in words. */
  get waitsFor(): string {
    return waitsFor(this.subject);
  }

  /** Gives it all its messages, those with a time when it comes. Then has something done. */
  give(then: () => void = () => {}): void {
    let last = 0;
    for (const [name, messages] of Object.entries(this.#inputs)) {
      const inbox = inboxOf(this.subject, name);
      if (!isSchedule(messages)) for (const message of messages) inbox.deliver(message);
      else {
        for (const [time, message] of messages.entries) {
          last = Math.max(last, time);
          this.#given.push(this.clock.setTimer(() => inbox.deliver(message), time));
        }
      }
    }
    if (last === 0) then();
    else this.#given.push(this.clock.setTimer(then, last));
  }

  tell(type: "producerFinished" | "shutdownMicroprocess"): void {
    this.subject.stop(type === "producerFinished" ? producerFinished() : shutdownMicroprocess());
  }

  /** Gives it turns, lets time pass, and waits for what comes from outside. */
  async run({ now = false, turns = Infinity, taking, patience = 0 }: Until = {}): Promise<Outcome> {
    const { lasts = 10_000, quiet = 50, but = {} } = this.#specimen.options;
    const end = this.clock.now() + (now ? 0 : but.endless === undefined ? LONG : lasts);
    const last = this.#turns + Math.min(turns, but.endless === undefined ? MOST : ENOUGH);
    for (let next = this.clock.now() + SLOW; ;) {
      if (this.#turns >= last) return turns === Infinity ? "goes on" : "interrupted";
      if (this.#step()) {
        if (this.#vain > BUSY) return "busy";
        continue;
      }
      if (this.subject.isStopped) return "ended";
      await setImmediate();
      this.#note();
      if (this.#system.busy) continue;
      if (taking === "slowly" && this.#collectors.waiting) {
        if (this.#advance(Math.min(next, end))) continue;
        if (this.clock.now() >= end) return "goes on";
        next = this.clock.now() + SLOW;
        this.#collectors.take(1);
        continue;
      }
      if (this.#system.pending > 1 && (await this.#outside(quiet))) continue;
      if (this.clock.coming > 0 && !now) {
        if (!this.#advance(end)) return "goes on";
      } else if (patience === 0 || this.#system.pending === 1 || !(await this.#outside(patience))) return "rests";
    }
  }

  /** Runs it until it has ended; answers whether it does. */
  async end(until: Until = {}): Promise<boolean> {
    return (await this.run({ ...until, patience: PATIENCE })) === "ended";
  }

  /**
   * Ends what still lives, and answers what is left of it: in words, nothing if all is well.
   *
   * @param patience real milliseconds in which files and sockets have to be closed
   */
  async close(patience: number = PATIENCE / 10): Promise<string[]> {
    const faults = this.subject.isStopped ? await this.#remains() : [];
    for (const timer of this.#given) timer.cancel();
    this.#over();
    for (const root of [...this.#system.roots].reverse()) root.component.kill();
    const failure = await Promise.race([this.#failure, setImmediate()]);
    await this.#surroundings.remove();
    if (failure !== undefined) throw failure;
    const open = await openedSince(this.#resources, patience);
    return open.length === 0 ? faults : [...faults, `${open.join(", ")} still open`];
  }

  async #remains(): Promise<string[]> {
    const { subject, clock } = this;
    const system = this.#system;
    for (const timer of this.#given) timer.cancel();
    for (const { component } of this.#helpers) component.kill();
    const before = JSON.stringify(this.counts);
    const faults: string[] = [];
    const leaves = (count: number, what: string): void => void (count > 0 && faults.push(`${count} ${what}`));
    leaves(clock.coming, "timers");
    const end = clock.now() + HOUR;
    for (let i = 0; i < BUSY && (this.#step() || this.#advance(end)); i++);
    for (let i = 0; i < 3; i++) await setImmediate();
    for (let i = 0; i < BUSY && this.#step(); i++);
    leaves([...system.roots].length, `components: ${[...system.roots].map((root) => root.component.name).join(", ")}`);
    leaves(system.expectations.length - 1, `expectations: ${system.expectations.filter((what) => what !== "the trial").join(", ")}`);
    leaves(system.pending - system.expectations.length, "promises");
    leaves(system.services.servicesRegistered().length, `services: ${system.services.servicesRegistered().join(", ")}`);
    if (JSON.stringify(this.counts) !== before) faults.push(`messages that were sent after ${subject.name} had ended`);
    return faults;
  }

  #step(): boolean {
    const { read } = this;
    const who = this.#system.step();
    this.#collectors.settle();
    if (who === undefined) return false;
    this.#turns++;
    this.#vain = this.#note() || this.read !== read ? 0 : this.#vain + 1;
    this.most = Math.max(this.most, this.#system.live);
    return true;
  }

  #advance(to: number): boolean {
    const some = this.clock.advanceToNext(to);
    if (!some && to !== Infinity) this.clock.advance(Math.max(0, to - this.clock.now()));
    this.#vain = 0;
    this.#note();
    return some;
  }

  async #outside(quiet: number): Promise<boolean> {
    return (await this.#system.outside(quiet)) || this.#note();
  }

  /** Counts what was sent since it was last called; answers whether anything was. */
  #note(): boolean {
    const { counts } = this;
    let some = false;
    for (const [name, count] of Object.entries(counts)) {
      if (count === (this.#counts[name] ?? 0)) continue;
      some = true;
      if ((this.#counts["signal"] ?? 0) > 0) this.talksOn = true;
      this.sendings[name] = (this.sendings[name] ?? 0) + 1;
    }
    this.#counts = counts;
    return some;
  }
}

function lengthOf(messages: AnyInputs[string]): number {
  return isSchedule(messages) ? messages.entries.length : messages.length;
}

function resourcesNow(): string[] {
  return process.getActiveResourcesInfo().filter((kind) => kind !== "Immediate");
}

/** What keeps the process alive that did not do so before, after some time to close. */
async function openedSince(before: readonly string[], patience: number): Promise<string[]> {
  const start = performance.now();
  for (;;) {
    const rest = [...before];
    const open = resourcesNow().filter((kind) => {
      const at = rest.indexOf(kind);
      if (at >= 0) rest.splice(at, 1);
      return at < 0;
    });
    if (open.length === 0 || performance.now() - start > patience) return open;
    await setTimeout(1);
  }
}
