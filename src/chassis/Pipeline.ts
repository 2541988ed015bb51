// SPDX-License-Identifier: Apache-2.0
import { Component, inboxOf, type Main, outboxOf } from "../axon/index.ts";
import { checkComponents, setBoxSize } from "./checks.ts";
import type { Circle, First, Last, Piped, Stage } from "./stages.ts";

/** How to make a Pipeline. */
export interface PipelineOptions {
  /** The last component feeds the first. Default false. */
  readonly circular?: boolean;
  /** How many messages make a component's inbox full. Default: 128. */
  readonly boxSize?: number;
  /** The same for each component by its place; undefined leaves `boxSize`, or the default. */
  readonly boxSizes?: readonly (number | undefined)[];
  /** What it is called after, if it is the inside of a component of your own: the function that makes that. Default: Pipeline. */
  readonly kind?: Function;
}

/** What comes of it: a circular Pipeline has no outbox of its own, but its last component has to fit its first. */
type Made<Circular, I, O> = Circular extends true ? Circle<I, O> : Piped<I, O>;

/** The forms of {@link Pipeline}: one for each number of components, so that messages are checked and inferred from left to right. */
export interface MakePipeline<Circular = false> {
  <I, O>(only: { readonly inboxes: I; readonly outboxes: O }): Made<Circular, I, O>;
  <I, A, O>(c1: First<I, A>, last: Last<NoInfer<A>, O>): Made<Circular, I, O>;
  <I, A, B, O>(c1: First<I, A>, c2: Stage<NoInfer<A>, B>, last: Last<NoInfer<B>, O>): Made<Circular, I, O>;
  <I, A, B, C, O>(c1: First<I, A>, c2: Stage<NoInfer<A>, B>, c3: Stage<NoInfer<B>, C>, last: Last<NoInfer<C>, O>): Made<Circular, I, O>;
  <I, A, B, C, D, O>(
    c1: First<I, A>,
    c2: Stage<NoInfer<A>, B>,
    c3: Stage<NoInfer<B>, C>,
    c4: Stage<NoInfer<C>, D>,
    last: Last<NoInfer<D>, O>,
  ): Made<Circular, I, O>;
  <I, A, B, C, D, E, O>(
    c1: First<I, A>,
    c2: Stage<NoInfer<A>, B>,
    c3: Stage<NoInfer<B>, C>,
    c4: Stage<NoInfer<C>, D>,
    c5: Stage<NoInfer<D>, E>,
    last: Last<NoInfer<E>, O>,
  ): Made<Circular, I, O>;
  <I, A, B, C, D, E, F, O>(
    c1: First<I, A>,
    c2: Stage<NoInfer<A>, B>,
    c3: Stage<NoInfer<B>, C>,
    c4: Stage<NoInfer<C>, D>,
    c5: Stage<NoInfer<D>, E>,
    c6: Stage<NoInfer<E>, F>,
    last: Last<NoInfer<F>, O>,
  ): Made<Circular, I, O>;
  <I, A, B, C, D, E, F, G, O>(
    c1: First<I, A>,
    c2: Stage<NoInfer<A>, B>,
    c3: Stage<NoInfer<B>, C>,
    c4: Stage<NoInfer<C>, D>,
    c5: Stage<NoInfer<D>, E>,
    c6: Stage<NoInfer<E>, F>,
    c7: Stage<NoInfer<F>, G>,
    last: Last<NoInfer<G>, O>,
  ): Made<Circular, I, O>;
  <I, A, B, C, D, E, F, G, H, O>(
    c1: First<I, A>,
    c2: Stage<NoInfer<A>, B>,
    c3: Stage<NoInfer<B>, C>,
    c4: Stage<NoInfer<C>, D>,
    c5: Stage<NoInfer<D>, E>,
    c6: Stage<NoInfer<E>, F>,
    c7: Stage<NoInfer<F>, G>,
    c8: Stage<NoInfer<G>, H>,
    last: Last<NoInfer<H>, O>,
  ): Made<Circular, I, O>;
  <I, A, B, C, D, E, F, G, H, J, O>(
    c1: First<I, A>,
    c2: Stage<NoInfer<A>, B>,
    c3: Stage<NoInfer<B>, C>,
    c4: Stage<NoInfer<C>, D>,
    c5: Stage<NoInfer<D>, E>,
    c6: Stage<NoInfer<E>, F>,
    c7: Stage<NoInfer<F>, G>,
    c8: Stage<NoInfer<G>, H>,
    c9: Stage<NoInfer<H>, J>,
    last: Last<NoInfer<J>, O>,
  ): Made<Circular, I, O>;
  <I, A, B, C, D, E, F, G, H, J, K, O>(
    c1: First<I, A>,
    c2: Stage<NoInfer<A>, B>,
    c3: Stage<NoInfer<B>, C>,
    c4: Stage<NoInfer<C>, D>,
    c5: Stage<NoInfer<D>, E>,
    c6: Stage<NoInfer<E>, F>,
    c7: Stage<NoInfer<F>, G>,
    c8: Stage<NoInfer<G>, H>,
    c9: Stage<NoInfer<H>, J>,
    c10: Stage<NoInfer<J>, K>,
    last: Last<NoInfer<K>, O>,
  ): Made<Circular, I, O>;
  <I, A, B, C, D, E, F, G, H, J, K, L, O>(
    c1: First<I, A>,
    c2: Stage<NoInfer<A>, B>,
    c3: Stage<NoInfer<B>, C>,
    c4: Stage<NoInfer<C>, D>,
    c5: Stage<NoInfer<D>, E>,
    c6: Stage<NoInfer<E>, F>,
    c7: Stage<NoInfer<F>, G>,
    c8: Stage<NoInfer<G>, H>,
    c9: Stage<NoInfer<H>, J>,
    c10: Stage<NoInfer<J>, K>,
    c11: Stage<NoInfer<K>, L>,
    last: Last<NoInfer<L>, O>,
  ): Made<Circular, I, O>;
  /** For lists built at run time: nothing is checked. */
  (components: readonly Component<any, any>[]): Component<any, any>;
  /** A Pipeline made differently: `Pipeline.with({ boxSize: 5 })(A(), B())`. */
  with(options: PipelineOptions & { readonly circular: true }): MakePipeline<true>;
  with(options: PipelineOptions): MakePipeline;
}

