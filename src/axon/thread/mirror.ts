// SPDX-License-Identifier: Apache-2.0
import { Component } from "../Component.ts";
import { ComponentFailure } from "../errors.ts";
import type { Inbox } from "../Inbox.ts";
import { producerFinished, shutdownMicroprocess } from "../ipc.ts";
import { inboxOf, outboxOf } from "../postoffice.ts";
import { System } from "../System.ts";
import type { Main } from "../waits.ts";
import type { Channel } from "./channel.ts";
import { FINISH, STOP, TOLD } from "./memory.ts";
import { Shuttle } from "./shuttle.ts";
import type { Inside } from "./workers.ts";

/** Runs a component in this thread, in a system of its own, with its boxes linked to those outside. */
export async function runInThread(inside: Inside, channel: Channel, body: Component<any, any>): Promise<void> {
  const system = new System();
  const mirror = new Mirror(inside, channel, body);
  system.activate(mirror);
  try {
    await system.run(body);
  } catch (error) {
    throw error instanceof ComponentFailure && error.component === body.path ? error.cause : error;
  }
  mirror.stop(producerFinished());
  await mirror.ended;
}

const from = (box: string): string => `from ${box}`;
const to = (box: string): string => `to ${box}`;

/** What a component in a thread takes for the rest of the world: its inboxes take what that component sends, its outboxes send what came for it. */
class Mirror extends Component<any, any> {
  readonly #inside: Inside;
  readonly #channel: Channel;
  readonly #body: Component<any, any>;
  readonly #shuttle: Shuttle;
  /** What the component was told. */
  #told = 0;

  constructor(inside: Inside, channel: Channel, body: Component<any, any>) {
    const { name, inboxes, outboxes } = inside.data;
    super(docs([...outboxes.map(from), "control"]), docs(inboxes.map(to)));
    this.#inside = inside;
    this.#channel = channel;
    this.#body = body;
    for (const box of outboxes) this.link(outboxOf(body, box), [this, from(box)]);
    for (const box of inboxes) this.link([this, to(box)], inboxOf(body, box));
    this.#shuttle = new Shuttle({
      owner: this.microprocess,
      channel,
      sources: outboxes.map((box, i) => ({ inbox: this.inboxes[from(box)] as Inbox, box: inboxes.length + i, name: `${name}.${box}` })),
      sinks: inboxes.map((box) => this.outboxes[to(box)]),
    });
    inside.listen({ bell: () => this.#onBell(), idle: () => this.#onIdle() });
  }

  *main(): Main {
    const release = this.system.expect("messages from outside this thread");
    try {
      while (!this.#isOver()) {
        if (this.#shuttle.rest(() => this.#channel.read(TOLD) > this.#told)) this.pause();
        yield;
      }
    } finally {
      release();
    }
  }

  /** Does what there is to do; answers whether the component has ended and everything it sent is on its way. */
  #isOver(): boolean {
    this.#channel.awake();
    this.#shuttle.send();
    this.#obey();
    this.#shuttle.deliver();
    return this.inboxes["control"]!.length > 0 && this.#shuttle.emptied;
  }

  /** Tells the component what the thread was told: to stop at once, to finish after what was sent before. */
  #obey(): void {
    const told = this.#channel.read(TOLD);
    if (told === STOP && this.#told !== STOP) {
      this.#told = STOP;
      this.#body.stop(shutdownMicroprocess());
    } else if (told === FINISH && this.#told === 0) {
      this.#shuttle.deliver();
      if (this.#channel.available) return;
      this.#told = FINISH;
      this.#body.stop(producerFinished());
    }
  }

  /** It may be held by the component itself; to be told to stop must reach that all the same. */
  #onBell(): void {
    this.#inside.keepAlive(false);
    this.#obey();
    this.unpause();
  }

  /** Nothing else is left to do in this thread. */
  #onIdle(): void {
    if (this.isStopped) return;
    this.#channel.sayIdle();
    this.#inside.keepAlive(true);
  }
}

function docs(names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, ""]));
}
