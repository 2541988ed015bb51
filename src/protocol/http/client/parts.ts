// SPDX-License-Identifier: Apache-2.0
// What the tests of the client need: servers, ordinary and odd.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import { type AddressInfo, connect, createServer as createPlainServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { realClock } from "../../../axon/index.ts";
import { drive, type DriveOptions } from "../../../testing/index.ts";
import { HTTPClient, type HTTPClientManner } from "./HTTPClient.ts";
import type { HTTPAsked } from "./request.ts";

/** With the real network and the real time. @internal */
export const REAL: DriveOptions = { clock: realClock };

/** A server of Node.js; and how many connections it has had. @internal */
export async function plain(t: TestContext, listener: RequestListener): Promise<{ at: string; server: Server; connections: () => number }> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  let count = 0;
  server.on("connection", () => count++);
  await once(server, "listening");
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { at: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server, connections: () => count };
}

/** A server that does with each connection what it is told to, once a request has come. @internal */
export async function odd(
  t: TestContext,
  answer: (socket: Socket, request: string, count: number) => void,
): Promise<{ at: string; requests: string[] }> {
  const requests: string[] = [];
  const server = createPlainServer((socket) => {
    t.after(() => socket.destroy());
    socket.on("error", () => {});
    socket.on("data", (bytes: Buffer) => {
      requests.push(bytes.toString("latin1"));
      answer(socket, requests.at(-1)!, requests.length);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  return { at: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

/** All that has come of a request. @internal */
export async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const piece of request) text += String(piece);
  return text;
}

/** What a client says of these requests, a line for each: `200 body`, or why not. @internal */
export async function saidOf(
  requests: readonly (string | HTTPAsked)[],
  options: HTTPClientManner & { readonly stream?: false } = {},
  how: DriveOptions = {},
): Promise<string[]> {
  const { outbox, failures } = await drive(HTTPClient(options), { inbox: requests }, how);
  return [
    ...outbox.map(({ status, body }) => `${status} ${Buffer.from(body).toString("latin1")}`.trim()),
    ...failures.map(({ phase, error }) => `${phase}: ${error.message}`),
  ];
}

/** An empty folder, for the time of a test. @internal */
export function folderFor(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "kamaelia-http-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Starts a program that listens on a port, and waits until it does. It ends with the test. @internal */
export async function listeningProgram(t: TestContext, port: number, command: string, ...words: string[]): Promise<ChildProcess> {
  const child = spawn(command, words, { stdio: ["ignore", "ignore", "pipe"] });
  let errors = "";
  child.stderr.on("data", (bytes: Buffer) => (errors += bytes.toString()));
  t.after(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  });
  for (;;) {
    if (child.exitCode !== null) throw new Error(`Cannot go on: ${command} has ended with ${child.exitCode}: ${errors}`);
    if (await isOpen(port)) return child;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function isOpen(port: number): Promise<boolean> {
  const probe = connect(port, "127.0.0.1");
  return new Promise<boolean>((resolve) => {
    probe.on("error", () => resolve(false));
    probe.on("connect", () => resolve(true));
  }).finally(() => probe.destroy());
}
