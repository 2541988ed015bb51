// SPDX-License-Identifier: Apache-2.0
import { type Boxes, Component, isShutdown, type Main, type Shutdown, shutdownMicroprocess } from "../axon/index.ts";
import { occupy } from "./occupy.ts";

/** How a Carousel behaves. */
export interface CarouselOptions {
  /** Ask for an order at the start, too. Default false. */
  readonly make1stRequest?: boolean;
  /** How many messages make the inbox of a child full. Default: the child's own bound. */
  readonly boxSize?: number;
}

/** The datasheet of a Carousel whose children are of one kind. */
export type CarouselOf<K, I extends Boxes, O extends Boxes> = Component<
  { inbox: "inbox" extends keyof I ? I["inbox"] : never; next: K; control: Shutdown },
  { outbox: "outbox" extends keyof O ? O["outbox"] : never; requestNext: "NEXT"; signal: Shutdown }
>;

/**
 * Runs one component after another, made to order: each message to "next" makes (and replaces) the child.
 *
 * A child that lives when the next order comes is told shutdownMicroprocess; its successor is made when it has ended. When a child has ended and no order
 * waits, "NEXT" on requestNext asks for one. What a child signals does not leave the Carousel. What comes to "inbox" while there is no child waits for
 * the next one; what a child has not read when it ends goes with it.
 * producerFinished: the orders that wait are served, then the last child is told, and the Carousel ends with it. shutdownMicroprocess: the child is told
 * at once, and orders that wait are dropped.
 *
 * @param factory makes the child for an order
 * @throws whatever the factory or a child throws, as a failure of the Carousel that names which of them it was
 * @example
 * const tables = Carousel((n: number) => Feed([n, 2 * n, 3 * n]));
 * (await drive(tables, { next: at({ 0: 1, 10: 7 }) })).outbox; // [1, 2, 3, 7, 14, 21]
 */
export function Carousel<K, I extends Boxes, O extends Boxes>(
  factory: (order: K) => Component<I, O>,
  options: CarouselOptions = {},
): CarouselOf<K, I, O> {
  return new CarouselComponent(factory, options) as unknown as CarouselOf<K, I, O>;
}

class CarouselComponent extends Component<any, any> {
  static readonly Inboxes = {
    inbox: "for the child",
    next: "what to make the next child from",
    control: "stops the child, then the Carousel",
  };
  static readonly Outboxes = { outbox: "from the child", requestNext: "asks for an order", signal: "told when the Carousel stops" };
  readonly #factory: (order: any) => Component<any, any>;
  readonly #options: CarouselOptions;
  #told: Shutdown | undefined;

  constructor(factory: (order: any) => Component<any, any>, options: CarouselOptions) {
    super();
    this.#factory = factory;
    this.#options = options;
  }

  override get kind(): Function {
    return Carousel;
  }

  *main(): Main {
    if (this.#options.make1stRequest === true) this.send("NEXT", "requestNext");
    for (;;) {
      this.#readControl();
      if (this.dataReady("next") && !this.#toldToStop) {
        yield* this.#serve(this.recv("next"));
        if (this.#told === undefined && !this.dataReady("next")) this.send("NEXT", "requestNext");
      } else if (this.#told !== undefined) {
        this.send(this.#told, "signal");
        return;
      } else {
        this.pause();
        yield;
      }
    }
  }

  *#serve(order: unknown): Generator<void, void, boolean> {
    const child = this.#factory(order);
    const hasEnded = occupy(this, child, { boxSize: this.#options.boxSize });
    let lastWord: string | undefined;
    while (!hasEnded()) {
      this.#readControl(child);
      const word = this.#wordFor();
      if (word !== undefined && word.type !== lastWord) {
        lastWord = word.type;
        child.stop(word);
      }
      this.pause();
      yield;
    }
    this.#readControl();
  }

  /** What the living child has to be told, if anything. */
  #wordFor(): Shutdown | undefined {
    if (this.#toldToStop) return this.#told;
    return this.dataReady("next") ? shutdownMicroprocess() : this.#told;
  }

  get #toldToStop(): boolean {
    return this.#told?.type === "shutdownMicroprocess";
  }

  #readControl(child?: Component<any, any>): void {
    while (this.dataReady("control")) {
      const message: unknown = this.recv("control");
      if (!isShutdown(message)) child?.stop(message as never);
      else if (this.#told === undefined || (message.type === "shutdownMicroprocess" && !this.#toldToStop)) this.#told = message;
    }
  }
}
