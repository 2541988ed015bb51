// SPDX-License-Identifier: Apache-2.0
import { type Component, type Ended, type Inbox, inboxOf, isShutdown, outboxOf, type Shutdown } from "../axon/index.ts";
import { checkComponents, checkWord, farEnd } from "./checks.ts";
import type { Wire } from "./linkages.ts";
import type { ChildSpec, Restart } from "./supervision.ts";

/** The name of the Supervisor's own box that stands for a child's, whichever component plays the child at the moment. */
export function stable(name: string, box: string): string {
  return `_${name}.${box}`;
}

/** One child of a Supervisor, whichever component plays it at the moment. */
export class Ward {
  readonly name: string;
  readonly restart: Restart;
  /** Whose control its signal is linked to. */
  listener: Ward | undefined;
  /** Whose signals its control is linked to. */
  readonly tellers: Ward[] = [];
  /** Who told it to stop (undefined: the Supervisor), and how. Its successor is told, too. */
  readonly told: Map<Ward | undefined, Shutdown> = new Map();
  /** How often it was started again. */
  restarts = 0;
  /** How often in a row, without a long life between. */
  restartsInARow = 0;
  startedAt = 0;
  readonly #guardian: Component<any, any>;
  readonly #spec: ChildSpec<Component<any, any>>;
  readonly #inboxes: readonly string[];
  readonly #outboxes: readonly string[];
  readonly #onEnd: (ward: Ward, ended: Ended) => boolean;
  /** Made, but not started. */
  #next: Component<any, any> | undefined;
  /** Started, and has not ended. */
  #component: Component<any, any> | undefined;
  /** What the stable boxes are linked to. It may have ended: then messages are dropped there, and counted. */
  #linked: Component<any, any> | undefined;
  /** Where the messages wait that it has not read: for a chassis, in boxes of its components. */
  #unread: readonly (readonly [name: string, inbox: Inbox])[] = [];

  /**
   * @param wires the linkages of data, not those from signal to control
   * @param onEnd called at the very moment of its end; answers whether it will have a successor
   */
  constructor(
    guardian: Component<any, any>,
    name: string,
    spec: ChildSpec<Component<any, any>>,
    wires: readonly Wire[],
    onEnd: (ward: Ward, ended: Ended) => boolean,
  ) {
    this.name = name;
    this.restart = spec.restart ?? "permanent";
    checkWord(`when to start ${name} again`, this.restart, ["permanent", "transient", "temporary"]);
    if (spec.shutdown !== "brutal-kill" && !((spec.shutdown ?? 0) >= 0))
      throw new RangeError(`Cannot give ${name} ${spec.shutdown} ms to stop: give 0 or more, or "brutal-kill"`);
    this.#guardian = guardian;
    this.#spec = spec;
    this.#inboxes = unique(wires.filter(({ to }) => to === name).map(({ inbox }) => inbox));
    this.#outboxes = unique(wires.filter(({ from }) => from === name).map(({ outbox }) => outbox));
    this.#onEnd = onEnd;
    this.#next = this.#make();
  }

  get lives(): boolean {
    return this.#component !== undefined;
  }

  /** Milliseconds it gets to stop. */
  get patience(): number {
    const { shutdown = this.#component?.kind === this.#guardian.kind ? Infinity : 5000 } = this.#spec;
    return shutdown === "brutal-kill" ? 0 : shutdown;
  }

  /** @throws whatever `start` of the child throws */
  start(): void {
    const component = this.#next ?? this.#make();
    this.#next = undefined;
    this.release();
    this.#component = component;
    this.#linked = component;
    const guardian = this.#guardian;
    if (this.listener !== undefined) guardian.link(outboxOf(component, "signal"), this.#stableInbox("signal"));
    for (const name of this.#outboxes) guardian.link(outboxOf(component, name), outboxOf(guardian, stable(this.name, name)));
    this.#unread = this.#inboxes.map((name) => [name, farEnd(inboxOf(component, name))]);
    for (const name of this.#inboxes) guardian.link(this.#stableInbox(name), inboxOf(component, name));
    this.startedAt = guardian.system.clock.now();
    component.activate();
    for (const message of this.told.values()) component.stop(message);
  }

  /** Lets go of a component that has ended: what it has not read, and what comes from now on, waits for its successor. */
  release(): void {
    const component = this.#linked;
    if (component === undefined) return;
    this.#linked = undefined;
    this.#guardian.unlink(component);
    for (const [name, inbox] of this.#unread) inbox.moveTo(this.#stableInbox(name));
  }

  /** Tells it to finish or to stop, and its successors, too. */
  tell(message: Shutdown, teller?: Ward): void {
    if (isShutdown(message)) this.told.set(teller, message);
    this.#component?.stop(message);
  }

  /** Asks the component to stop that plays it now. */
  stop(message: Shutdown): void {
    this.#component?.stop(message);
  }

  kill(): void {
    this.#component?.kill();
  }

  /** Takes what it has signalled to its listener. */
  *takeSignals(): Generator<Shutdown, void, void> {
    if (this.listener === undefined) return;
    for (const box = this.#stableInbox("signal"); box.length > 0;) yield box.recv();
  }

  #make(): Component<any, any> {
    const component = this.#spec.start();
    checkComponents(`child ${this.name}`, [["what start made", component]]);
    for (const name of this.#outboxes) outboxOf(component, name, this.name);
    for (const name of this.#inboxes) inboxOf(component, name, this.name);
    this.#guardian.addChildren(component);
    this.#guardian.watch(component, (ended) => {
      this.#component = undefined;
      if (this.#onEnd(this, ended)) this.release();
    });
    return component;
  }

  #stableInbox(name: string): Inbox {
    return inboxOf(this.#guardian, stable(this.name, name));
  }
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)];
}
