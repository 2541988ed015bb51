// SPDX-License-Identifier: Apache-2.0
import type { ComponentFailure } from "./errors.ts";
import { COMMANDS, Inbox, OVERHEARD, WAKES } from "./Inbox.ts";
import { type Shutdown, shutdownMicroprocess } from "./ipc.ts";
import { activate, type Ended, kill, tellWatcher } from "./life.ts";
import { type Box, link, type Linkage } from "./linkage.ts";
import { ENDED, HAS_INPUT, OWNS_CONTROL, OWNS_SIGNAL, PAUSING, STARTED } from "./flags.ts";
import { Members } from "./Members.ts";
import { Microprocess } from "./Microprocess.ts";
import { Outbox } from "./Outbox.ts";
import { type BoxRef, noSuchBox, resolve } from "./postoffice.ts";
import { isRunning, runningNow } from "./running.ts";
import { defaultSystem, type System } from "./System.ts";
import type { Main } from "./waits.ts";

/** Box names to message types. */
export type Boxes = Record<string, any>;
type Default<B, Name extends string, T> = Name extends keyof B ? {} : { readonly [N in Name]: T };
/** Every component has "control", whether it says so or not. */
export type Inboxes<I extends Boxes> = { readonly [K in keyof I]: Inbox<I[K]> } & Default<I, "control", Inbox<Shutdown>>;
/** Every component has "signal", whether it says so or not. */
export type Outboxes<O extends Boxes> = { readonly [K in keyof O]: Outbox<O[K]> } & Default<O, "signal", Outbox<Shutdown>>;
/** One line of documentation for each box. */
export type Docs<B extends Boxes> = { readonly [K in keyof B]: string };

/** How to make a link. */
export interface LinkOptions {
  /** For boxes given by name: 0 outbox to inbox (default), 1 own inbox to a child's, 2 a child's outbox to an own one. */
  readonly passthrough?: 0 | 1 | 2;
  /** How many messages make the inbox full while the linkage lasts. Default: the inbox's own bound, 128. */
  readonly bound?: number;
}

/**
 * A microprocess with inboxes and outboxes. Write components as functions with {@link component}; extend this class
 * for those with many methods, or to override some.
 *
 * Box names and their documentation are the static `Inboxes` and `Outboxes`, or the arguments of the constructor.
 * A class that lists "control" or "signal" reads or sends them itself; otherwise the kernel does.
 *
 * @example
 * class Echo extends Component {
 *   *main(): Main {
 *     while (yield this.inboxes.inbox) this.send(this.recv("inbox"), "outbox");
 *   }
 * }
 */
export abstract class Component<I extends Boxes = { inbox: any }, O extends Boxes = { outbox: any }> {
  readonly inboxes: Inboxes<I>;
  readonly outboxes: Outboxes<O>;
  /** @internal */ readonly microprocess: Microprocess;

  constructor(inboxes?: Docs<I>, outboxes?: Docs<O>) {
    const kind = new.target as unknown as { Inboxes?: Docs<I>; Outboxes?: Docs<O> };
    const p = new Microprocess(this, 0);
    const ins: Boxes = new BoxTable();
    const outs: Boxes = new BoxTable();
    let flags = 0;
    for (const name in inboxes ?? kind.Inboxes ?? { inbox: "" }) {
      if (name === "control") {
        (ins[name] = new Inbox(p, Infinity)).onArrival = OVERHEARD;
        flags |= OWNS_CONTROL;
      } else {
        ins[name] = new Inbox(p);
        flags |= HAS_INPUT;
      }
    }
    for (const name in outboxes ?? kind.Outboxes ?? { outbox: "" }) {
      outs[name] = new Outbox(p);
      if (name === "signal") flags |= OWNS_SIGNAL;
    }
    if ((flags & OWNS_CONTROL) === 0) (ins["control"] = new Inbox(p, Infinity)).onArrival = COMMANDS;
    if ((flags & OWNS_SIGNAL) === 0) outs["signal"] = new Outbox(p);
    p.flags = flags;
    this.microprocess = p;
    this.inboxes = ins as Inboxes<I>;
    this.outboxes = outs as Outboxes<O>;
  }

