// SPDX-License-Identifier: Apache-2.0
import {
  type Boxes,
  Component,
  type Docs,
  inboxOf,
  isShutdown,
  type Main,
  outboxOf,
  producerFinished,
  type Shutdown,
} from "../axon/index.ts";
import { checkComponents, setBoxSize } from "./checks.ts";
import { checkNames, parseRef, partOf, wires } from "./linkages.ts";
import type { Checked, InboxRef, Linkages, OwnInboxes, OwnOutboxes, Parts, Wire } from "./linkages.ts";

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
 * @throws RangeError for a component or box that does not exist, and for a component with a dot in its name, or called "self"
 * @throws TypeError for something that is not a component, and when components or linkages are missing
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
  readonly #docs: { readonly inboxes: Docs<Boxes>; readonly outboxes: Docs<Boxes> };
  readonly #components: readonly Component<any, any>[];
  /** The components that are told what comes to control. */
  readonly #listeners: readonly Component<any, any>[];
  readonly #signalIsWired: boolean;

  constructor(parts: UntypedGraph["components"], linkages: UntypedGraph["linkages"], boxSizes: Readonly<Record<string, number>>) {
    const missing = parts === undefined ? "components" : linkages === undefined ? "linkages" : undefined;
    if (missing !== undefined) throw new TypeError(`Cannot make a Graphline: ${missing} are missing; give it { components, linkages }`);
    checkNames(Object.keys(parts));
    checkComponents("Graphline", Object.entries(parts));
    const all = wires(linkages);
    const docs = { inboxes: ownBoxes(all, "from"), outboxes: ownBoxes(all, "to") };
    super(docs.inboxes, docs.outboxes);
    this.#docs = docs;
    this.#components = Object.values(parts);
    for (const component of this.#components) this.addChildren(component);
    for (const wire of all) this.#wire(wire, parts);
    for (const [ref, size] of Object.entries(boxSizes)) this.#setSize(ref, size, parts);
    const controlled = new Set(all.filter(({ inbox }) => inbox === "control").map(({ to }) => to));
    this.#listeners = Object.entries(parts).flatMap(([name, part]) => (controlled.has(name) ? [] : [part]));
    this.#signalIsWired = all.some(({ to, inbox }) => to === "self" && inbox === "signal");
  }

  override get docs(): { readonly inboxes: Docs<Boxes>; readonly outboxes: Docs<Boxes> } {
    return this.#docs;
  }

  override get kind(): Function {
    return Graphline;
  }

  *main(): Main {
    for (const part of this.#components) part.activate();
    let told: Shutdown | undefined;
    while (this.childComponents().length > 0) {
      told = this.#passOnControl() ?? told;
      this.pause();
      yield;
    }
    told = this.#passOnControl() ?? told;
    if (!this.#signalIsWired) this.outboxes["signal"]!.send(told ?? producerFinished());
  }

  /** Answers the shutdownMicroprocess that came, if one did. If control is wired, nothing comes here. */
  #passOnControl(): Shutdown | undefined {
    let told: Shutdown | undefined;
    for (const message of this.inboxes["control"]!) {
      for (const part of this.#listeners) part.stop(message); // one that has ended passes a shutdownMicroprocess on
      if (isShutdown(message) && message.type === "shutdownMicroprocess") told = message;
    }
    return told;
  }

  #wire({ from, outbox, to, inbox }: Wire, parts: UntypedGraph["components"]): void {
    const source = from === "self" ? inboxOf(this, outbox) : outboxOf(partOf(parts, from, outbox), outbox, from);
    const sink = to === "self" ? outboxOf(this, inbox) : inboxOf(partOf(parts, to, inbox), inbox, to);
    this.link(source, sink);
  }

  #setSize(ref: string, size: number, parts: UntypedGraph["components"]): void {
    const [name, inbox] = parseRef(ref);
    setBoxSize(partOf(parts, name, inbox), inbox, size, name);
  }
}

/** The boxes that linkages from or to `self` name, beside the four that every Graphline has. */
function ownBoxes(all: readonly Wire[], side: "from" | "to"): Record<string, string> {
  const boxes: Record<string, string> =
    side === "from"
      ? { inbox: "passed through, if linked", control: "what comes here stops the components" }
      : { outbox: "passed through, if linked", signal: "told when all have ended" };
  for (const wire of all) {
    if (side === "from" && wire.from === "self") boxes[wire.outbox] ??= `for ${wire.to}.${wire.inbox}`;
    if (side === "to" && wire.to === "self") boxes[wire.inbox] ??= `from ${wire.from}.${wire.outbox}`;
  }
  return boxes;
}
