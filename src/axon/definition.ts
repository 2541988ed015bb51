// SPDX-License-Identifier: Apache-2.0
import { type Boxes, Component, type Docs, type Inboxes, type Outboxes } from "./Component.ts";
import type { Main } from "./waits.ts";

type Untyped<N extends string> = { [K in N]: any };
/** You documented a box that the declared return type does not have. */
export interface BoxNotDeclared<Name> {
  "~box": Name;
}

/** What {@link component} needs to know. */
export interface Definition<IN extends string, ON extends string, I extends Boxes, O extends Boxes> {
  /** One line of documentation for each inbox. List "control" only to read it yourself. */
  readonly inboxes?: { readonly [K in IN]: K extends keyof I ? string : BoxNotDeclared<K> } & Docs<NoInfer<I>>;
  /** One line of documentation for each outbox. List "signal" only to send it yourself. */
  readonly outboxes?: { readonly [K in ON]: K extends keyof O ? string : BoxNotDeclared<K> } & Docs<NoInfer<O>>;
  /** What the component does. `self` is for the few that make children, links or services. */
  main(inboxes: Inboxes<NoInfer<I>>, outboxes: Outboxes<NoInfer<O>>, self: Component<any, any>): Main;
}

/**
 * Makes a component. The message types come from the return type declared on the function that calls it.
 *
 * @param kind the function that calls it: gives the component its name
 * @throws TypeError when there is no `main`
 * @example
 * function Echo<T = any>(): Component<{ inbox: T }, { outbox: T }> {
 *   return component(Echo, {
 *     inboxes: { inbox: "some data in" },
 *     outboxes: { outbox: "the same data out" },
 *     *main({ inbox }, { outbox }) {
 *       while (yield inbox) outbox.send(inbox.recv());
 *     },
 *   });
 * }
 */
export function component<
  IN extends string = never,
  ON extends string = never,
  I extends Boxes = Untyped<IN>,
  O extends Boxes = Untyped<ON>,
>(kind: Function, definition: Definition<IN, ON, I, O>): Component<I, O> {
  return new Made(kind, definition as unknown as AnyDefinition) as unknown as Component<I, O>;
}

function checkMain(main: unknown): void {
  if (typeof main !== "function") throw new TypeError("Cannot make a component: it has no main; give it *main() { … }");
}

interface AnyDefinition {
  readonly inboxes?: Docs<Boxes>;
  readonly outboxes?: Docs<Boxes>;
  readonly main: (this: void, inboxes: object, outboxes: object, self: Component<any, any>) => Main;
}

const NO_BOXES: Docs<Boxes> = {};

/** The prototype that all generators made by {@link component} share. Of its own accord each closure makes one, with a hidden class: 250 bytes. */
const generators: object = Object.create(Object.getPrototypeOf(function* () {}).prototype);
const GeneratorFunction: Function = Object.getPrototypeOf(function* () {}).constructor;

/** The documentation of boxes is kept once for each kind of component. */
const documentation = new WeakMap<Function, { readonly inboxes: Docs<Boxes>; readonly outboxes: Docs<Boxes> }>();

class Made extends Component<any, any> {
  readonly #kind: Function;
  readonly #main: AnyDefinition["main"];

  constructor(kind: Function, { inboxes = NO_BOXES, outboxes = NO_BOXES, main }: AnyDefinition) {
    super(inboxes, outboxes);
    this.#kind = kind;
    this.#main = main;
    if (main instanceof GeneratorFunction) main.prototype = generators;
    else checkMain(main);
    if (!documentation.has(kind)) documentation.set(kind, { inboxes, outboxes });
  }

  override get kind(): Function {
    return this.#kind;
  }

  override get docs(): { readonly inboxes: Docs<Boxes>; readonly outboxes: Docs<Boxes> } {
    return documentation.get(this.#kind)!;
  }

  main(): Main {
    return this.#main.call(undefined, this.inboxes, this.outboxes, this);
  }
}
