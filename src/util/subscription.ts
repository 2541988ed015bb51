// SPDX-License-Identifier: Apache-2.0
import { addOutbox, type AnyComponent, anyOf, type Inbox, type Outbox, type ServiceName, type Wait } from "../axon/index.ts";
import { Search } from "./search.ts";
import { addsink, removesink, type Sink, type SinkChange } from "./sinks.ts";

/** A component's place among those that a Backplane sends to: looked for, then taken, then given up. */
export class Subscription<T> {
  readonly #self: AnyComponent;
  readonly #what: { readonly sink: Sink<T>; readonly replay: number };
  #search: Search<SinkChange<T>> | undefined;
  #changes: Outbox<SinkChange<T>> | undefined;

  constructor(self: AnyComponent, service: ServiceName<SinkChange<T>>, what: { readonly sink: Sink<T>; readonly replay: number }) {
    this.#self = self;
    this.#what = what;
    this.#search = new Search(self, service, "_backplane");
    this.begin();
  }

  /** What to wait for: something in a box, or a Backplane, if there is none yet. */
  or(inbox: Inbox<T>): Wait {
    return this.#search === undefined ? inbox : anyOf(inbox, this.#search.found);
  }

  /** Takes its place, if there is a Backplane now. */
  begin(): void {
    if (this.#search === undefined || this.#search.found.length === 0) return;
    const changes = addOutbox<SinkChange<T>>(this.#self, "_configuration", { doc: "to the Backplane" });
    this.#self.link(changes, this.#search.found.recv());
    this.#endSearch();
    const { sink, replay } = this.#what;
    changes.send(addsink(sink, { control: this.#self.inboxes["control"]!, owner: this.#self, replay }));
    this.#changes = changes;
  }

  /** Gives its place up, or looks no further. */
  end(): void {
    this.#endSearch();
    this.#changes?.send(removesink(this.#what.sink));
  }

  #endSearch(): void {
    this.#search?.end();
    this.#search = undefined;
  }
}
