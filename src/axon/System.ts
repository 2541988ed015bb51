// SPDX-License-Identifier: Apache-2.0
import { host } from "#host";
import { watchdog as watch } from "#watchdog";
import { Changes, type Listener } from "./Changes.ts";
import { type Clock, realClock, type Timer } from "./Clock.ts";
import type { Component } from "./Component.ts";
import { explainDeadlock } from "./deadlock.ts";
import { andAlso } from "./errors.ts";
import { activate, kill } from "./life.ts";
import { type Member, Members } from "./Members.ts";
import type { Microprocess } from "./Microprocess.ts";
import type { Network } from "./Network.ts";
import { type Random, unseededRandom } from "./Random.ts";
import { DEFAULT_QUANTUM, DEFAULT_SLICE, Scheduler } from "./Scheduler.ts";
import { Services } from "./Services.ts";
import { snapshot, type Snapshot } from "./snapshot.ts";
import { both, Meter, type Monitor } from "./watchdog/monitor.ts";

/** What a system is made with; everything has a default. */
export interface SystemOptions {
  /** Where components take the time from. Default: the real time. */
  readonly clock?: Clock;
  /** Where components take random numbers from. Default: seeded differently each time. */
  readonly random?: Random;
  /** The network that components reach. Default: the real one, for components that need one. */
  readonly network?: Network;
  /** Milliseconds that components run before the event loop has its turn. Default 4. */
  readonly slice?: number;
  /** How often in a row a component is resumed whose box still has messages. Default 64. */
  readonly quantum?: number;
  /** Turns are taken only by `step()`: for tests and for teaching. Default false. */
  readonly manual?: boolean;
  /** Milliseconds that components get to end by themselves after Ctrl-C or a failure. Default 5000. */
  readonly grace?: number;
  /**
   * Milliseconds of real time after which a component that does not yield is reported by name, on stderr, also if it never yields again;
   * when its turn is over, as a change, too. Costs a thread, which sleeps while the system is idle. Default: nobody watches.
   */
  readonly watchdog?: number;
}

/** Something outside that may still send. */
interface Expectation extends Member {
  readonly what: string | (() => string);
}

/** A caller of `run`, waiting for one component, or for all there is. */
interface Run {
  readonly component: Component<any, any> | undefined;
  readonly resolve: () => void;
  /** Not there for a caller of `stop`, who does not want to hear of it. */
  readonly reject?: (error: unknown) => void;
}

/** How to stop a system. */
export interface StopOptions {
  /** Milliseconds that components get to end by themselves; then they are ended by force. Default: the system's `grace`. */
  readonly within?: number;
}

/**
 * Components that run together: one scheduler, clock, network, random source and set of services.
 * Several systems live in one process and know nothing of each other. Children live in their parent's system.
 *
 * @example
 * const system = new System({ random: new SeededRandom(1) });
 * await system.run(Pipeline(Feed([1, 2, 3]), ConsoleEchoer()));
 */
export class System extends Scheduler {
  readonly clock: Clock;
  readonly random: Random;
  readonly network: Network | undefined;
  /** Milliseconds that components get to end by themselves after Ctrl-C or a failure. */
  readonly grace: number;
  /** @internal Components that have no parent. */ readonly roots: Members<Microprocess> = new Members();
  /** @internal How many components live. */ live = 0;
  /** @internal How many were ever activated. */ activated = 0;
  /** @internal */ stopping = false;
  /** @internal Set while somebody looks. */ changes: Changes | undefined;
  #services: Services | undefined;
  readonly #watchdog: Monitor | undefined;
  #meter: Meter | undefined;
  readonly #runs: Set<Run> = new Set();
  readonly #expectations: Members<Expectation> = new Members();
  #failure: unknown;
  /** Somebody was told that a run is over, and has not had the time to go on. */
  #told = false;
  #deadline: Timer | undefined;
  #deadlineAt = Infinity;
  /** Set while somebody waits in `run`: only then Ctrl-C is ours. */
  #ignoreInterrupts: (() => void) | undefined;

  /** @throws RangeError for a time or a count that is none */
  constructor({
    clock = realClock,
    random = unseededRandom(),
    network,
    slice = DEFAULT_SLICE,
    quantum = DEFAULT_QUANTUM,
    manual = false,
    grace = 5000,
    watchdog,
  }: SystemOptions = {}) {
    if (watchdog !== undefined && !(watchdog > 0))
      throw new RangeError(`Cannot watch for components that do not yield for ${watchdog} ms: give more than 0`);
    if (!(slice >= 0)) throw new RangeError(`Cannot run components for ${slice} ms at a time: give a slice of 0 or more`);
    if (!(quantum >= 1)) throw new RangeError(`Cannot resume a component ${quantum} times in a row: give a quantum of 1 or more`);
    checkGrace(grace);
    super(slice, quantum, manual);
    this.clock = clock;
    this.random = random;
    this.network = network;
    this.grace = grace;
    if (watchdog === undefined) return;
    this.#watchdog = watch(watchdog, (component, limit) => this.changes?.emit({ type: "stuck", component, limit }));
    this.monitor = this.#watchdog;
  }

  /** Whether the CPU that each component takes is measured: milliseconds, in its snapshot. Costs two looks at the clock each turn. Default false. */
  get measure(): boolean {
    return this.#meter !== undefined;
  }

