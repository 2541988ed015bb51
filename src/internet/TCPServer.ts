// SPDX-License-Identifier: Apache-2.0
import { type Component, component, type Connection, type ConnectionEvents, type Endpoint, producerFinished } from "../axon/index.ts";
import { ConnectedSocketAdapter } from "./ConnectedSocketAdapter.ts";
import { networkOf } from "./NodeNetwork.ts";
import { checkPort } from "./ports.ts";

/** Where to listen. */
export interface TCPServerOptions {
  /** 0: any free port; the outbox "listening" says which. */
  readonly port: number;
  /** An address of this machine. Default: 127.0.0.1, so that nobody else can connect. */
  readonly host?: string;
}

/** A connection came. Its adapter is to be linked, made a child of somebody, and activated; until then it reads nothing. */
export interface NewCSA {
  readonly type: "newCSA";
  readonly csa: ConnectedSocketAdapter;
  readonly peer: Endpoint;
  readonly local: Endpoint;
}

/** A connection is closed. */
export interface ShutdownCSA {
  readonly type: "shutdownCSA";
  readonly csa: ConnectedSocketAdapter;
}

/**
 * Listens, and makes a {@link ConnectedSocketAdapter} for each connection. {@link ServerCore} gives them protocols. If its outbox is not linked,
 * connections are closed at once. When it is told to stop it takes no more connections; those that came stay.
 *
 * @throws RangeError for a port that there cannot be
 * @throws Error when it cannot listen: the port is in use, or not allowed
 */
export function TCPServer({
  port,
  host = "127.0.0.1",
}: TCPServerOptions): Component<{}, { protocolHandlerSignal: NewCSA | ShutdownCSA; listening: Endpoint }> {
  checkPort(`listen on ${host}:${port}`, port, 0);
  return component(TCPServer, {
    outboxes: { protocolHandlerSignal: "each connection, when it comes, and when it is closed", listening: "the address, once it listens" },
    *main({ control }, { protocolHandlerSignal, listening }, self) {
      let failure: Error | undefined;
      const accepted = (connection: Connection): ConnectionEvents => {
        const csa = new ConnectedSocketAdapter(connection);
        if (protocolHandlerSignal.linked)
          protocolHandlerSignal.send({ type: "newCSA", csa, peer: connection.remote, local: connection.local });
        else csa.refuse();
        const closed = (error?: Error): void => {
          csa.events.closed(error);
          protocolHandlerSignal.send({ type: "shutdownCSA", csa });
        };
        return { ...csa.events, closed };
      };
      const closed = (error?: Error): void => {
        failure = error;
        self.stop(producerFinished());
      };
      const done = self.system.expect(`connections to ${host}:${port}`);
      const listener = networkOf(self).listen({ host, port }, { listening: (at) => listening.send(at), accepted, closed });
      try {
        yield control;
        if (failure !== undefined) throw failure;
      } finally {
        listener.close();
        done();
      }
    },
  });
}
