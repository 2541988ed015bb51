// SPDX-License-Identifier: Apache-2.0
// What the tests of Icecast need.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { type AnyComponent, type Component, component, type Endpoint, type System } from "../../axon/index.ts";
import { type HTTPAnswered, HTTPParser } from "../http/index.ts";
import { listening, systemOf } from "../http/parts.ts";
import { drive } from "../../testing/index.ts";
import { type IcecastServerOptions, IcecastServer } from "./IcecastServer.ts";
import { MetadataSplitter, parseMetadata } from "./metadata.ts";

/** What a client sends when a server answers this. @internal */
export async function answered(text: string | Uint8Array): Promise<HTTPAnswered[]> {
  const bytes = typeof text === "string" ? Buffer.from(text, "latin1") : text;
  return (await drive(HTTPParser({ mode: "response" }), { inbox: [bytes] })).outbox;
}

/** A server of streams, and where it listens. @internal */
export async function station(
  t: TestContext,
  options: Partial<IcecastServerOptions> = {},
  system: System = systemOf(t),
): Promise<{ at: Endpoint; url: string; system: System; server: AnyComponent }> {
  const server = IcecastServer({ port: 0, host: "127.0.0.1", sourcePassword: "hackme", adminPassword: "boss", ...options });
  const at = await listening(system, server);
  return { at, url: `http://127.0.0.1:${at.port}`, system, server };
}

/** What somebody heard: sound, and titles with the place at which they came. @internal */
export interface Heard {
  readonly head: string;
  readonly sound: Buffer;
  readonly titles: readonly (readonly [at: number, title: string])[];
}

/** Reads a whole answer with metadata. @internal */
export function hearing(answer: string): Heard {
  const end = answer.indexOf("\r\n\r\n");
  const head = answer.slice(0, end);
  const interval = Number(/icy-metaint: (\d+)/.exec(head)?.[1] ?? Infinity);
  const pieces: Uint8Array[] = [];
  const titles: [number, string][] = [];
  let size = 0;
  new MetadataSplitter(interval).push(
    Buffer.from(answer.slice(end + 4), "latin1"),
    (bytes) => {
      pieces.push(bytes);
      size += bytes.length;
    },
    (block) => titles.push([size, parseMetadata(block)["StreamTitle"] ?? ""]),
  );
  return { head, sound: Buffer.concat(pieces), titles };
}

/** Bytes that tell where they are from: so many, from a place on. @internal */
export function counting(from: number, count: number): Buffer {
  const bytes = Buffer.alloc(count);
  for (let n = 0; n < count; n++) bytes[n] = (from + n) % 251;
  return bytes;
}

/** A component that the test feeds and ends. @internal */
export function Tap<T>(): Component<{ inbox: T }, { outbox: T }> {
  return component(Tap, {
    inboxes: { inbox: "what the test says" },
    outboxes: { outbox: "the same" },
    *main({ inbox }, { outbox }) {
      while (yield inbox) for (const message of inbox) outbox.send(message);
    },
  });
}

/** Waits until something is so; not for ever. @internal */
export async function untilSo(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await isSo()); tries++) {
    if (tries === 2000) throw new Error(`waited in vain for ${String(isSo)}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** A server of the test's own: each connection is handled by a function. @internal */
export async function answering(t: TestContext, handle: (socket: Socket, count: number) => void): Promise<string> {
  let count = 0;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    handle(socket, count++);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  const at = server.address();
  return `http://127.0.0.1:${typeof at === "object" && at !== null ? at.port : 0}`;
}

/** A folder that is gone after the test. @internal */
export function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "icecast-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A program that the test ends. @internal */
export function started(t: TestContext, command: readonly string[], cwd?: string): { said: () => string; ended: Promise<number | null> } {
  const [file = "", ...words] = command;
  const child = spawn(file, words, { stdio: ["ignore", "pipe", "pipe"], ...(cwd === undefined ? {} : { cwd }) });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (bytes: Buffer) => (text += bytes.toString()));
  const ended = new Promise<number | null>((resolve) => child.on("close", (code) => resolve(code)));
  child.on("error", (error) => (text += error.message));
  t.after(() => child.kill("SIGKILL"));
  return { said: () => text, ended };
}