  set measure(on: boolean) {
    this.#meter = on ? (this.#meter ?? new Meter()) : undefined;
    this.monitor = both(this.#watchdog, this.#meter);
  }

  /** Named inboxes and values that components find each other by. */
  get services(): Services {
    return (this.#services ??= new Services());
  }

  /** Activates a component as one that has no parent, and returns it. */
  activate<C extends Component<any, any>>(component: C): C {
    activate(component.microprocess, this, undefined);
    return component;
  }

  /**
   * Activates a component, and waits until it has ended, or until nothing is left in the system that could ever run.
   * Without a component, waits for all there is. Meanwhile Ctrl-C stops the system; a second one kills the process.
   *
   * @throws ComponentFailure when a component fails and nobody above it handles it; the whole system has stopped then
   * @throws Deadlock when components wait for room in each other's boxes
   */
  async run(component?: Component<any, any>): Promise<void> {
    if (component !== undefined) activate(component.microprocess, this, undefined);
    if (component?.isStopped === true && this.#failure === undefined) return;
    await new Promise<void>((resolve, reject) => {
      this.#ignoreInterrupts ??= host.onInterrupt(() => this.#interrupt());
      this.#runs.add({ component, resolve, reject });
      this.reconsider();
    });
  }

  /**
   * Asks every component to stop (shutdownMicroprocess), and after a time ends by force those that have not. Every `finally` runs.
   * The promise is fulfilled when all have ended; the system can then be used again.
   *
   * @throws RangeError as a rejection, when `within` is less than 0
   */
  async stop({ within = this.grace }: StopOptions = {}): Promise<void> {
    checkGrace(within);
    if (this.live === 0) return;
    const stopped = new Promise<void>((resolve) => this.#runs.add({ component: undefined, resolve }));
    this.#stopAll(within);
    await stopped;
  }

  /** Takes one turn of a `manual` system, and answers whose it was; undefined when nobody has anything to do. */
  step(): Component<any, any> | undefined {
    for (;;) {
      const p = this.takeTurn();
      if (p !== undefined) return p.component;
      if (!this.idle()) return undefined;
    }
  }

  /**
   * Says that something outside (a socket, a callback) may still send to a component, so that the system does not count as done.
   * Call what is returned when that is over.
   *
   * @param what for people to read: "connections on port 1500"; or a function that says it, if anybody asks
   */
  expect(what: string | (() => string)): () => void {
    const expectation: Expectation = { what, place: -1 };
    this.#expectations.add(expectation);
    this.pending++;
    return () => {
      if (!this.#expectations.delete(expectation)) return;
      this.pending--;
      this.reconsider();
    };
  }

  /** What the system waits for from outside. */
  get expectations(): string[] {
    return [...this.#expectations].map(({ what }) => (typeof what === "string" ? what : what()));
  }

  /** A picture of all that is in the system now, as plain data; see {@link snapshot}. */
  snapshot(): Snapshot {
    return snapshot(this);
  }

  /** Calls back for every change: components that come and go, linkages, holds. Costs nothing once nobody listens. */
  observe(listener: Listener): () => void {
    this.changes ??= new Changes();
    return this.changes.add(listener, () => {
      this.changes = undefined;
    });
  }

  /** @internal A failure that nobody handled: the system stops with it. */
  fail(failure: unknown): void {
    if (this.#failure !== undefined) {
      andAlso(this.#failure, failure);
      return;
    }
    this.#failure = failure;
    this.#stopAll(this.grace);
  }

  /** @internal */
  ended(p: Microprocess): void {
    this.monitor?.ended(p);
    if (this.live === 0) {
      this.monitor?.over();
      this.#conclude();
    } else if (this.#failure === undefined && this.#runs.size > 0) {
      for (const run of this.#runs) if (run.component === p.component) this.#settle(run);
    }
  }

  protected idle(): boolean {
    if (this.#told) {
      this.#told = false;
      if (!this.manual) {
        host.defer(() => this.reconsider()); // whoever waited for a run goes on before virtual time does
        return false;
      }
    }
    if (this.pending === 0 && this.clock.idle?.() === true) return true;
    if (this.expectant) return false;
    if (this.live === 0) return this.#conclude();
    if (this.stopping) return this.#killAll();
    if (this.held > 0) {
      this.fail(explainDeadlock(this));
      return true;
    }
    for (const run of this.#runs) this.#settle(run);
    return false;
  }

  #stopAll(within: number): void {
    this.stopping = true;
    const at = this.clock.now() + within;
    if (at < this.#deadlineAt) {
      this.#deadline?.cancel();
      this.#deadline = this.clock.setTimer(() => this.#killAll(), within);
      this.#deadlineAt = at;
    }
    for (const root of [...this.roots].reverse()) root.component.stop();
    this.reconsider();
  }

  #killAll(): boolean {
    for (const root of [...this.roots].reverse()) kill(root);
    return true;
  }

  /** All have ended. */
  #conclude(): false {
    const failure = this.#failure;
    this.stopping = false;
    this.#failure = undefined;
    this.#deadline?.cancel();
    this.#deadline = undefined;
    this.#deadlineAt = Infinity;
    if (failure !== undefined && [...this.#runs].every((run) => run.reject === undefined)) host.report(failure);
    for (const run of this.#runs) this.#settle(run, failure);
    return false;
  }

  #settle(run: Run, failure?: unknown): void {
    this.#told = true;
    this.#runs.delete(run);
    if (this.#runs.size === 0) {
      this.#ignoreInterrupts?.();
      this.#ignoreInterrupts = undefined;
    }
    if (failure === undefined || run.reject === undefined) run.resolve();
    else run.reject(failure);
  }

  #interrupt(): void {
    if (this.stopping) host.exit(130);
    else this.#stopAll(this.grace);
  }
}

function checkGrace(milliseconds: number): void {
  if (!(milliseconds >= 0)) throw new RangeError(`Cannot let components end within ${milliseconds} ms: give 0 or more`);
}

let shared: System | undefined;

/** The system that components run in unless they are given another one. */
export function defaultSystem(): System {
  return (shared ??= new System());
}
