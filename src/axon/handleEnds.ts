// SPDX-License-Identifier: Apache-2.0
import { type AnyComponent, Component } from "./Component.ts";
import { ENDED } from "./flags.ts";
import { Inbox, WAKES } from "./Inbox.ts";
import { link, type Linkage } from "./linkage.ts";
import { Microprocess } from "./Microprocess.ts";
import { Outbox } from "./Outbox.ts";
import { inboxOf, outboxOf } from "./postoffice.ts";
import type { Main } from "./waits.ts";

/** The code outside, as linkages see it: boxes that no component of the system has. @internal */
export class Outside extends Component<any, any> {
  static readonly Inboxes = {};
  static readonly Outboxes = {};
  /** The same boxes, to add to. */
  readonly ins: Record<string, Inbox> = this.inboxes;
  readonly outs: Record<string, Outbox> = this.outboxes;

  // eslint-disable-next-line require-yield
  *main(): Main {
    throw new Error("Cannot run what stands for the outside: it only holds boxes");
  }
}

interface Writer {
  readonly message: unknown;
  readonly taken: () => void;
  readonly refused: (error: unknown) => void;
}

/** Where the code outside puts messages for one inbox of a component. @internal */
export class Feed {
  readonly #component: AnyComponent;
  readonly #outbox: Outbox;
  readonly #linkage: Linkage;
  readonly #waiting: Writer[] = [];
  readonly #emptied: () => void;
  #asked = false;

  /** @param emptied called when nobody waits any more */
  constructor(outside: Outside, component: AnyComponent, name: string, emptied: () => void) {
    const inbox = inboxOf(component, name);
    this.#component = component;
    this.#outbox = outside.outs[name] ??= new Outbox(outside.microprocess);
    this.#linkage = link(this.#outbox, inbox, undefined, outside.microprocess);
    this.#emptied = emptied;
  }

  get busy(): boolean {
    return this.#waiting.length > 0;
  }

  /** Sends it if there is room, and nobody waits who came before. */
  trySend(message: unknown): boolean {
    if (this.busy || !this.#hasRoom()) return false;
    this.#outbox.send(message);
    return true;
  }

  /** Sends it when there is room. */
  wait(writer: Writer): void {
    this.#waiting.push(writer);
    this.#ask();
  }

  /** There will be no room any more. */
  close(error: unknown): void {
    this.#linkage.unlink();
    for (const { refused } of this.#waiting.splice(0)) refused(error);
  }

  readonly #flush = (): void => {
    this.#asked = false;
    if (!this.busy || this.#component.isStopped) return; // those who wait hear of the end
    while (this.busy && this.#hasRoom()) {
      const { message, taken } = this.#waiting.shift()!;
      this.#outbox.send(message);
      taken();
    }
    if (this.busy) this.#ask();
    else this.#emptied();
  };

  #ask(): void {
    if (this.#asked) return;
    this.#asked = true;
    this.#outbox.whenRoom(this.#flush);
  }

  /** The inbox may belong to a child that has ended already, and counts what comes as dropped. */
  #hasRoom(): boolean {
    const { target } = this.#outbox;
    return target === undefined || !target.full || (target.owner.flags & ENDED) !== 0;
  }
}

/** Whoever waits for a message. @internal */
export interface Reader {
  readonly give: (message: any) => void;
  /** There will be no more. */
  readonly end: () => void;
  readonly fail: (error: unknown) => void;
}

/** Where the code outside takes messages of one outbox of a component. @internal */
export class Drain {
  readonly #inbox: Inbox;
  readonly #linkage: Linkage;
  readonly #waiting: Reader[] = [];
  readonly #served: () => void;

  /** @param served called whenever somebody who waited does not any more */
  constructor(outside: Outside, component: AnyComponent, name: string, bound: number | undefined, served: () => void) {
    const bell = new Bell(outside, () => this.#serve());
    this.#inbox = outside.ins[name] = new Inbox(bell);
    this.#linkage = link(outboxOf(component, name), this.#inbox, bound, outside.microprocess);
    this.#served = served;
  }

  /** Answers whether there was a message for the reader. */
  tryGive(reader: Pick<Reader, "give">): boolean {
    if (this.#waiting.length > 0 || this.#inbox.length === 0) return false;
    reader.give(this.#inbox.recv());
    return true;
  }

  wait(reader: Reader): void {
    this.#waiting.push(reader);
    this.#inbox.onArrival |= WAKES;
  }

  /** Takes no more messages. */
  cut(): void {
    this.#linkage.unlink();
    while (this.#inbox.length > 0) this.#inbox.recv();
  }

  /** No more messages will come. Those who wait learn why. */
  close(tell: (reader: Reader) => void): void {
    this.#linkage.unlink();
    for (const reader of this.#waiting.splice(0)) {
      this.#served();
      tell(reader);
    }
  }

  #serve(): void {
    while (this.#waiting.length > 0 && this.#inbox.length > 0) {
      this.#served();
      this.#waiting.shift()!.give(this.#inbox.recv());
    }
    if (this.#waiting.length > 0) this.#inbox.onArrival |= WAKES;
  }
}

/** Owns an inbox, and instead of having a turn when a message comes, calls back. */
class Bell extends Microprocess {
  readonly #ring: () => void;
  constructor(outside: Outside, ring: () => void) {
    super(outside, 0);
    this.#ring = ring;
  }

  override wake(): void {
    this.#ring();
  }
}
