// SPDX-License-Identifier: Apache-2.0
import {
  anyOf,
  type Boxes,
  Component,
  ComponentFailure,
  type Docs,
  type Ended,
  type Inbox,
  isShutdown,
  type Main,
  producerFinished,
  type Shutdown,
  shutdownMicroprocess,
  sleep,
} from "../axon/index.ts";
import { checkNames, type Linkages, type OwnInboxes, type OwnOutboxes, partOf, type Wire, wires } from "./linkages.ts";
import { checkWord } from "./checks.ts";
import { checkBackoff, delayOf, RestartLimit } from "./RestartLimit.ts";
import type { Children, ChildSpec, Lost, PartsOf, Restarted, Strategy, Supervision } from "./supervision.ts";
import { stable, Ward } from "./ward.ts";

/**
 * Starts components again when they fail, by the rules and words of Erlang's OTP.
 *
 * From outside, a child's boxes stay while components come and go: messages that one had not read when it ended, and those that come meanwhile, wait for
 * its successor. Lost is only what it had taken. With too many restarts within the period, the Supervisor stops its children and fails itself.
 *
 * producerFinished on control is told to every child whose control is not linked to a sibling's signal; a child that finishes after it was told is not
 * started again, one that fails is, and told again, so that nothing that waits is lost. shutdownMicroprocess stops the children in reverse order.
 * The Supervisor ends when no child lives or is to be started again, and then signals what it was told, or a producerFinished.
 *
 * @throws RangeError for a linkage with a child or box that does not exist, or with the Supervisor's own control or signal; for words and numbers that say nothing
 * @throws Error as a failure, when a child cannot be kept running; its last failure is the `cause`
 * @example
 * const supervisor = Supervisor({
 *   children: { WORK: () => Fails((n: number) => n === 2), KEEP: { start: () => Echo<number>(), restart: "transient", shutdown: 1000 } },
 *   linkages: { "self.inbox": "WORK.inbox", "WORK.outbox": "KEEP.inbox", "WORK.signal": "KEEP.control", "KEEP.outbox": "self.outbox" },
 *   intensity: 3,
 * });
 * (await drive(supervisor, { inbox: [1, 2, 3] })).outbox; // [1, 3]
 */
export function Supervisor<const S extends Children, const L extends Linkages<PartsOf<S>> = {}>(
  supervision: Supervision<S, L>,
): Component<OwnInboxes<PartsOf<S>, L>, OwnOutboxes<PartsOf<S>, L> & { restarted: Restarted; lost: Lost }> {
  return new SupervisorComponent(supervision as unknown as Untyped) as unknown as Component<any, any>;
}

interface Untyped extends Omit<Supervision<any, any>, "children" | "linkages"> {
  readonly children: Readonly<Record<string, ChildSpec<Component<any, any>> | (() => Component<any, any>)>>;
  readonly linkages?: Readonly<Record<string, string>>;
}

class SupervisorComponent extends Component<any, any> {
  readonly #docs: { readonly inboxes: Docs<Boxes>; readonly outboxes: Docs<Boxes> };
  readonly #wards: readonly Ward[];
  readonly #strategy: Strategy;
  readonly #limit: RestartLimit;
  readonly #backoff: Supervision<any, any>["backoff"];
  /** What it listens to: its control, a bell that rings when a child ends, and what children signal to each other. */
  readonly #ears: readonly Inbox[];
  /** Children that have ended and are to be started again. */
  readonly #due = new Map<Ward, Ended>();
  /** Those that are being started again together: how they end now does not matter. */
  #group: readonly Ward[] = [];
  #told: Shutdown | undefined;
  #isStopping = false;

