// SPDX-License-Identifier: Apache-2.0
import { type Component, component, type Endpoint, producerFinished } from "../axon/index.ts";
import { ConnectedSocketAdapter } from "./ConnectedSocketAdapter.ts";
import { networkOf } from "./NodeNetwork.ts";

/** Where to listen. */
export interface TCPServerOptions {
  /** 0: any free port; the outbox "listening" says which. */
  readonly port: number;
  /** An address of this machine. Default: 127.0.0.1, so that nobody else can connect. */
  readonly host?: string;
}

/** A connection came. It is to be linked, made a child of somebody, and activated; until then it reads nothing. */
export interface NewCSA {
  readonly type: "newCSA";
  readonly csa: ConnectedSocketAdapter;
  readonly peer: Endpoint;
  readonly local: Endpoint;
}

/**
 * Listens, and makes a {@link ConnectedSocketAdapter} for each connection. {@link ServerCore} gives them protocols.
 *
 * @throws Error when it cannot listen: the port is in use, or not allowed
 */
export function TCPServer({
  port,
  host = "127.0.0.1",
}: TCPServerOptions): Component<{}, { protocolHandlerSignal: NewCSA; listening: Endpoint }> {
  return component(TCPServer, {
    outboxes: { protocolHandlerSignal: "each connection as it comes", listening: "the address, once it listens" },
    *main({ control }, { protocolHandlerSignal, listening }, self) {
      let failure: Error | undefined;
      const done = self.system.expect(`connections to ${host}:${port}`);
      const listener = networkOf(self).listen(
        { host, port },
        {
          listening: (at) => listening.send(at),
          accepted(connection) {
            const csa = new ConnectedSocketAdapter(connection);
            protocolHandlerSignal.send({ type: "newCSA", csa, peer: connection.remote, local: connection.local });
            return csa.events;
          },
          closed(error) {
            failure = error;
            self.stop(producerFinished());
          },
        },
      );
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
