// SPDX-License-Identifier: Apache-2.0
import { connect, createServer } from "node:net";
import { once } from "node:events";
import { setImmediate } from "node:timers/promises";
import type { System } from "../axon/index.ts";
import { Echo, specimen, type Specimens, type Surroundings } from "../testing/index.ts";
import type { ConnectedSocketAdapter } from "./ConnectedSocketAdapter.ts";
import { serve, tap } from "./parts.ts";
import { ServerCore } from "./ServerCore.ts";
import { SimpleServer } from "./SimpleServer.ts";
import { TCPClient } from "./TCPClient.ts";
import { TCPServer } from "./TCPServer.ts";
import { TCPThreadedClient } from "./TCPThreadedClient.ts";

const bytes = { inbox: ["one", "two", "three"].map((word) => new TextEncoder().encode(word)) };
const howMany = (messages: readonly unknown[]): number => messages.length;
const textOf = (pieces: readonly Uint8Array[]): string => Buffer.concat(pieces).toString();

/** A client of a plain server that sends everything back. */
async function client({ after }: Surroundings): Promise<ReturnType<typeof TCPClient>> {
  return TCPClient(await echoServer(after));
}

async function echoServer(after: Surroundings["after"]): Promise<{ host: string; port: number }> {
  const server = createServer((socket) => socket.on("error", () => {}).pipe(socket)).listen(0, "127.0.0.1");
  await once(server, "listening");
  after(() => server.close());
  const at = server.address();
  return { host: "127.0.0.1", port: typeof at === "object" ? at!.port : 0 };
}

/** The same on a thread. */
async function threaded({ after }: Surroundings): Promise<ReturnType<typeof TCPThreadedClient>> {
  return TCPThreadedClient(await echoServer(after));
}

/** What a server makes of a plain client that sends everything back. */
async function adapter({ system, after }: Surroundings): Promise<ConnectedSocketAdapter> {
  const server = TCPServer({ port: 0 });
  const { next } = tap(system, server.outboxes.protocolHandlerSignal);
  const { port } = await turnsUntil(system, serve(system, server));
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {}).pipe(socket);
  after(() => socket.destroy());
  const { csa } = await turnsUntil(system, next());
  return csa;
}

async function turnsUntil<T>(system: System, promise: Promise<T>): Promise<T> {
  let waiting = true;
  void promise.finally(() => (waiting = false));
  while (waiting) {
    while (system.step() !== undefined);
    await setImmediate();
  }
  return promise;
}

export const specimens: Specimens = {
  ConnectedSocketAdapter: specimen(adapter, { ...bytes, makessl: [] }, { compare: textOf }),
  NodeNetwork: "a network",
  ServerCore: specimen(() => ServerCore({ port: 0, protocol: () => Echo<Uint8Array>() }), {}, { compare: howMany }),
  SimpleServer: specimen(() => SimpleServer({ port: 0, protocol: () => Echo<Uint8Array>() }), {}, { compare: howMany }),
  TCPClient: specimen(client, { ...bytes, makessl: [] }, { compare: textOf }),
  TCPThreadedClient: specimen(threaded, { ...bytes, makessl: [] }, { compare: textOf, but: { stops: "its thread gets a second to end" } }),
  TCPServer: specimen(() => TCPServer({ port: 0 }), {}, { compare: howMany }),
};