  constructor({ children, linkages = {}, strategy = "one-for-one", intensity = 1, period = 5000, backoff }: Untyped) {
    checkNames(Object.keys(children));
    checkWord("a strategy", strategy, ["one-for-one", "one-for-all", "rest-for-one"]);
    if (backoff !== undefined) checkBackoff(backoff);
    const all = wires(linkages);
    checkEnds(all, children);
    const docs = docsOf(all);
    super(docs.inboxes, docs.outboxes);
    this.#docs = docs;
    this.#strategy = strategy;
    this.#limit = new RestartLimit(intensity, period);
    this.#backoff = backoff;
    const data = all.filter((wire) => !isWord(wire));
    const onEnd = (ward: Ward, ended: Ended): boolean => this.#noteEnd(ward, ended);
    const wards = Object.fromEntries(
      Object.entries(children).map(([name, spec]) => [
        name,
        new Ward(this, name, typeof spec === "function" ? { start: spec } : spec, data, onEnd),
      ]),
    );
    this.#wards = Object.values(wards);
    for (const { from, outbox, to, inbox } of data) {
      const source = from === "self" ? this.inboxes[outbox]! : this.outboxes[stable(from, outbox)]!;
      const sink = to === "self" ? this.outboxes[inbox]! : this.inboxes[stable(to, inbox)]!;
      this.link(source, sink);
    }
    for (const { from, to } of all.filter(isWord)) {
      wards[from]!.listener = wards[to]!;
      wards[to]!.tellers.push(wards[from]!);
    }
    const words = this.#wards.filter((ward) => ward.listener !== undefined).map((ward) => this.inboxes[stable(ward.name, "signal")]!);
    this.#ears = [this.inboxes["control"]!, this.inboxes["_bell"]!, ...words];
  }

  override get kind(): Function {
    return Supervisor;
  }

  override get docs(): { readonly inboxes: Docs<Boxes>; readonly outboxes: Docs<Boxes> } {
    return this.#docs;
  }

