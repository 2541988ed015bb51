// SPDX-License-Identifier: Apache-2.0
import { join } from "node:path";
import { type Component, component, type ComponentSnapshot, snapshot, sleep, type System } from "kamaelia/axon";
import { type Handler, MinimalFactory, routes, ServerSentEvents } from "kamaelia/protocol/http";
import type { IcecastMounts } from "kamaelia/protocol/icecast";
import type { Ports } from "./options.ts";
import { MOUNT } from "./station.ts";

/** How often a page hears of what goes on, in milliseconds. */
const EVERY = 500;
/** Components that a page is told of. */
const MANY = 150;
/** Titles that are remembered. */
const LAST = 6;

/** What is played, who listens, and what goes on inside, for the page. */
export class Look {
  readonly #system: System;
  readonly #mounts: IcecastMounts;
  readonly #about: () => Ports;
  readonly #notes: ReadonlyMap<number, string>;
  readonly #titles: string[] = [];
  #json = "";
  #time = -Infinity;

  /** @param notes what to say behind the names of some components, by number */
  constructor(system: System, mounts: IcecastMounts, about: () => Ports, notes: ReadonlyMap<number, string>) {
    this.#system = system;
    this.#mounts = mounts;
    this.#about = about;
    this.#notes = notes;
  }

  /** A new title. */
  heard(title: string): void {
    if (this.#titles[0] === title) return;
    this.#titles.unshift(title);
    this.#titles.length = Math.min(this.#titles.length, LAST);
  }

  /** All of it, as JSON: the same for all who ask at about the same time. */
  json(): string {
    const now = this.#system.clock.now();
    if (now - this.#time < EVERY / 2) return this.#json;
    this.#time = now;
    const { components } = snapshot(this.#system);
    const [mount] = this.#mounts.statistics().mounts;
    this.#json = JSON.stringify({
      title: this.#mounts.title(MOUNT),
      before: this.#titles.filter((title) => title !== this.#mounts.title(MOUNT)),
      listeners: mount?.listeners.size ?? 0,
      peak: mount?.peak ?? 0,
      total: mount?.total ?? 0,
      contenttype: mount?.contenttype ?? "",
      since: mount?.source?.since ?? 0,
      now: this.#system.clock.wallTime(),
      about: this.#about(),
      count: components.length,
      components: lastFirst(components)
        .slice(0, MANY)
        .map((component) => [...summary(component), this.#notes.get(component.id) ?? ""]),
    });
    return this.#json;
  }

  /** Tells a page, again and again. */
  Tell(): Component<{}, { outbox: string }> {
    const look = this;
    return component(this.Tell, {
      outboxes: { outbox: "what goes on, as JSON" },
      *main(_, { outbox }) {
        do if (!outbox.full) outbox.send(look.json());
        while (yield sleep(EVERY));
      },
    });
  }
}

/** The page, what it is told, and the radio. */
export function website(look: Look, mounts: IcecastMounts): Handler {
  const files = MinimalFactory({ homedirectory: join(import.meta.dirname, "page") });
  const own = routes({ "GET /events": ServerSentEvents(() => look.Tell()), "GET /*": files });
  return (request) => mounts.answer(request) ?? own(request);
}

/** Whole trees, those that came last first: that is what plays. */
function lastFirst(components: readonly ComponentSnapshot[]): ComponentSnapshot[] {
  const trees: ComponentSnapshot[][] = [];
  for (const component of components) {
    if (component.parent === undefined) trees.unshift([]);
    trees[0]!.push(component);
  }
  return trees.flat();
}

function summary({ id, parent = 0, kind, name, state, turns, waitsFor, inboxes, outboxes }: ComponentSnapshot): (string | number)[] {
  let [received, sent, waiting] = [0, 0, 0];
  for (const box of Object.values(inboxes)) {
    received += box.received;
    waiting += box.length;
  }
  for (const box of Object.values(outboxes)) sent += box.sent;
  return [id, parent, kind || name, state, turns, received, sent, waiting, waitsFor];
}