  /** What the component does. Each `yield` says what it waits for, and is answered true, or false once it should stop. */
  abstract main(): Main;

  /** The function or class that made it. */
  get kind(): Function {
    return this.constructor;
  }

  /** What it says about its boxes. */
  get docs(): { readonly inboxes: Docs<Boxes>; readonly outboxes: Docs<Boxes> } {
    const { Inboxes = {}, Outboxes = {} } = this.constructor as { Inboxes?: Docs<Boxes>; Outboxes?: Docs<Boxes> };
    return { inboxes: Inboxes, outboxes: Outboxes };
  }

  /** @internal */
  get kindName(): string {
    return this.kind.name || "Component";
  }

  /** Its name in its system, `Echo_3`. */
  get name(): string {
    return this.microprocess.name;
  }

  /** Its name with those of its parents, `Pipeline_1/Echo_3`. */
  get path(): string {
    return this.microprocess.path;
  }

  /** Its number in its system, in order of activation; 0 before. */
  get id(): number {
    return this.microprocess.id;
  }

  /** The system it runs in. Before activation: the one it would run in. */
  get system(): System {
    return this.microprocess.system ?? this.microprocess.parent?.system ?? runningNow()?.system ?? defaultSystem();
  }

  /** The message that told it to stop, once there is one. */
  get shutdown(): Shutdown | undefined {
    return this.microprocess.shutdown;
  }

  /** Whether it was told to stop now (shutdownMicroprocess), not just that the data has ended. */
  get toldToStop(): boolean {
    return this.microprocess.shutdown?.type === "shutdownMicroprocess";
  }

  /** What it failed with, if it did. */
  get failure(): ComponentFailure | undefined {
    return this.microprocess.failure;
  }

  /** Whether it has ended. */
  get isStopped(): boolean {
    return (this.microprocess.flags & ENDED) !== 0;
  }

  /** Fulfilled when it has ended, however it ended. */
  get ended(): Promise<void> {
    const extras = (this.microprocess.extras ??= {});
    if (extras.ended === undefined) {
      let resolve!: () => void;
      extras.ended = { promise: new Promise<void>((ok) => (resolve = ok)), resolve };
      if (this.isStopped) resolve();
    }
    return extras.ended.promise;
  }

  /** Gives it its first turn soon. Activated while another component has its turn, it becomes that component's child, in the same system. */
  activate(system?: System): this {
    const parent = this.microprocess.parent ?? (system === undefined ? runningNow() : undefined);
    activate(this.microprocess, system ?? this.system, parent);
    return this;
  }

  /** Activates it, and waits until it has ended, or nothing is left that could ever run; see {@link System.run}. */
  run(): Promise<void> {
    return this.system.run(this);
  }

  /** Asks it to stop, as a message on "control" does. */
  stop(message: Shutdown = shutdownMicroprocess()): void {
    (this.inboxes["control"] as Inbox).deliver(message);
  }

  /** Ends it and its children by force, now: `finally` blocks run, nothing else does. */
  kill(): void {
    kill(this.microprocess);
  }

  /** Whether a message waits in this inbox. */
  dataReady<K extends keyof I & string>(box: K): boolean {
    return inboxFor(this, box, "look into").length > 0;
  }

  /** The name of an inbox in which a message waits, if there is one. */
  anyReady(): string | undefined {
    for (const name in this.inboxes) if ((this.inboxes as Boxes)[name].length > 0) return name;
    return undefined;
  }

  /** Takes the oldest message from this inbox. Throws RangeError when there is none, and for an inbox that it does not have. */
  recv<K extends keyof I & string>(box: K): I[K] {
    return inboxFor(this, box, "recv from").recv();
  }

  /** Sends a message from this outbox. Throws RangeError for one that it does not have. */
  send<K extends keyof O & string>(message: O[K], box: K): void {
    const outbox: Outbox | undefined = (this.outboxes as Boxes)[box];
    if (outbox === undefined) throw noSuchBox(this, "outbox", box, "send from");
    outbox.send(message);
  }

