// SPDX-License-Identifier: Apache-2.0
import {
  anyOf,
  Component,
  type ComponentFailure,
  type Ended,
  isShutdown,
  type Main,
  producerFinished,
  type Shutdown,
  shutdownMicroprocess,
  sleep,
} from "../axon/index.ts";
import type { Checked, Linkages, OwnInboxes, OwnOutboxes } from "./linkages.ts";
import { checkNames, wires } from "./linkages.ts";
import { RestartLimit } from "./RestartLimit.ts";
import { Ward } from "./Ward.ts";

/** When a child is started again. */
export type Restart = "permanent" | "transient" | "temporary";
/** Which children are started again when one has ended that has to be. */
export type Strategy = "one-for-one" | "one-for-all" | "rest-for-one";
/** Any component. */
interface Part {
  readonly inboxes: object;
  readonly outboxes: object;
}

/** How a child is made and looked after. */
export interface ChildSpec<C extends Part = Part> {
  readonly start: () => C;
  /** "permanent" (default): always started again; "transient": only if it failed or was killed; "temporary": never. */
  readonly restart?: Restart;
  /** Milliseconds it gets to stop before it is killed, or "brutal-kill" for none. Default 5000. */
  readonly shutdown?: number | "brutal-kill";
}

/** How a Supervisor works. */
export interface Supervision<S extends Readonly<Record<string, ChildSpec | (() => Part)>>, L> {
  /** The children, in the order in which they are started; they are stopped in reverse. */
  readonly children: S;
  /** From "NAME.outbox" to "NAME.inbox"; "self.box" is a box of the Supervisor. Control and signal are its own business. */
  readonly linkages?: L extends Checked<PartsOf<S>, L> ? L : Checked<PartsOf<S>, L>;
  /** Default "one-for-one". */
  readonly strategy?: Strategy;
  /** More restarts than this within `period`, and the Supervisor gives up. Default 1. */
  readonly intensity?: number;
  /** Milliseconds. Default 5000. */
  readonly period?: number;
  /** Milliseconds to wait before a restart: the first time, at most, and how it grows. Default: none. */
  readonly backoff?: { readonly first: number; readonly most?: number; readonly factor?: number };
}

/** What each child is. */
export type PartsOf<S> = {
  [N in keyof S & string]: S[N] extends () => infer C ? (C extends Part ? C : never) : S[N] extends ChildSpec<infer C> ? C : never;
};

/** Told whenever a child is started again. */
export interface Restarted {
  readonly child: string;
  readonly reason: Ended["reason"];
  readonly failure: ComponentFailure | undefined;
  /** How many restarts there have been, all children together. */
  readonly count: number;
}

/**
 * Starts components again when they fail, by the rules and words of Erlang's OTP.
 *
 * From outside, a child's boxes stay while children come and go: messages that a failed child had not read yet, and those that come meanwhile, wait for
 * its successor. Lost is only what it had taken. Too many restarts within the period, and the Supervisor stops its children and fails itself.
 * producerFinished is told to all children, and the Supervisor ends when they have; shutdownMicroprocess stops them in reverse order.
 *
 * @throws Error when a child cannot be kept running, with its last failure as `cause`
 * @example
 * Supervisor({ children: { FEED: () => Prices(), STORE: { start: () => Store(), restart: "transient" } }, linkages: { "FEED.outbox": "STORE.inbox" } });
 */
export function Supervisor<const S extends Readonly<Record<string, ChildSpec | (() => Part)>>, const L extends Linkages<PartsOf<S>> = {}>(
  supervision: Supervision<S, L>,
): Component<OwnInboxes<PartsOf<S>, L>, OwnOutboxes<PartsOf<S>, L> & { restarted: Restarted }> {
  return new SupervisorComponent(supervision as unknown as Untyped) as unknown as Component<any, any>;
}

interface Untyped extends Omit<Supervision<any, any>, "children" | "linkages"> {
  readonly children: Readonly<Record<string, ChildSpec<Component<any, any>> | (() => Component<any, any>)>>;
  readonly linkages?: Readonly<Record<string, string>>;
}

class SupervisorComponent extends Component<any, any> {
  readonly #wards: readonly Ward[];
  readonly #strategy: Strategy;
  readonly #limit: RestartLimit;
  readonly #ended = new Map<Ward, Ended>();
  #told: Shutdown | undefined;
  #restarts = 0;

