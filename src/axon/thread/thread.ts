// SPDX-License-Identifier: Apache-2.0
import { workers } from "#worker";
import type { Timer } from "../Clock.ts";
import { type Boxes, Component, type Docs } from "../Component.ts";
import type { BoxNotDeclared } from "../definition.ts";
import { textOf } from "../errors.ts";
import { HELD } from "../flags.ts";
import type { Inbox } from "../Inbox.ts";
import { isShutdown } from "../ipc.ts";
import type { Main } from "../waits.ts";
import { boundsOf, Channel } from "./channel.ts";
import { allocateMemory, COUNTED_ON, FINISH, PHASE, RETURNED, STARTED, STOP, SYSTEM, TOLD } from "./memory.ts";
import { Shuttle } from "./shuttle.ts";
import type { ResourceLimits, RunningThread } from "./workers.ts";

/** What {@link thread} needs to know. */
export interface ThreadDefinition<IN extends string, ON extends string, I extends Boxes, O extends Boxes> {
  /** One line of documentation for each inbox. List "control" only to read it yourself. */
  readonly inboxes?: { readonly [K in IN]: K extends keyof I ? string : BoxNotDeclared<K> } & Docs<NoInfer<I>>;
  /** One line of documentation for each outbox. List "signal" only to send it yourself. */
  readonly outboxes?: { readonly [K in ON]: K extends keyof O ? string : BoxNotDeclared<K> } & Docs<NoInfer<O>>;
  /** How many messages of each box are on their way to or from the thread, on top of those that its boxes hold. Default 256. */
  readonly bound?: number;
  /** What moves to the thread with a message, instead of being copied: array buffers, ports. Default: nothing does. */
  transfer?(message: NoInfer<I>[keyof NoInfer<I>]): readonly object[];
  /** Milliseconds that the thread gets to end by itself once it is told to stop (shutdownMicroprocess). Default 1000. */
  readonly grace?: number;
  /** Limits of its memory. A thread that needs more fails. Default: those of the process. */
  readonly resourceLimits?: ResourceLimits;
}

type Untyped<N extends string> = { [K in N]: any };

/**
 * Makes a component whose body runs in a thread of its own, where it may block and compute as long as it likes. The body is in a file of its own; see {@link worker}.
 * Boxes work as everywhere: bounded, in order, nothing is lost; a slow thread holds those who send to it, and a thread that sends to a full box waits.
 *
 * Messages are copied as `structuredClone` does. Byte arrays (Uint8Array) are fastest: those that come together share memory, so keep a copy of a small one, not itself, for long.
 * The thread starts with the component's first turn, and ends with it. While it waits for messages it uses no CPU, and does not keep the process alive.
 *
 * @param kind the function that calls it: gives the component its name
 * @param file the thread's own file, as a URL: `new URL("./Crunch.worker.ts", import.meta.url)`. In a build, `.js` is tried for `.ts`
 * @throws RangeError when the bound is less than 1, or the grace less than 0
 * @throws ComponentFailure (as with any component, from `run` or at its parent's `yield`) when the thread cannot start, throws, exits, runs out of memory, or gets a message that cannot be copied
 * @example
 * function Crunch(): Component<{ inbox: number }, { outbox: { n: number; factors: number[] } }> {
 *   return thread(Crunch, new URL("./Crunch.worker.ts", import.meta.url), {
 *     inboxes: { inbox: "numbers" },
 *     outboxes: { outbox: "numbers with their prime factors" },
 *   });
 * }
 */
export function thread<IN extends string = never, ON extends string = never, I extends Boxes = Untyped<IN>, O extends Boxes = Untyped<ON>>(
  kind: Function,
  file: URL,
  definition: ThreadDefinition<IN, ON, I, O>,
): Component<I, O> {
  return new Thread(kind, file, definition as AnyDefinition) as unknown as Component<I, O>;
}

type AnyDefinition = ThreadDefinition<string, string, Boxes, Boxes>;
const NO_BOXES: Docs<Boxes> = {};

class Thread extends Component<any, any> {
  readonly #kind: Function;
  readonly #file: URL;
  readonly #definition: AnyDefinition;
  readonly #bound: number;
  #channel!: Channel;
  #shuttle!: Shuttle;
  #thread: RunningThread | undefined;
  /** Set while the system is not done because the thread may still send something. */
  #release: (() => void) | undefined;
  #told = 0;
  #deadline: Timer | undefined;
  #fault: { readonly error: unknown } | undefined;
  #exited = false;

  constructor(kind: Function, file: URL, definition: AnyDefinition) {
    const { inboxes = NO_BOXES, outboxes = NO_BOXES, bound = 256, grace = 1000 } = definition;
    if (!(bound >= 1))
      throw new RangeError(`Cannot make thread ${kind.name}: its bound is ${bound}; give 1 message or more, Infinity for no bound`);
    if (!(grace >= 0)) throw new RangeError(`Cannot make thread ${kind.name}: its grace is ${grace} ms; give 0 or more`);
    super({ ...inboxes, control: "" }, outboxes);
    this.#kind = kind;
    this.#file = file;
    this.#definition = definition;
    this.#bound = bound;
  }

  override get kind(): Function {
    return this.#kind;
  }

  override get docs(): { readonly inboxes: Docs<Boxes>; readonly outboxes: Docs<Boxes> } {
    const { inboxes = NO_BOXES, outboxes = NO_BOXES } = this.#definition;
    return { inboxes, outboxes };
  }

