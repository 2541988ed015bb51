// SPDX-License-Identifier: Apache-2.0
import {
  type AnyComponent,
  anyOf,
  type Boxes,
  Component,
  type Ended,
  type Inbox,
  type Main,
  type Outbox,
  producerFinished,
  sleep,
} from "../axon/index.ts";

/** How patient an {@link InactivityChassis} is. */
export interface InactivityOptions {
  /** Milliseconds. Default 2000. */
  readonly timeout?: number;
}

/** How often it looks in that time. */
const LOOKS = 4;

/**
 * Has the boxes of the component in it, and tells that component producerFinished when no message has gone in or out by any of them (control and signal do
 * not count) for so long: between once and one and a quarter times the timeout. What passes costs nothing, for it is counted anyhow.
 *
 * @throws RangeError for a time that there cannot be
 * @throws TypeError for what is not a component
 * @example
 * await SimpleServer({ port: 1500, protocol: () => InactivityChassis(EchoProtocol(), { timeout: 5000 }) }).run(); // until it is stopped
 */
export function InactivityChassis<I extends Boxes, O extends Boxes>(child: Component<I, O>, options?: InactivityOptions): Component<I, O>;
export function InactivityChassis(child: AnyComponent, { timeout = 2000 }: InactivityOptions = {}): AnyComponent {
  if (!(child instanceof Component)) throw new TypeError(`Cannot watch ${String(child)} for signs of life: it is not a component`);
  if (!(timeout > 0)) throw new RangeError(`Cannot wait ${timeout} ms for a sign of life: give more than 0`);
  return new Chassis(child, timeout);
}

class Chassis extends Component<Boxes, Boxes> {
  readonly #child: AnyComponent;
  readonly #docs: AnyComponent["docs"];
  readonly #timeout: number;

  constructor(child: AnyComponent, timeout: number) {
    const inboxes = { ...child.docs.inboxes, control: "for the component in it", _ended: "that it has ended" };
    const outboxes = { ...child.docs.outboxes, signal: "from the component in it" };
    super(inboxes, outboxes);
    this.#docs = { inboxes, outboxes };
    this.#child = child;
    this.#timeout = timeout;
    this.addChildren(child);
    for (const name of Object.keys(child.inboxes)) this.link([this, name], [child, name], { passthrough: 1 });
    for (const name of Object.keys(child.outboxes)) this.link([child, name], [this, name], { passthrough: 2 });
  }

  override get kind(): Function {
    return InactivityChassis;
  }

  override get docs(): AnyComponent["docs"] {
    return this.#docs;
  }

  *main(): Main {
    const child = this.#child;
    const { clock } = this.system;
    const ended = this.inboxes["_ended"]!;
    this.watch(child, ended);
    child.activate();
    let last = clock.now();
    let passed = passedBy(child);
    while (!child.isStopped) {
      yield anyOf(ended, sleep(this.#timeout / LOOKS));
      const now = passedBy(child);
      if (now !== passed) last = clock.now();
      passed = now;
      if (clock.now() - last >= this.#timeout) child.stop(producerFinished(`nothing came or went for ${this.#timeout} ms`));
    }
    const { failure }: Ended = ended.recv();
    if (failure !== undefined) throw failure;
  }
}

/** How many messages have gone through the boxes of a component. */
function passedBy({ inboxes, outboxes }: AnyComponent): number {
  let sum = 0;
  for (const [name, inbox] of Object.entries<Inbox>(inboxes)) if (name !== "control") sum += arrivedAt(inbox);
  for (const [name, outbox] of Object.entries<Outbox>(outboxes)) if (name !== "signal") sum += sentBy(outbox);
  return sum;
}

/** Those of a box that is passed through arrive at its far end. */
function arrivedAt(inbox: Inbox): number {
  let end = inbox;
  while (end.next !== undefined) end = end.next;
  return end.tail;
}

/** Those of a box that passes on what children send are sent by theirs. */
function sentBy(outbox: Outbox): number {
  let sum = outbox.sent + outbox.drops;
  for (const { source } of outbox.sources ?? []) if ("sent" in source) sum += sentBy(source);
  return sum;
}