  constructor({ children, linkages = {}, strategy = "one-for-one", intensity = 1, period = 5000, backoff }: Untyped) {
    checkNames(Object.keys(children));
    const all = wires(linkages);
    const ins: Record<string, string> = { control: "stops the children, then the Supervisor", _ended: "children that have ended" };
    const outs: Record<string, string> = { signal: "told when the Supervisor stops", restarted: "whenever a child is started again" };
    for (const { from, outbox, to, inbox } of all) {
      if (from === "self") ins[outbox] = `for ${to}.${inbox}`;
      else outs[`_${from}.${outbox}`] = `from ${from}, whichever lives`;
      if (to === "self") outs[inbox] = `from ${from}.${outbox}`;
      else ins[`_${to}.${inbox}`] = `for ${to}, whichever lives`;
    }
    super(ins, outs);
    for (const { from, outbox, to, inbox } of all) {
      const source = from === "self" ? this.inboxes[outbox]! : this.outboxes[`_${from}.${outbox}`]!;
      const sink = to === "self" ? this.outboxes[inbox]! : this.inboxes[`_${to}.${inbox}`]!;
      this.link(source, sink);
    }
    this.#wards = Object.entries(children).map(
      ([name, spec]) =>
        new Ward(this, name, typeof spec === "function" ? { start: spec } : spec, all, (ward, ended) =>
          this.inboxes["_ended"]!.deliver([ward, ended]),
        ),
    );
    this.#strategy = strategy;
    this.#limit = new RestartLimit(intensity, period, backoff);
  }

  override get kind(): Function {
    return Supervisor;
  }

  *main(): Main {
    for (const ward of this.#wards) ward.start();
    try {
      while (
        this.#told?.type !== "shutdownMicroprocess" &&
        this.#wards.some((ward) => ward.lives || this.#ended.has(ward) || this.dataReady("_ended"))
      ) {
        this.#read();
        const [first] = this.#ended;
        if (first !== undefined) yield* this.#attend(...first);
        else yield anyOf(this.inboxes["control"]!, this.inboxes["_ended"]!);
      }
    } finally {
      yield* this.#stop(this.#wards);
    }
    this.send(this.#told ?? producerFinished(), "signal");
  }

  /** A child has ended: starts it again, and others with it, if it has to be. */
  *#attend(ward: Ward, ended: Ended): Generator<any, void, boolean> {
    this.#ended.delete(ward);
    if (!ward.mustRestart(ended, this.#told !== undefined)) return;
    const delay = this.#limit.next(this.system.clock.now());
    if (delay === undefined) {
      throw new Error(
        `Cannot keep ${ward.name} running: ${this.#limit.describe()}; it ${ended.failure?.message ?? `was ${ended.reason}`}`,
        { cause: ended.failure },
      );
    }
    const others = this.#affected(ward);
    yield* this.#stop(others);
    if (delay > 0) yield* this.#rest(delay);
    if (this.#told?.type === "shutdownMicroprocess") return;
    this.#restarts++;
    this.send({ child: ward.name, reason: ended.reason, failure: ended.failure, count: this.#restarts } satisfies Restarted, "restarted");
    for (const one of this.#wards) if (one === ward || others.includes(one)) this.#startAgain(one);
  }

  #startAgain(ward: Ward): void {
    this.#ended.delete(ward);
    ward.start();
    if (this.#told !== undefined) ward.stop(this.#told);
  }

  #affected(ward: Ward): Ward[] {
    if (this.#strategy === "one-for-one") return [];
    const from = this.#strategy === "one-for-all" ? 0 : this.#wards.indexOf(ward) + 1;
    return this.#wards.slice(from).filter((other) => other !== ward && (other.lives || this.#ended.has(other)));
  }

  /** Stops children in reverse order, each within its time. */
  *#stop(wards: readonly Ward[]): Generator<any, void, boolean> {
    for (const ward of wards.toReversed()) {
      if (!ward.lives) continue;
      const deadline = this.system.clock.now() + ward.patience;
      if (ward.patience > 0) ward.stop(shutdownMicroprocess());
      while (ward.lives) {
        const left = deadline - this.system.clock.now();
        if (left <= 0) ward.kill();
        else yield* this.#rest(left, () => !ward.lives);
      }
      this.#ended.delete(ward);
    }
  }

  /** Sleeps, but listens. `until` ends it early. */
  *#rest(milliseconds: number, until: () => boolean = () => this.#told?.type === "shutdownMicroprocess"): Generator<any, void, boolean> {
    const end = this.system.clock.now() + milliseconds;
    for (let left = milliseconds; left > 0 && !until(); left = end - this.system.clock.now()) {
      yield anyOf(this.inboxes["control"]!, this.inboxes["_ended"]!, sleep(left));
      this.#read();
    }
  }

  #read(): void {
    for (const [ward, ended] of this.inboxes["_ended"]! as Iterable<[Ward, Ended]>) this.#ended.set(ward, ended);
    for (const message of this.inboxes["control"]!) {
      if (!isShutdown(message) || this.#told?.type === "shutdownMicroprocess") continue;
      this.#told = message;
      if (message.type === "producerFinished") for (const ward of this.#wards) ward.stop(message);
    }
  }
}
