// SPDX-License-Identifier: Apache-2.0
import {
  type Clock,
  Component,
  type Destination,
  inboxOf,
  type Origin,
  producerFinished,
  SeededRandom,
  shutdownMicroprocess,
  System,
  waitsFor,
} from "../axon/index.ts";
import { isSchedule, type Schedule } from "./at.ts";
import { Collector } from "./Collector.ts";
import { seedOf } from "./seed.ts";
import { Trace } from "./Trace.ts";
import { VirtualClock } from "./VirtualClock.ts";

/** Messages for each inbox: a list, or a {@link Schedule}. */
export type Inputs<C> = C extends { readonly inboxes: infer I }
  ? { [K in keyof I]?: I[K] extends Destination<infer T> ? readonly T[] | Schedule<T> : never }
  : never;
/** What each outbox sent. */
export type Outputs<C> = C extends { readonly outboxes: infer O } ? { [K in keyof O]: O[K] extends Origin<infer T> ? T[] : never } : never;

/** How to drive a component. */
export interface DriveOptions {
  /** Default: a new VirtualClock. */
  readonly clock?: Clock;
  /** What the random source starts from. Default: `KAMAELIA_SEED`, or 1. Named in every failure. */
  readonly seed?: number;
  /** What comes to "control" after the messages. Default: "producerFinished"; false for nothing. */
  readonly shutdown?: "producerFinished" | "shutdownMicroprocess" | false;
  /** How many messages the boxes take that collect what is sent, before they hold the component; one is then taken each turn. Default: no bound. */
  readonly bound?: number;
  /** Turns after which the component is taken not to end. Default 1,000,000. */
  readonly turns?: number;
  /** Milliseconds of the clock after which it is taken not to end. Default: 24 hours. */
  readonly time?: number;
}

const DAY = 24 * 60 * 60 * 1000;

/**
 * Runs a component on its own, in virtual time and with a seeded random source: these messages in, all messages out.
 * All are there at the start; then the producer has finished.
 *
 * @returns what each outbox sent, in order
 * @throws ComponentFailure when the component fails
 * @throws Error when it does not end, with what it waits for and the trace of what happened
 * @example
 * const { outbox } = await drive(LineSplit(), { inbox: ["a\nb", "c\n"] });
 * assert.deepEqual(outbox, ["a", "bc"]);
 */
export async function drive<C extends { readonly inboxes: object; readonly outboxes: object }>(
  subject: C,
  inputs: Inputs<C> = {} as Inputs<C>,
  {
    clock = new VirtualClock(),
    seed = seedOf(),
    shutdown = "producerFinished",
    bound = Infinity,
    turns = 1_000_000,
    time = DAY,
  }: DriveOptions = {},
): Promise<Outputs<C>> {
  const component = subject as unknown as Component<any, any>;
  const system = new System({ clock, random: new SeededRandom(seed), manual: true });
  const trace = new Trace(system);
  const collector = new Collector(component, bound, (name, message) => trace.sent(component, name, message));
  const end = clock.now() + time;
  system.activate(collector);
  system.activate(component);
  const scheduled = deliverAll(component, inputs as Record<string, readonly unknown[] | Schedule<unknown>>, clock);
  const told = shutdown === "shutdownMicroprocess" ? shutdownMicroprocess() : shutdown === false ? undefined : producerFinished();
  if (told !== undefined && scheduled > 0) clock.setTimer(() => component.stop(told), scheduled);
  else if (told !== undefined) component.stop(told);
  const failed = system.run(component).then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  for (let taken = 0; !component.isStopped; taken++) {
    if (taken >= turns || clock.now() > end)
      throw trace.failure(`${component.name} does not end: it had ${taken} turns in ${clock.now()} ms`, seed);
    if (system.step() !== undefined) continue;
    if (system.expectant) await new Promise<void>((resolve) => setImmediate(resolve));
    else if (!component.isStopped) throw trace.failure(`${component.name} does not end: it ${waitsFor(component)}`, seed);
  }
  while (system.step() !== undefined);
  const failure = component.failure;
  if (failure !== undefined) {
    await failed;
    throw failure;
  }
  return collector.collected as Outputs<C>;
}

/** Puts the messages in; answers when the last scheduled one comes. */
function deliverAll(component: Component<any, any>, inputs: Record<string, readonly unknown[] | Schedule<unknown>>, clock: Clock): number {
  let last = 0;
  for (const [name, messages] of Object.entries(inputs)) {
    const inbox = inboxOf(component, name);
    if (!isSchedule(messages)) {
      for (const message of messages) inbox.deliver(message);
      continue;
    }
    for (const [time, message] of messages.entries) {
      last = Math.max(last, time);
      clock.setTimer(() => inbox.deliver(message), time);
    }
  }
  return last;
}
