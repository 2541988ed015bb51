// SPDX-License-Identifier: Apache-2.0
import {
  type Clock,
  type Component,
  type Destination,
  inboxOf,
  type Network,
  type Origin,
  producerFinished,
  SeededRandom,
  shutdownMicroprocess,
  waitsFor,
} from "../axon/index.ts";
import { assertSent, remember } from "./assertSent.ts";
import { isSchedule, type Schedule } from "./at.ts";
import { Collectors } from "./collectors.ts";
import { DrivenSystem } from "./DrivenSystem.ts";
import { seedOf } from "./seed.ts";
import { Trace } from "./Trace.ts";
import { VirtualClock } from "./VirtualClock.ts";

/** Messages for each inbox: a list, or a {@link Schedule}. */
export type Inputs<C> = C extends { readonly inboxes: infer I }
  ? { readonly [K in keyof I]?: I[K] extends Destination<infer T> ? readonly T[] | Schedule<T> : never }
  : never;
/** What each outbox sent. */
export type Outputs<C> = C extends { readonly outboxes: infer O } ? { [K in keyof O]: O[K] extends Origin<infer T> ? T[] : never } : never;

/** How to drive a component. */
export interface DriveOptions {
  /** Default: a new VirtualClock. */
  readonly clock?: Clock;
  /** What the random source starts from. Default: `KAMAELIA_SEED`, or 1. Named in every failure. */
  readonly seed?: number;
  /** The network that the component reaches. Default: none of its own. */
  readonly network?: Network;
  /** What comes to "control" after the messages. Default: "producerFinished"; false for nothing. */
  readonly shutdown?: "producerFinished" | "shutdownMicroprocess" | false;
  /**
   * How many messages the boxes take that collect what is sent. A component that fills one is held; when nobody has anything left to do, one message is taken.
   * Default: no bound.
   */
  readonly bound?: number;
  /** Turns after which the component is taken not to end. Default 1,000,000. */
  readonly turns?: number;
  /** Milliseconds of the clock after which it is taken not to end. Default: 24 hours. */
  readonly time?: number;
  /** Milliseconds of real time to wait for a promise or a socket before the component is taken not to end. Default 10,000. */
  readonly patience?: number;
}

/** What `drive` answers: a promise of what the component sent. */
export interface Driven<C> extends Promise<Outputs<C>> {
  /** Waits for the end, and asserts what was sent from the boxes that are named. The error shows what happened; see {@link assertSent}. */
  expect(expected: { readonly [K in keyof Outputs<C>]?: Outputs<C>[K] }): Promise<Outputs<C>>;
}

const DAY = 24 * 60 * 60 * 1000;

/**
 * Runs a component on its own, in virtual time and with a seeded random source: these messages in, all messages out.
 * All are there at the start, unless they are given a time with {@link at}; after the last one the producer has finished.
 *
 * @returns what each outbox sent, in order, when the component has ended
 * @throws ComponentFailure when the component fails. Its stack goes on with what happened before
 * @throws Error when it does not end, with what it waits for and what happened. It is then ended by force
 * @throws RangeError for an inbox that it does not have
 * @example
 * await drive(LineSplit(), { inbox: ["a\nb", "c\n"] }).expect({ outbox: ["a", "bc"] });
 */
export function drive<C extends { readonly inboxes: object; readonly outboxes: object }>(
  subject: C,
  inputs: Inputs<C> = {} as Inputs<C>,
  options: DriveOptions = {},
): Driven<C> {
  const outputs = run(subject as unknown as Component<any, any>, inputs as UntypedInputs, options) as Promise<Outputs<C>>;
  const expect: Driven<C>["expect"] = async (expected) => {
    const result = await outputs;
    assertSent<object>(result, expected);
    return result;
  };
  return Object.assign(outputs, { expect });
}

type UntypedInputs = Readonly<Record<string, readonly unknown[] | Schedule<unknown>>>;

async function run(component: Component<any, any>, inputs: UntypedInputs, options: DriveOptions): Promise<Record<string, unknown[]>> {
  const { clock = new VirtualClock(), seed = seedOf(), network, bound = Infinity, shutdown = "producerFinished" } = options;
  const system = new DrivenSystem({ clock, random: new SeededRandom(seed), ...(network === undefined ? {} : { network }) });
  const trace = new Trace(system);
  const story = (): string => `\n\nWhat happened (seed ${seed}):\n${trace.toString()}`;
  const collectors = new Collectors(system, component, bound);
  const failed = system.run(component).then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  try {
    deliverAll(system, trace, component, inputs, shutdown);
    system.onIdle = () => collectors.take(1);
    const collect = (): void => {
      collectors.settle();
      if (bound === Infinity) collectors.take(Infinity);
    };
    const hangs = await untilEnded(system, component, options, collect);
    if (hangs !== undefined) throw new Error(`${component.name} does not end: it ${hangs}${story()}`);
    collectors.take(Infinity);
  } finally {
    for (const root of [...system.roots].reverse()) root.component.kill();
    trace.stop();
  }
  const failure = await failed;
  if (failure !== undefined) throw withStory(failure.error, story());
  const result = collectors.result;
  remember(result, story);
  return result;
}

/** Gives turns until the component has ended. Answers what it does instead, if it does not. */
async function untilEnded(
  system: DrivenSystem,
  component: Component<any, any>,
  { turns = 1_000_000, time = DAY, patience = 10_000 }: DriveOptions,
  collect: () => void,
): Promise<string | undefined> {
  const start = system.clock.now();
  for (let taken = 0; !component.isStopped;) {
    const who = system.step();
    if (who !== undefined) {
      collect();
      if (++taken >= turns) return `had ${taken} turns, and ${waitsFor(component)}`;
    }
    const passed = system.clock.now() - start;
    if (passed > time && !component.isStopped) return `has run for ${passed} ms, and ${waitsFor(component)}`;
    if (who === undefined && !component.isStopped && (!system.waits || !(await system.outside(patience)))) return waitsFor(component);
  }
  return undefined;
}

/** Puts the messages in, those with a time when it comes; then, after the last one, the shutdown. */
function deliverAll(
  system: DrivenSystem,
  trace: Trace,
  component: Component<any, any>,
  inputs: UntypedInputs,
  shutdown: DriveOptions["shutdown"],
): void {
  let last = -1; // there is nothing to wait for
  const later = (time: number, what: () => void): void => {
    system.coming++;
    system.clock.setTimer(() => {
      system.coming--;
      what();
    }, time);
  };
  for (const [name, messages] of Object.entries(inputs)) {
    const inbox = inboxOf(component, name);
    const give = (message: unknown): void => {
      trace.given(component, name, message);
      inbox.deliver(message);
    };
    if (!isSchedule(messages)) {
      for (const message of messages) give(message);
      continue;
    }
    for (const [time, message] of messages.entries) {
      last = Math.max(last, time);
      later(time, () => give(message));
    }
  }
  if (shutdown === false || shutdown === undefined) return;
  const tell = (): void => {
    const message = shutdown === "producerFinished" ? producerFinished() : shutdownMicroprocess();
    trace.given(component, "control", message);
    component.stop(message);
  };
  if (last >= 0) later(last, tell);
  else tell();
}

/** The same error, whose stack goes on with what happened. */
function withStory(error: unknown, story: string): unknown {
  if (error instanceof Error) error.stack = `${error.stack ?? String(error)}${story}`;
  return error;
}
