// SPDX-License-Identifier: Apache-2.0
import type { Component } from "../Component.ts";
import { component } from "../definition.ts";
import { ComponentFailure } from "../errors.ts";
import type { Inbox } from "../Inbox.ts";
import { producerFinished, shutdownMicroprocess } from "../ipc.ts";
import { inboxOf, outboxOf } from "../postoffice.ts";
import { System } from "../System.ts";
import type { Channel } from "./channel.ts";
import { FINISH, STOP, TOLD } from "./memory.ts";
import { Shuttle } from "./shuttle.ts";
import type { Inside } from "./workers.ts";

/** Runs a component in this thread, in a system of its own, with its boxes linked to those outside. */
export async function runInThread(inside: Inside, channel: Channel, body: Component<any, any>): Promise<void> {
  const system = new System();
  const mirror = new Mirror(inside, channel, body);
  system.activate(mirror.arrivals);
  system.activate(mirror.departures);
  try {
    await system.run(body);
  } catch (error) {
    throw error instanceof ComponentFailure && error.component === body.path ? error.cause : error;
  }
  mirror.departures.stop(producerFinished());
  await mirror.departures.ended;
  mirror.arrivals.kill();
}

/** What a component in a thread takes for the rest of the world. Two components, because each may be held without the other. */
class Mirror {
  /** Sends what came for the component. */
  readonly arrivals: Component<any, any>;
  /** Takes what the component sends. */
  readonly departures: Component<any, any>;
  readonly #inside: Inside;
  readonly #channel: Channel;
  readonly #body: Component<any, any>;
  readonly #shuttle: Shuttle;
  /** What the component was told. */
  #told = 0;

  constructor(inside: Inside, channel: Channel, body: Component<any, any>) {
    const { name, inboxes, outboxes } = inside.data;
    this.#inside = inside;
    this.#channel = channel;
    this.#body = body;
    this.arrivals = this.#makeArrivals(inboxes);
    this.departures = this.#makeDepartures(outboxes);
    for (const box of inboxes) this.arrivals.link([this.arrivals, box], inboxOf(body, box));
    for (const box of outboxes) this.departures.link(outboxOf(body, box), [this.departures, from(box)]);
    this.#shuttle = new Shuttle({
      owner: this.arrivals.microprocess,
      channel,
      sources: outboxes.map((box, i) => ({
        inbox: this.departures.inboxes[from(box)] as Inbox,
        box: inboxes.length + i,
        name: `${name}.${box}`,
      })),
      sinks: inboxes.map((box) => this.arrivals.outboxes[box]),
      sendsWhileHeld: true,
    });
    inside.listen({ bell: () => this.#onBell(), idle: () => this.#onIdle() });
  }

  #makeArrivals(inboxes: readonly string[]): Component<any, any> {
    const deliver = (): void => this.#deliver();
    const rests = (): boolean => this.#rests();
    return component(Arrivals, {
      outboxes: docs([...inboxes, "signal"]),
      *main(_, __, self) {
        const release = self.system.expect("messages from outside this thread");
        try {
          do {
            deliver();
            if (rests()) self.pause();
          } while (yield);
        } finally {
          release();
        }
      },
    });
  }

  #makeDepartures(outboxes: readonly string[]): Component<any, any> {
    const send = (): boolean => this.#send();
    const rests = (): boolean => this.#rests();
    return component(Departures, {
      inboxes: docs([...outboxes.map(from), "control"]),
      *main({ control }, _, self) {
        while (!send() || control!.length === 0) {
          if (rests()) self.pause();
          yield;
        }
      },
    });
  }

  #send(): boolean {
    this.#channel.awake();
    this.#shuttle.send();
    return this.#shuttle.emptied;
  }

  /** Delivers what has come, as far as there is room. */
  #deliver(): void {
    this.#channel.awake();
    this.#shuttle.deliver();
    this.#tell();
  }

  /** Whether the component is to be told something: to stop, at once; to finish, after everything that was sent before. */
  #hasNews(): boolean {
    const told = this.#channel.read(TOLD);
    return told > this.#told && (told === STOP || !this.#channel.available);
  }

  #tell(): void {
    if (!this.#hasNews()) return;
    this.#told = this.#channel.read(TOLD) === STOP ? STOP : FINISH;
    this.#body.stop(this.#told === STOP ? shutdownMicroprocess() : producerFinished());
  }

  /** Both have done what there was to do. If there is more now, both look. */
  #rests(): boolean {
    if (this.#shuttle.rest(() => this.#hasNews())) return true;
    this.#tell();
    this.#wake();
    return false;
  }

  #wake(): void {
    this.arrivals.unpause();
    this.departures.unpause();
  }

  /** The arrivals may be held by the component itself; to be told to stop must reach it all the same. */
  #onBell(): void {
    this.#inside.keepAlive(false);
    this.#tell();
    this.#wake();
  }

  /** Nothing else is left to do in this thread. */
  #onIdle(): void {
    if (this.arrivals.isStopped) return;
    this.#channel.sayIdle();
    this.#inside.keepAlive(true);
  }
}

/** The names of these components. */
function Arrivals(): void {}
function Departures(): void {}

/** The inbox for what the component sends: no name that it may have itself. */
const from = (box: string): string => `from ${box}`;

function docs(names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, ""]));
}