  *main(): Main {
    this.#start();
    try {
      while (!this.#isOver()) {
        if (this.#rest()) this.pause();
        yield;
      }
      if (this.#fault !== undefined) throw this.#fault.error;
    } finally {
      this.#end();
    }
  }

  /** Does what there is to do; answers whether there will be no more of it. */
  #isOver(): boolean {
    this.#channel.awake();
    this.#obey();
    if (this.#isSending) this.#send();
    if (this.#told === FINISH && this.#shuttle.emptied) this.#tell(FINISH);
    this.#shuttle.deliver();
    return this.#exited && !this.#channel.available;
  }

  get #isSending(): boolean {
    return this.#told !== STOP && this.#fault === undefined && !this.#exited;
  }

  /** Messages on control are for the kernel, unless the thread reads them itself. */
  #obey(): void {
    if (this.#definition.inboxes?.["control"] !== undefined) return;
    const control = this.inboxes["control"] as Inbox;
    while (control.length > 0) {
      const message: unknown = control.recv();
      if (!isShutdown(message)) this.microprocess.countDrop(control);
      else if (this.#told !== STOP && (message.type === "shutdownMicroprocess" || this.#told === 0)) {
        this.microprocess.shutdown = message;
        if (message.type === "producerFinished") this.#told = FINISH;
        else this.#stop();
      }
    }
  }

  #stop(): void {
    this.#told = STOP;
    this.#tell(STOP);
    const { grace = 1000 } = this.#definition;
    if (grace !== Infinity) this.#deadline = this.system.clock.setTimer(() => this.kill(), grace);
  }

  #tell(what: number): void {
    if (this.#channel.read(TOLD) >= what) return;
    this.#channel.set(TOLD, what);
    this.#channel.wake(~0);
  }

  /** A message that cannot be sent ends the component, but only after everything that came before it. */
  #send(): void {
    try {
      this.#shuttle.send();
    } catch (error) {
      this.#fault ??= { error };
      this.#told = FINISH;
      this.#tell(FINISH);
    }
  }

  #rest(): boolean {
    const rests = this.#shuttle.rest(() => this.#exited, this.#isSending);
    if (rests || this.#exited) this.#countOnThread();
    return rests;
  }

  /** The system is not done, and the process lives on, as long as the thread can do something by itself. */
  #countOnThread(): void {
    const channel = this.#channel;
    if (!this.#exited) {
      channel.set(COUNTED_ON, 1);
      if (!channel.otherIsIdle) {
        if (this.#release !== undefined) return;
        this.#release = this.system.expect(`thread ${this.name}`);
        this.#thread!.keepAlive(true);
        return;
      }
      channel.set(COUNTED_ON, 0);
    }
    if (this.#release === undefined) return;
    this.#thread!.keepAlive(false);
    this.#release();
    this.#release = undefined;
  }

  #start(): void {
    const { inboxes, outboxes } = this.docs;
    const data = {
      memory: allocateMemory(Object.keys(inboxes).length + Object.keys(outboxes).length),
      name: this.name,
      inboxes: Object.keys(inboxes),
      outboxes: Object.keys(outboxes),
      bound: this.#bound,
    };
    try {
      this.#thread = workers.start(this.#file, data, this.#definition.resourceLimits, {
        bell: () => this.#wake(),
        failed: (error) => (this.#fault ??= { error: this.#explain(error) }),
        exited: (code) => this.#onExit(code),
      });
    } catch (error) {
      throw new Error(`Cannot start thread ${this.name}: ${textOf(error)}`, { cause: error });
    }
    const { port, bell } = this.#thread;
    this.#channel = new Channel({ memory: data.memory, side: SYSTEM, port, bell, bounds: boundsOf(data) });
    const { transfer } = this.#definition;
    this.#shuttle = new Shuttle({
      owner: this.microprocess,
      channel: this.#channel,
      sources: data.inboxes.map((name, box) => ({ inbox: this.inboxes[name] as Inbox, box, name: `${this.name}.${name}` })),
      sinks: [...data.inboxes.map(() => undefined), ...data.outboxes.map((name) => this.outboxes[name])],
      ...(transfer === undefined ? {} : { transfer }),
    });
    this.#release = this.system.expect(`thread ${this.name}`);
  }

  /** The bell rings. While the component is held it can do nothing but note that its thread cannot, either. */
  #wake(): void {
    if ((this.microprocess.flags & HELD) !== 0) this.#countOnThread();
    else this.microprocess.wake();
  }

  #onExit(code: number): void {
    this.#exited = true;
    if (this.#channel.read(PHASE) !== RETURNED) this.#fault ??= { error: this.#explainExit(code) };
    this.#wake();
  }

  #explain(error: unknown): unknown {
    if ((error as { code?: unknown } | null)?.code === "ERR_WORKER_OUT_OF_MEMORY")
      return new Error("its thread ran out of memory; give it more with resourceLimits", { cause: error });
    if (this.#channel.read(PHASE) >= STARTED) return error;
    return new Error(`Cannot start thread ${this.name}: ${textOf(error)}`, { cause: error });
  }

  #explainExit(code: number): Error {
    if (this.#channel.read(PHASE) >= STARTED) return new Error(`its thread exited with code ${code} before its function had returned`);
    const path = this.#file.pathname.split("/").at(-1);
    return new Error(`Cannot start thread ${this.name}: ${path} exited with code ${code} and never called worker(…)`);
  }

  #end(): void {
    this.#deadline?.cancel();
    this.#release?.();
    this.#release = undefined;
    if (!this.#exited) this.#thread?.terminate();
    this.#channel.close();
  }
}