  /** From the next bare `yield` on, sleep until a message comes, a child ends, or somebody calls `unpause`. */
  pause(): void {
    if (!isRunning(this.microprocess)) return;
    this.microprocess.flags |= PAUSING;
    for (const name in this.inboxes) (this.inboxes as Boxes)[name].onArrival |= WAKES; // from now on: what comes before the yield counts, too
  }

  /** Ends a `pause()`. */
  unpause(): void {
    this.microprocess.wake();
  }

  /** Links two boxes: given themselves, or as `[component, "name"]`. The link ends with this component, or with `unlink`. */
  link(source: BoxRef, sink: BoxRef, { passthrough = 0, bound }: LinkOptions = {}): Linkage {
    const from: Box = resolve(source, passthrough === 1 ? "inbox" : "outbox");
    const to: Box = resolve(sink, passthrough === 2 ? "outbox" : "inbox");
    return link(from, to, bound, this.microprocess);
  }

  /** Ends one linkage, or all that this component made to or from another one. */
  unlink(what: Linkage | Component<any, any>): void {
    if (!(what instanceof Component)) {
      what.unlink();
      return;
    }
    for (const linkage of [...(this.microprocess.linkages ?? [])]) {
      if (linkage.source.owner === what.microprocess || linkage.sink.owner === what.microprocess) linkage.unlink();
    }
  }

  /** Sets how many messages make an inbox full. */
  setInboxSize(box: keyof Inboxes<I> & string, size: number): void {
    inboxFor(this, box, "set the size of").setBound(size);
  }

  /**
   * Makes components its children: they run in its system, end with it, and their failures are thrown at its `yield`.
   *
   * @throws Error for one that is active, has a parent, or is above this one
   */
  addChildren(...children: Component<any, any>[]): void {
    for (const child of children) {
      const p = child.microprocess;
      if (p === this.microprocess || p.children !== undefined) checkAbove(this.microprocess, p);
      if (this.isStopped) throw new Error(`Cannot make ${child.name} a child of ${this.name}: ${this.name} has ended`);
      if (p.parent !== undefined)
        throw new Error(`Cannot make ${child.name} a child of ${this.name}: it is a child of ${p.parent.name} already`);
      if ((p.flags & STARTED) !== 0) throw new Error(`Cannot make ${child.name} a child of ${this.name}: it is active already`);
      p.parent = this.microprocess;
      (this.microprocess.children ??= new Members()).add(p);
    }
  }

  /** Lets go of a child that is not active yet, and of the links to it. */
  removeChild(child: Component<any, any>): void {
    const p = child.microprocess;
    if (p.parent !== this.microprocess) return;
    if ((p.flags & STARTED) !== 0 && !child.isStopped)
      throw new Error(`Cannot remove ${child.name} from ${this.name}: it is active; stop it`);
    p.parent = undefined;
    this.microprocess.children?.delete(p);
    this.unlink(child);
  }

  /** Its children, in the order in which they came. */
  childComponents(): Component<any, any>[] {
    return [...(this.microprocess.children ?? [])].map((p) => p.component);
  }

  /**
   * Tells an inbox, instead of failing, when a child has ended: why, and with what error.
   * A function is called at that very moment, before anybody else has a turn. Of one that has ended already, it is told at once.
   */
  watch(child: Component<any, any>, watcher: Inbox<Ended> | ((ended: Ended) => void)): void {
    (child.microprocess.extras ??= {}).watcher = watcher;
    if (child.isStopped) tellWatcher(child.microprocess, watcher);
  }
}

function inboxFor(component: AnyComponent, name: string, action: string): Inbox {
  const inbox: Inbox | undefined = component.inboxes[name];
  if (inbox === undefined) throw noSuchBox(component, "inbox", name, action);
  return inbox;
}

function checkAbove(p: Microprocess, child: Microprocess): void {
  for (let above: Microprocess | undefined = p; above !== undefined; above = above.parent)
    if (above === child) throw new Error(`Cannot make ${child.name} a child of ${p.name}: it would be its own parent`);
}

/** Some component, whatever its boxes are. */
export type AnyComponent = Component<any, any>;

/** A plain object, but one that V8 makes just as large as its boxes need. */
class BoxTable {
  [name: string]: any;
}