/**
 * Links each component's "outbox" to the next one's "inbox", and "signal" to "control", so that what the first one starts the last one ends.
 *
 * The Pipeline's own inbox and control are the first component's, its outbox and signal the last one's, so Pipelines nest.
 * It ends when all its components have ended; it neither makes nor swallows a shutdown message itself.
 * What is told to stop stops in order: the first component, then, through its signal, the next.
 * In a circular Pipeline the last component feeds the first, and nothing leaves.
 *
 * @throws RangeError for a Pipeline of nothing, and for a component that lacks the box that its neighbour needs
 * @throws TypeError for something that is not a component
 * @example
 * await Pipeline(ConsoleReader(), Echo(), ConsoleEchoer()).run();
 */
export const Pipeline: MakePipeline = make({});

function make(options: PipelineOptions): MakePipeline {
  const pipeline = (...components: (Component<any, any> | readonly Component<any, any>[])[]): Component<any, any> =>
    new PipelineComponent(components.flat() as Component<any, any>[], options);
  Object.defineProperty(pipeline, "name", { value: "Pipeline" }); // components are called after their kind
  return Object.assign(pipeline, { with: make }) as unknown as MakePipeline;
}

class PipelineComponent extends Component<any, any> {
  static readonly Inboxes = { inbox: "for the first component", control: "for the first component" };
  static readonly Outboxes = { outbox: "from the last component", signal: "from the last component" };
  readonly #components: readonly Component<any, any>[];
  readonly #kind: Function;

  constructor(components: readonly Component<any, any>[], { circular = false, boxSize, boxSizes = [], kind = Pipeline }: PipelineOptions) {
    super();
    this.#kind = kind;
    if (components.length === 0) throw new RangeError("Cannot make a Pipeline of nothing: give it one component or more");
    checkComponents("Pipeline", components.entries());
    const first = components[0]!;
    const last = components.at(-1)!;
    if (boxSizes.length > components.length)
      throw new RangeError(`Cannot set the size of ${boxSizes.length} boxes: the Pipeline has only ${components.length} components`);
    this.#components = components;
    for (const component of components) this.addChildren(component);
    components.forEach((component, i) => {
      const size = boxSizes[i] ?? ("inbox" in component.inboxes ? boxSize : undefined);
      if (size !== undefined) setBoxSize(component, "inbox", size);
      if (i > 0) this.#join(components[i - 1]!, component);
    });
    if ("inbox" in first.inboxes) this.link([this, "inbox"], [first, "inbox"], { passthrough: 1 });
    this.link([this, "control"], [first, "control"], { passthrough: 1 });
    if (circular) this.#join(last, first);
    else this.#exposeEnd(last);
  }

  override get kind(): Function {
    return this.#kind;
  }

  *main(): Main {
    for (const component of this.#components) component.activate();
  }

  #join(from: Component<any, any>, to: Component<any, any>): void {
    this.link(outboxOf(from, "outbox"), inboxOf(to, "inbox"));
    this.link([from, "signal"], inboxOf(to, "control"));
  }

  #exposeEnd(last: Component<any, any>): void {
    if ("outbox" in last.outboxes) this.link([last, "outbox"], [this, "outbox"], { passthrough: 2 });
    this.link([last, "signal"], [this, "signal"], { passthrough: 2 });
  }
}
