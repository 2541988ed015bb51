// SPDX-License-Identifier: Apache-2.0
import {
  type AnyComponent,
  anyOf,
  type Component,
  component,
  type Connection,
  type ConnectionEvents,
  type Endpoint,
  Happening,
  type Main,
  type Shutdown,
  shutdownMicroprocess,
} from "../../../axon/index.ts";
import type { ConnectionInboxes, ConnectionOutboxes } from "../../../internet/index.ts";

type Ends = Component<{ inbox: Uint8Array; _over: Shutdown }, { outbox: Uint8Array }>;

const NOWHERE: Endpoint = { address: "", port: 0 };

/** A connection that a component makes: bytes to its inbox, bytes from its outbox, and its signal says when it is over. @internal */
export function throughComponent(
  owner: AnyComponent,
  client: Component<ConnectionInboxes, ConnectionOutboxes>,
  events: ConnectionEvents,
): Connection {
  let room: Happening | undefined;
  let isOver = false;
  const over = (error?: Error): void => {
    if (isOver) return;
    isOver = true;
    events.closed(error);
  };
  const ends: Ends = component(throughComponent, {
    inboxes: { inbox: "bytes from the server", _over: "the connection is over" },
    outboxes: { outbox: "bytes to the server" },
    *main({ inbox, _over }): Main {
      const either = anyOf(inbox, _over);
      events.opened();
      while (!isOver) {
        while (inbox.length > 0 && room === undefined && !isOver) events.data(inbox.recv());
        if (room !== undefined) {
          if (!(yield room) && room !== undefined) break;
        } else if (_over.length > 0) {
          const { type, message } = _over.recv();
          if (type !== "shutdownMicroprocess") events.ended();
          over(message instanceof Error ? message : undefined);
        } else if (!(yield either)) break;
      }
      over(new Error("Cannot stay connected: the client was told to stop"));
    },
  });
  const { outbox } = ends.outboxes;
  owner.addChildren(client, ends);
  ends.link(outbox, client.inboxes.inbox);
  ends.link(client.outboxes.outbox, ends.inboxes.inbox);
  ends.link(client.outboxes.signal, ends.inboxes._over);
  owner.watch(client, ({ failure }) => {
    if (failure !== undefined) ends.inboxes._over.deliver(shutdownMicroprocess(failure));
  });
  const abort = (): void => {
    const reason = shutdownMicroprocess("the client is done");
    isOver = true;
    client.stop(reason);
    room?.happen();
    room = undefined;
    ends.stop(reason);
  };
  client.activate();
  ends.activate();
  return {
    local: NOWHERE,
    remote: NOWHERE,
    write(pieces) {
      for (const piece of pieces) outbox.send(piece);
      if (!outbox.full) return true;
      outbox.whenRoom(() => events.drained());
      return false;
    },
    secure: () => {}, // it was told to when it was made
    end: () => queueMicrotask(() => events.finished()), // nothing is left to say when it is called
    abort,
    pause: () => void (room ??= new Happening("room for what the server sends")),
    resume() {
      room?.happen();
      room = undefined;
    },
  };
}
