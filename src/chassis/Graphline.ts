// SPDX-License-Identifier: Apache-2.0
import { Component, inboxOf, isShutdown, type Main, outboxOf, producerFinished, type Shutdown } from "../axon/index.ts";
import {
  type Checked,
  checkNames,
  type InboxRef,
  type Linkages,
  type OwnInboxes,
  type OwnOutboxes,
  type Parts,
  type Wire,
  wires,
} from "./linkages.ts";

/** What a Graphline is made of. */
export interface Graph<P extends Parts, L> {
  /** The components, by name. Names hold no dot, and none is "self". */
  readonly components: P;
  /** From "NAME.outbox" to "NAME.inbox". "self.box" is a box of the Graphline: on the left an inbox, on the right an outbox. */
  readonly linkages: L extends Checked<P, L> ? L : Checked<P, L>;
  /** How many messages make an inbox full. Default: 128. */
  readonly boxSizes?: { readonly [R in InboxRef<P>]?: number };
}

/**
 * Links components in any shape.
 *
 * It ends when all its components have ended. Its control and signal are linked like any box, as "self.control" and "self.signal". If control is not,
 * what comes there goes to every component whose control has no linkage; if signal is not, the Graphline sends at its end the shutdownMicroprocess
 * that it was told, or a new producerFinished.
 *
 * @throws RangeError for a component or box that does not exist
 * @throws BoxAlreadyLinkedToDestination when two linkages have the same source
 * @example
 * await Graphline({
 *   components: { WORDS: Feed(["a", "b"]), ECHO: Echo<string>(), OUT: ConsoleEchoer() },
 *   linkages: { "WORDS.outbox": "ECHO.inbox", "WORDS.signal": "ECHO.control", "ECHO.outbox": "OUT.inbox", "ECHO.signal": "OUT.control" },
 * }).run();
 */
export function Graphline<P extends Parts, const L extends Linkages<P>>(
  graph: Graph<P, L>,
): Component<OwnInboxes<P, L>, OwnOutboxes<P, L>> {
  const { components, linkages, boxSizes = {} } = graph as unknown as UntypedGraph;
  return new GraphlineComponent(components, linkages, boxSizes) as unknown as Component<OwnInboxes<P, L>, OwnOutboxes<P, L>>;
}

interface UntypedGraph {
  readonly components: Readonly<Record<string, Component<any, any>>>;
  readonly linkages: Readonly<Record<string, string>>;
  readonly boxSizes?: Readonly<Record<string, number>>;
}

class GraphlineComponent extends Component<any, any> {
  readonly #components: readonly Component<any, any>[];
  readonly #listeners: readonly Component<any, any>[];
  readonly #signalIsWired: boolean;
  readonly #controlIsWired: boolean;

  constructor(parts: UntypedGraph["components"], linkages: UntypedGraph["linkages"], boxSizes: Readonly<Record<string, number>>) {
    if (parts === undefined || linkages === undefined) throw new TypeError("Cannot make a Graphline: it needs components and linkages");
    checkNames(Object.keys(parts));
    const all = wires(linkages);
    super(ownBoxes(all, "from"), ownBoxes(all, "to"));
    this.#components = Object.values(parts);
    this.addChildren(...this.#components);
    for (const wire of all) this.#wire(wire, parts);
    for (const [ref, size] of Object.entries(boxSizes)) this.#setSize(ref, size, parts);
    const controlled = new Set(all.filter(({ inbox }) => inbox === "control").map(({ to }) => to));
    this.#listeners = Object.entries(parts).flatMap(([name, part]) => (controlled.has(name) ? [] : [part]));
    this.#controlIsWired = all.some(({ from, outbox }) => from === "self" && outbox === "control");
    this.#signalIsWired = all.some(({ to, inbox }) => to === "self" && inbox === "signal");
  }

  override get kind(): Function {
    return Graphline;
  }

  *main(): Main {
    for (const part of this.#components) part.activate();
    const told = this.#controlIsWired ? yield* this.#untilEnded() : yield* this.#passOnControl();
    if (!this.#signalIsWired) this.outboxes["signal"]!.send(told ?? producerFinished());
  }

  *#untilEnded(): Generator<void, undefined, boolean> {
    while (this.childComponents().length > 0) {
      this.pause();
      yield;
    }
  }

  /** Answers the shutdownMicroprocess that came, if one did. */
  *#passOnControl(): Generator<void, Shutdown | undefined, boolean> {
    let told: Shutdown | undefined;
    const control = this.inboxes["control"]!;
    while (this.childComponents().length > 0) {
      for (const message of control) {
        for (const part of this.#listeners) if (!part.isStopped) inboxOf(part, "control").deliver(message);
        if (isShutdown(message) && message.type === "shutdownMicroprocess") told = message;
      }
      this.pause();
      yield;
    }
    return told;
  }

  #wire({ from, outbox, to, inbox }: Wire, parts: UntypedGraph["components"]): void {
    if (from === "self" && to === "self") throw new RangeError(`Cannot link self.${outbox} to self.${inbox}: put a component between`);
    if (from === "self") this.link(inboxOf(this, outbox), inboxOf(find(parts, to), inbox, to));
    else this.link(outboxOf(find(parts, from), outbox, from), to === "self" ? outboxOf(this, inbox) : inboxOf(find(parts, to), inbox, to));
  }

  #setSize(ref: string, size: number, parts: UntypedGraph["components"]): void {
    const [wire] = wires({ [ref]: ref });
    if (wire === undefined) return;
    inboxOf(find(parts, wire.from), wire.outbox, wire.from);
    find(parts, wire.from).setInboxSize(wire.outbox, size);
  }
}

/** The boxes that linkages from or to `self` name, beside the four that every Graphline has. */
function ownBoxes(all: readonly Wire[], side: "from" | "to"): Record<string, string> {
  const boxes: Record<string, string> =
    side === "from"
      ? { inbox: "passed through, if linked", control: "told to stop" }
      : { outbox: "passed through, if linked", signal: "told when it stops" };
  for (const wire of all) {
    if (side === "from" && wire.from === "self") boxes[wire.outbox] ??= `for ${wire.to}.${wire.inbox}`;
    if (side === "to" && wire.to === "self") boxes[wire.inbox] ??= `from ${wire.from}.${wire.outbox}`;
  }
  return boxes;
}

function find(parts: UntypedGraph["components"], name: string): Component<any, any> {
  if (Object.hasOwn(parts, name)) return parts[name]!;
  throw new RangeError(`Cannot link ${name}: there is no component ${name}, only ${Object.keys(parts).join(", ")}, and self`);
}
