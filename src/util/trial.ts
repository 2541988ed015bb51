// SPDX-License-Identifier: Apache-2.0
import { type AnyComponent, type Boxes, Component, type Main, outboxOf } from "../axon/index.ts";

/** What asynchronous work is given beside the message. */
export interface Call {
  /** Aborted when nobody waits for the result any more: the component has ended, or it took too long. Hand it to whatever takes one: `fetch(url, { signal })`. */
  readonly signal: AbortSignal;
  /** Which attempt this is, from 1. */
  readonly attempt: number;
  /** Sleeps for so many milliseconds by the system's clock, which may be one of virtual time. Rejected when `signal` is aborted. */
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** One attempt at a call. @internal */
export class Trial implements Call {
  readonly attempt: number;
  isOver = false;
  readonly #self: AnyComponent;
  readonly #mark: (outside: boolean) => void;
  #controller: AbortController | undefined;
  #reason: unknown;
  /** How to give up what it waits for in the system itself. */
  readonly #waits = new Set<(reason: unknown) => void>();

  /** @param mark told whether it waits for something outside the system */
  constructor(self: AnyComponent, attempt: number, mark: (outside: boolean) => void) {
    this.attempt = attempt;
    this.#self = self;
    this.#mark = mark;
    mark(true);
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#reason !== undefined) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  readonly sleep = (milliseconds: number): Promise<void> =>
    this.#within((resolve) => {
      const timer = this.#self.system.clock.setTimer(resolve, milliseconds);
      return () => timer.cancel();
    });

  /** Runs a component as a child to its end. Gives what it has sent from its outbox, or its failure. */
  run(child: Component<Boxes, Boxes>): Promise<unknown[]> {
    return this.#within((resolve, reject) => {
      const sent = new Kept();
      this.#self.addChildren(child);
      const linkage =
        "outbox" in child.outboxes ? this.#self.link(outboxOf(child, "outbox"), sent.inboxes.inbox, { bound: Infinity }) : undefined;
      this.#self.watch(child, ({ reason, failure }) => {
        linkage?.unlink();
        if (reason === "finished") resolve([...sent.inboxes.inbox]);
        else reject(failure ?? new Error(`${child.name} was killed`));
      });
      child.activate();
      return () => child.stop();
    });
  }

  /** Waits for another call, which says itself what it waits for. Rejected at once when that one is given up. */
  join<V>(other: Promise<V>, { signal }: Pick<Call, "signal">): Promise<V> {
    return this.#within((resolve, reject) => {
      const leave = (): void => reject(signal.reason);
      other.then(resolve, reject);
      signal.addEventListener("abort", leave);
      return () => signal.removeEventListener("abort", leave);
    });
  }

  /** It is over. With a reason, it is given up: whatever it does from now on, nobody waits for it. */
  end(reason?: unknown): void {
    this.isOver = true;
    this.#reason = reason;
    for (const giveUp of this.#waits) giveUp(reason);
    this.#waits.clear();
    if (reason !== undefined) this.#controller?.abort(reason);
  }

  /** Waits for something that the system itself brings about. `begin` answers how to give it up. */
  #within<V>(begin: (resolve: (value: V) => void, reject: (error: unknown) => void) => () => void): Promise<V> {
    const promise = new Promise<V>((resolve, reject) => {
      if (this.isOver) {
        reject(this.#reason ?? new Error("Cannot wait: the call is over"));
        return;
      }
      const giveUp = (reason: unknown): void => {
        cancel();
        if (reason !== undefined) reject(reason);
      };
      const end = (): boolean => {
        if (!this.#waits.delete(giveUp)) return false;
        if (this.#waits.size === 0) this.#mark(true);
        return true;
      };
      this.#waits.add(giveUp);
      this.#mark(false);
      const cancel = begin(
        (value) => end() && resolve(value),
        (error) => end() && reject(error),
      );
    });
    promise.catch(() => {}); // whoever waits for it hears of it; if nobody does, it does not matter that it was given up
    return promise;
  }
}

/** Keeps what a child sends. It is never activated: only its box is needed. */
class Kept extends Component<{ inbox: unknown }, {}> {
  static readonly Inboxes = { inbox: "what the child sends" };
  static readonly Outboxes = {};

  *main(): Main {
    throw new Error("Cannot run this: it only keeps what others send");
  }
}
