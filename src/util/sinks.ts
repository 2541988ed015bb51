// SPDX-License-Identifier: Apache-2.0
import {
  addOutbox,
  type AnyComponent,
  anyOf,
  deleteOutbox,
  type Destination,
  type Inbox,
  type Main,
  type Outbox,
  type Shutdown,
  shutdownMicroprocess,
} from "../axon/index.ts";

/** Where a copy of each message goes: an inbox; or an outbox, from which it goes on to wherever that is linked. */
export type Sink<T> = (Inbox & Destination<T>) | (Outbox & { readonly send: (message: T) => void });

/** How a sink is added. */
export interface SinkOptions {
  /** Told what ends the Splitter or Backplane, at its end. Default: nobody is. */
  readonly control?: Destination<Shutdown>;
  /** A component whose end takes the sink away, too. Default: none, and it stays until removesink. */
  readonly owner?: AnyComponent;
  /** How many of the messages that a Backplane has kept come first, at most. Default: all. */
  readonly replay?: number;
}

/** What a Splitter or a Backplane is told to send to one more; made by {@link addsink}. */
export interface AddSink<in T> extends SinkOptions {
  readonly type: "addsink";
  readonly sink: Sink<T>;
  readonly "~takes"?: (message: T) => void;
}

/** What a Splitter or a Backplane is told to send to one less; made by {@link removesink}. */
export interface RemoveSink {
  readonly type: "removesink";
  readonly sink: Inbox | Outbox;
}

/** What comes to "configuration" of a Splitter or a Backplane. */
export type SinkChange<T> = AddSink<T> | RemoveSink;

/**
 * Makes the message that has a {@link Splitter} send to one more place.
 *
 * @example
 * const splitter = Splitter<string>();
 * const printer = ConsoleEchoer<string>().activate();
 * splitter.inboxes.configuration.deliver(addsink(printer.inboxes.inbox, { control: printer.inboxes.control }));
 * await Pipeline(ConsoleReader(), splitter).run(); // alpha beta gamma
 */
export function addsink<T>(sink: Sink<T>, options: SinkOptions = {}): AddSink<T> {
  return { type: "addsink", sink, ...options };
}

/** Makes the message that undoes an {@link addsink}. */
export function removesink(sink: Inbox | Outbox): RemoveSink {
  return { type: "removesink", sink };
}

interface Known<T> {
  readonly name: string;
  readonly out: Outbox<T>;
  readonly control: Destination<Shutdown> | undefined;
}

/** The places to which a component sends what it gets. Each has an outbox of its own, so that linkages can be seen, tapped and changed. */
class Sinks<T> {
  readonly #self: AnyComponent;
  /** How many messages are kept for sinks that come later. */
  readonly #keep: number;
  readonly #known: Map<Inbox | Outbox, Known<T>> = new Map();
  #kept: T[] = [];
  /** The outboxes of those that are known; undefined when some came or went since they were listed. */
  #outs: readonly Outbox<T>[] | undefined = [];
  #added = 0;

  constructor(self: AnyComponent, keep: number) {
    this.#self = self;
    this.#keep = keep;
  }

  get size(): number {
    return this.#known.size;
  }

  /** @throws TypeError when it is no such message */
  change(change: SinkChange<T>): void {
    if (change?.type === "addsink") this.#add(change);
    else if (change?.type === "removesink") this.#remove(change.sink);
    else throw new TypeError(`Cannot change the sinks of ${this.#self.name}: got ${String(change)}; send addsink(…) or removesink(…)`);
  }

  /** Sends messages to all, until a full box holds the component. Lets go of those whose owners have ended. */
  send(inbox: Inbox<T>, alsoTo?: Outbox<T>): void {
    const outs = this.#list(alsoTo);
    for (const message of inbox) {
      for (const out of outs) out.send(message);
      if (this.#keep > 0) this.#remember(message);
    }
  }

  /** Tells all that it is over. */
  stop(message: Shutdown): void {
    for (const { control } of [...this.#known.values()]) control?.deliver(message);
  }

  #add({ sink, control, owner = this.#self, replay = Infinity }: AddSink<T>): void {
    if (this.#known.get(sink)?.out.linked === true || owner.isStopped) return;
    this.#remove(sink);
    const name = `sink${++this.#added}`;
    const out = addOutbox<T>(this.#self, name, { doc: "a copy of each message" });
    owner.link(out, sink);
    this.#known.set(sink, { name, out, control });
    this.#outs = undefined;
    for (const message of this.#kept.slice(Math.max(0, this.#kept.length - Math.min(replay, this.#keep)))) out.send(message);
  }

  #remove(sink: Inbox | Outbox): void {
    const known = this.#known.get(sink);
    if (known === undefined) return;
    this.#known.delete(sink);
    deleteOutbox(this.#self, known.name);
    this.#outs = undefined;
  }

  #list(alsoTo?: Outbox<T>): readonly Outbox<T>[] {
    for (const [sink, { out }] of this.#known) if (!out.linked) this.#remove(sink);
    this.#outs ??= [...this.#known.values()].map(({ out }) => out);
    return alsoTo === undefined ? this.#outs : [alsoTo, ...this.#outs];
  }

  #remember(message: T): void {
    this.#kept.push(message);
    if (this.#kept.length > 2 * this.#keep) this.#kept = this.#kept.slice(-this.#keep);
  }
}

/** What a Splitter and a Backplane do: send what comes to all there are, until they are told to stop, and then tell the others. */
export function* distribute<T>(
  self: AnyComponent,
  inbox: Inbox<T>,
  configuration: Inbox<SinkChange<T>>,
  { keep = 0, outbox }: { readonly keep?: number; readonly outbox?: Outbox<T> },
): Main {
  const sinks = new Sinks<T>(self, keep);
  const something = anyOf(configuration, inbox);
  try {
    while (yield something) {
      for (const change of configuration) sinks.change(change);
      if (inbox.length > 0) sinks.send(inbox, outbox?.linked === true || sinks.size === 0 ? outbox : undefined);
    }
  } finally {
    const told = self.shutdown ?? shutdownMicroprocess();
    sinks.stop(told);
    for (const change of configuration) if (change.type === "addsink") change.control?.deliver(told); // who comes too late has to hear of it, too
  }
}
