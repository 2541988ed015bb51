// SPDX-License-Identifier: Apache-2.0
// What the tests of HTTP need.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { delimiter, join } from "node:path";
import type { TestContext } from "node:test";
import { type AnyComponent, type Component, component, type Endpoint, System, type SystemOptions } from "../../axon/index.ts";
import { type Protocol, ServerCore } from "../../internet/index.ts";
import type { MessageHeader, ParsedHTTP } from "./messages.ts";
import type { MessageParser } from "./messageParser.ts";

/** Bytes of a text of Latin-1. @internal */
export const raw = (text: string): Buffer => Buffer.from(text, "latin1");

/** What a parser makes of bytes that come in these pieces, then end, in one line: `GET / 1.1 [body] | bad 400`. @internal */
export function reading(parser: MessageParser, pieces: readonly Uint8Array[], ends = true): string {
  const parts: ParsedHTTP[] = [];
  const pull = (): void => {
    for (let part = parser.pull(); part !== undefined; part = parser.pull()) parts.push(part);
  };
  for (const piece of pieces) {
    parser.push(Buffer.from(piece));
    pull();
  }
  if (ends) parser.finish();
  pull();
  return summary(parts);
}

/** What a parser sent, in one line. @internal */
export function summary(parts: readonly ParsedHTTP[]): string {
  let text = "";
  let body = "";
  for (const part of parts) {
    if (part.type === "ParsedHTTPHeader") text += `${text === "" ? "" : " | "}${describe(part.header)}`;
    else if (part.type === "ParsedHTTPBodyChunk") body += Buffer.from(part.bodychunk).toString("latin1");
    else {
      if (part.bad !== undefined) return `${text} broken ${part.bad.status}`;
      text += `${body === "" ? "" : ` [${body}]`}${part.trailers === undefined ? "" : ` +${JSON.stringify(part.trailers)}`}`;
      body = "";
    }
  }
  return `${text}${body === "" ? "" : ` [${body}…`}`;
}

function describe(header: MessageHeader & { method?: string; "raw-uri"?: string; responsecode?: number }): string {
  if (header.bad !== false) return `bad ${header.bad.status}`;
  const what = header.method === undefined ? `${header.responsecode}` : `${header.method} ${header["raw-uri"]}`;
  return `${what} ${header.version}${header.keepAlive ? "" : " close"}`;
}

/** A system that the test stops at its end. @internal */
export function systemOf(t: TestContext, options: SystemOptions = {}): System {
  const system = new System(options);
  t.after(() => system.stop({ within: 1000 }));
  return system;
}

/** Serves on a free port until the test ends. @internal */
export async function serving(t: TestContext, protocol: Protocol, system: System = systemOf(t)): Promise<Endpoint> {
  const server = ServerCore({ port: 0, host: "127.0.0.1", protocol });
  return listening(system, server);
}

/** Where a server listens, once it does. @internal */
export function listening(system: System, server: AnyComponent): Promise<Endpoint> {
  return new Promise((resolve) => {
    const announcer: Component<{ inbox: Endpoint }, {}> = component(listening, {
      inboxes: { inbox: "where the server listens" },
      *main({ inbox }) {
        while (yield inbox) resolve(inbox.recv());
      },
    });
    announcer.link(server.outboxes["listening"]!, announcer.inboxes.inbox);
    system.activate(announcer);
    system.activate(server);
  });
}

/** A plain connection. @internal */
export async function dial(t: TestContext, { port }: Endpoint): Promise<Socket> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  socket.on("error", () => {});
  t.after(() => socket.destroy());
  await once(socket, "connect");
  return socket;
}

/** Says this, and gives all that is answered until the other side closes. `end`: whether we say that nothing follows. @internal */
export async function ask(t: TestContext, at: Endpoint, text: string | Uint8Array, end = false): Promise<string> {
  const socket = await dial(t, at);
  socket.write(typeof text === "string" ? raw(text) : text);
  if (end) socket.end();
  return heard(socket);
}

/** All that comes until the other side closes. @internal */
export function heard(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    const pieces: Buffer[] = [];
    socket.on("data", (bytes: Buffer) => pieces.push(bytes));
    socket.on("close", () => resolve(Buffer.concat(pieces).toString("latin1")));
  });
}

/** Waits until what has come has this in it. @internal */
export function until(socket: Socket, wanted: string | RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    const onData = (bytes: Buffer): void => {
      text += bytes.toString("latin1");
      if (!(typeof wanted === "string" ? text.includes(wanted) : wanted.test(text))) return;
      socket.off("data", onData);
      socket.off("close", onClose);
      resolve(text);
    };
    const onClose = (): void => reject(new Error(`closed before ${String(wanted)} came: ${text}`));
    socket.on("data", onData);
    socket.on("close", onClose);
  });
}

/** Runs a program, and gives what it printed. @internal */
export async function program(command: readonly string[], input = ""): Promise<{ code: number | null; output: string; errors: string }> {
  const [file = "", ...words] = command;
  const child = spawn(file, words);
  const [output, errors]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on("data", (bytes: Buffer) => output.push(bytes));
  child.stderr.on("data", (bytes: Buffer) => errors.push(bytes));
  child.stdin.end(input);
  const [code] = (await once(child, "close")) as [number | null];
  return { code, output: Buffer.concat(output).toString("latin1"), errors: Buffer.concat(errors).toString() };
}

/** For `skip`: why a test cannot run without this program, or false. @internal */
export function without(name: string): string | false {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin"];
  return folders.some((folder) => existsSync(join(folder, name))) ? false : `needs ${name}`;
}