  *main(): Main {
    try {
      for (const ward of this.#wards) ward.start();
      while (!this.#toldToStop && (this.#due.size > 0 || this.#wards.some((ward) => ward.lives))) {
        const [first] = this.#due;
        if (first !== undefined) yield* this.#startAgain(...first);
        yield first === undefined ? anyOf(...this.#ears) : undefined;
        this.#hear();
      }
    } finally {
      this.#isStopping = true;
      yield* this.#stop(this.#wards);
    }
    this.#hear();
    this.send(this.#told ?? producerFinished(), "signal");
  }

  /** Starts a child again that has ended, and those that the strategy says with it. */
  *#startAgain(ward: Ward, ended: Ended): Generator<any, void, boolean> {
    const now = this.system.clock.now();
    if (this.#limit.exceededBy(now)) throw this.#giveUp(ward, ended);
    const affected = this.#affectedBy(ward);
    this.#group = affected.filter(({ restart }) => restart !== "temporary");
    yield* this.#stop(affected);
    if (now - ward.startedAt > this.#limit.period) ward.restartsInARow = 0;
    yield* this.#rest(delayOf(this.#backoff, ward.restartsInARow++), () => this.#toldToStop);
    const group = this.#group;
    this.#group = [];
    if (this.#toldToStop) return;
    ward.restarts++;
    this.send({ child: ward.name, reason: ended.reason, failure: ended.failure, count: ward.restarts } satisfies Restarted, "restarted");
    for (const one of group) for (const other of group) one.told.delete(other);
    for (const one of group) this.#start(one);
  }

  /** A child whose `start` throws counts as one that failed. */
  #start(ward: Ward): void {
    this.#due.delete(ward);
    try {
      ward.start();
    } catch (error) {
      const failure = new ComponentFailure(`${this.name}/${ward.name}`, error);
      this.#due.set(ward, { component: this, reason: "failed", failure });
    }
  }

  #affectedBy(ward: Ward): readonly Ward[] {
    if (this.#strategy === "one-for-one") return [ward];
    return this.#strategy === "one-for-all" ? this.#wards : this.#wards.slice(this.#wards.indexOf(ward));
  }

  #giveUp(ward: Ward, { reason, failure }: Ended): Error {
    const { intensity, period } = this.#limit;
    const limit = `more than ${intensity} ${intensity === 1 ? "restart" : "restarts"} within ${period} ms`;
    return new Error(`Cannot keep ${ward.name} running: ${limit}; last, ${failure?.message ?? `it was ${reason}`}`, { cause: failure });
  }

  /** Stops children in reverse order, each within its time; then it is killed. */
  *#stop(wards: readonly Ward[]): Generator<any, void, boolean> {
    for (const ward of wards.toReversed()) {
      if (!ward.lives) continue;
      if (ward.patience > 0) ward.stop(shutdownMicroprocess());
      yield* this.#rest(ward.patience, () => !ward.lives);
      ward.kill();
    }
  }

  /** Lets time pass, but listens. `until` ends it early. */
  *#rest(milliseconds: number, until: () => boolean): Generator<any, void, boolean> {
    const end = this.system.clock.now() + milliseconds;
    for (let left = milliseconds; left > 0 && !until(); left = end - this.system.clock.now()) {
      yield anyOf(...this.#ears, sleep(left));
      this.#hear();
    }
  }

  /** Called at the very moment a child ends. Answers whether it is to have a successor. */
  #noteEnd(ward: Ward, ended: Ended): boolean {
    if (!this.dataReady("_bell")) this.inboxes["_bell"]!.deliver(ward.name);
    const words = [...ward.takeSignals()]; // if it is started again, it has not finished
    if (this.#group.includes(ward)) return true;
    if (this.#mustRestart(ward, ended)) {
      this.#due.set(ward, ended);
      return true;
    }
    for (const message of words) ward.listener?.tell(message, ward);
    if (ended.reason !== "finished" && this.#told !== undefined) ward.listener?.tell(this.#told, ward);
    if (ended.failure !== undefined) this.send({ child: ward.name, failure: ended.failure } satisfies Lost, "lost");
    return false;
  }

  #mustRestart({ restart, told }: Ward, { reason }: Ended): boolean {
    if (restart === "temporary" || this.#isStopping || this.#toldToStop || this.system.stopping) return false;
    return reason !== "finished" || (restart === "permanent" && told.size === 0);
  }

  get #toldToStop(): boolean {
    return this.#told?.type === "shutdownMicroprocess";
  }

  #hear(): void {
    const { _bell, control } = this.inboxes;
    if (_bell!.length > 0) _bell!.recv();
    while (control!.length > 0) {
      const message: unknown = control!.recv();
      if (!isShutdown(message) || this.#toldToStop) continue;
      this.#told = message;
      if (message.type === "producerFinished") this.#finish(message);
    }
    for (const ward of this.#wards) if (ward.lives) for (const message of ward.takeSignals()) ward.listener!.tell(message, ward);
  }

  /** Tells every child that no sibling will tell. */
  #finish(message: Shutdown): void {
    const silent = (teller: Ward): boolean => !teller.lives && !this.#due.has(teller) && !this.#group.includes(teller);
    for (const ward of this.#wards) if (ward.tellers.every(silent)) ward.tell(message);
  }
}

/** A linkage from a signal to a control: the Supervisor passes on what is said there, because a child that is started again has not finished. */
function isWord({ from, outbox, to, inbox }: Wire): boolean {
  return from !== "self" && to !== "self" && outbox === "signal" && inbox === "control";
}

function checkEnds(all: readonly Wire[], children: Untyped["children"]): void {
  for (const { from, outbox, to, inbox } of all) {
    if (from !== "self") partOf(children, from, outbox);
    if (to !== "self") partOf(children, to, inbox);
    if ((from === "self" && outbox === "control") || (to === "self" && inbox === "signal"))
      throw new RangeError(`Cannot link ${from}.${outbox} to ${to}.${inbox}: a Supervisor's control and signal are its own business`);
  }
}

/** The Supervisor's own boxes: those that its linkages name, and one that stays for each of the children's that they name. */
function docsOf(all: readonly Wire[]): { readonly inboxes: Record<string, string>; readonly outboxes: Record<string, string> } {
  const inboxes: Record<string, string> = { control: "stops the children, then the Supervisor", _bell: "rings when a child has ended" };
  const outboxes: Record<string, string> = {
    signal: "told when the Supervisor ends",
    restarted: "whenever a child is started again",
    lost: "whenever a child has failed that is not",
  };
  for (const wire of all) {
    const { from, outbox, to, inbox } = wire;
    if (isWord(wire)) {
      inboxes[stable(from, "signal")] = `what ${from} tells ${to}`;
      continue;
    }
    if (from === "self") inboxes[outbox] = `for ${to}.${inbox}`;
    else outboxes[stable(from, outbox)] = `from ${from}, whichever component plays it`;
    if (to === "self") outboxes[inbox] = `from ${from}.${outbox}`;
    else inboxes[stable(to, inbox)] = `for ${to}, whichever component plays it`;
  }
  return { inboxes, outboxes };
}
