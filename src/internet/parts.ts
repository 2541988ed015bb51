// SPDX-License-Identifier: Apache-2.0
// What the tests of connections need: plain sockets on the other side, and a look at what components send.
import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { createSocket, type Socket as DatagramSocket } from "node:dgram";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { delimiter, join } from "node:path";
import type { TestContext } from "node:test";
import {
  type AnyComponent,
  type Component,
  component,
  type Connection,
  type ConnectionEvents,
  type Endpoint,
  type Network,
  type Outbox,
  type Place,
  System,
  type SystemOptions,
} from "../axon/index.ts";

/** What an outbox sends: all of it, and one after the other. @internal */
export interface Tap<T> {
  readonly list: readonly T[];
  /** The next message that was not asked for yet. */
  next(): Promise<T>;
  /** Takes no more, so that the box fills; then goes on. */
  pause(): void;
  resume(): void;
}

/** Takes what an outbox sends. @internal */
export function tap<T>(system: System, outbox: Outbox<T>): Tap<T> {
  const list: T[] = [];
  const waiting: ((message: T) => void)[] = [];
  let asked = 0;
  let pausing: { readonly promise: Promise<void>; readonly resolve: () => void } | undefined;
  const taker: Component<{ inbox: T }, {}> = component(tap, {
    inboxes: { inbox: "messages" },
    *main({ inbox }) {
      while (yield inbox) {
        if (pausing !== undefined) yield pausing.promise;
        const message = inbox.recv();
        list.push(message);
        waiting.shift()?.(message);
      }
    },
  });
  taker.link(outbox, taker.inboxes.inbox);
  system.activate(taker);
  return {
    list,
    next() {
      const at = asked++;
      return at < list.length ? Promise.resolve(list[at]!) : new Promise((resolve) => waiting.push(resolve));
    },
    pause: () => void (pausing ??= Promise.withResolvers<void>()),
    resume() {
      pausing?.resolve();
      pausing = undefined;
    },
  };
}

/** Starts what listens, and gives its address once it does. @internal */
export function serve(system: System, server: AnyComponent): Promise<Endpoint> {
  const { next } = tap<Endpoint>(system, server.outboxes["listening"]!);
  system.activate(server);
  return next();
}

/** A plain datagram socket. @internal */
export async function plainPeer(t: TestContext): Promise<{ socket: DatagramSocket; port: number }> {
  const socket = createSocket("udp4").bind(0, "127.0.0.1");
  let open = true;
  socket.on("close", () => (open = false));
  t.after(() => open && socket.close());
  await once(socket, "listening");
  return { socket, port: socket.address().port };
}

/** An even port that nobody has, for UDP and TCP, and that nobody is given who does not ask for it; `more`: so many after it, too. @internal */
export async function freePort(more = 0): Promise<number> {
  for (;;) {
    const first = 10_000 + 2 * Math.floor(Math.random() * 10_000); // systems give ports of 32,768 and above
    const ports = Array.from({ length: 1 + more }, (_, n) => first + n);
    const all = ports.flatMap((port) => [createSocket("udp4").bind(port), createServer().listen(port)]);
    const outcomes = await Promise.allSettled(all.map((one) => once(one, "listening")));
    for (const [i, { status }] of outcomes.entries()) if (status === "fulfilled") await once(all[i]!.close(), "close");
    if (outcomes.every(({ status }) => status === "fulfilled")) return first;
  }
}

/** Waits until a count has begun, and does not go on; gives it. @internal */
export async function standing(count: () => number): Promise<number> {
  for (let before = 0; ;) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    const now = count();
    if (now > 0 && now === before) return now;
    before = now;
  }
}

/** So many datagrams that come to a plain socket. @internal */
export function datagramsTo(socket: DatagramSocket, howMany: number): Promise<Buffer[]> {
  const list: Buffer[] = [];
  return new Promise((resolve) => socket.on("message", (bytes) => list.push(bytes) === howMany && resolve(list)));
}

/** A system that is stopped at the end of a test, however that ends. @internal */
export function systemOf(t: TestContext, options?: SystemOptions): System {
  const system = new System(options);
  t.after(() => system.stop({ within: 0 }));
  return system;
}

/** A plain client. It may be ended on one side only. @internal */
export async function client(t: TestContext, { address, port }: Endpoint): Promise<Socket> {
  const socket = tracked(t, connect({ host: address, port, allowHalfOpen: true }));
  await once(socket, "connect");
  return socket;
}

/** A plain server on a free port. @internal */
export async function plainServer(
  t: TestContext,
  onConnection: (socket: Socket) => void,
): Promise<{ server: Server; host: string; port: number }> {
  const server = createServer({ allowHalfOpen: true }, (socket) => onConnection(tracked(t, socket))).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  const at = server.address();
  return { server, host: "127.0.0.1", port: typeof at === "object" && at !== null ? at.port : 0 };
}

const fates = new WeakMap<Socket, Promise<string>>();

function tracked(t: TestContext, socket: Socket): Socket {
  t.after(() => socket.destroy());
  let fate = "closed";
  socket.on("error", (error: NodeJS.ErrnoException) => (fate = error.code ?? error.message));
  fates.set(socket, new Promise((resolve) => socket.on("close", () => resolve(fate))));
  return socket;
}

/** Why a socket closed: its error's code, or "closed". @internal */
export function fateOf(socket: Socket): Promise<string> {
  return fates.get(socket)!;
}

/** All that comes until the other side has no more to send. @internal */
export async function textOf(socket: Socket): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of socket.iterator({ destroyOnReturn: false })) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

/** So many bytes. @internal */
export async function bytesOf(socket: Socket, length: number): Promise<Buffer> {
  let bytes: Buffer | null;
  while ((bytes = socket.read(length)) === null) await once(socket, "readable");
  return bytes;
}

/** Runs a program with this input; gives what it prints. @internal */
export async function program(command: readonly string[], input: string): Promise<{ output: string; code: number | null }> {
  const [name = "", ...words] = command;
  const child = spawn(name, words, { stdio: ["pipe", "pipe", "inherit"] });
  child.stdin.end(input);
  let output = "";
  child.stdout.on("data", (text: Buffer) => (output += text.toString()));
  const [code] = await once(child, "close");
  return { output, code };
}

/** Starts socat, whose first address is to listen on port 0; gives the port. It is ended by force: over TLS it may go round for ever, and not hear SIGTERM. @internal */
export async function listeningSocat(t: TestContext, addresses: readonly string[]): Promise<number> {
  const socat = spawn("socat", ["-d", "-d", ...addresses], { stdio: ["ignore", "ignore", "pipe"] });
  t.after(() => socat.kill("SIGKILL"));
  let notices = "";
  socat.stderr.on("data", (text: Buffer) => (notices += text.toString()));
  while (!/listening on .*:\d+\n/.test(notices)) await once(socat.stderr, "data");
  return Number(/listening on .*:(\d+)\n/.exec(notices)?.[1]);
}

/**
 * Sends 100 MB through a program that talks to an echo server, and compares what comes back. Some bytes are sent after that: ncat (7.93) forgets what it has
 * decrypted already while it waits for more. @internal
 */
export async function echoes(t: TestContext, [name = "", ...words]: readonly string[], megabytes = 100): Promise<boolean> {
  const child = spawn(name, words, { stdio: ["pipe", "pipe", "inherit"] });
  t.after(() => child.kill("SIGKILL"));
  const [sent, got] = [createHash("sha256"), createHash("sha256")];
  const over = Promise.withResolvers<void>();
  let missing = megabytes * 1_000_000;
  child.on("close", () => over.resolve());
  child.stdin.on("error", () => over.resolve());
  child.stdout.on("data", (bytes: Buffer) => {
    if (missing > 0) got.update(bytes.subarray(0, missing));
    missing -= bytes.length;
    if (missing <= 0) over.resolve();
  });
  for (let i = 0; i < megabytes; i++) {
    const block = randomBytes(1_000_000);
    sent.update(block);
    if (!child.stdin.write(block)) await Promise.race([once(child.stdin, "drain"), over.promise]);
  }
  const nudge = setInterval(() => child.stdin.write("."), 100);
  await over.promise;
  clearInterval(nudge);
  return missing <= 0 && sent.digest("hex") === got.digest("hex");
}

/** For the `skip` of a test that needs a program: false, or why it is skipped. @internal */
export function without(command: string): string | false {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/games"];
  return folders.some((folder) => existsSync(join(folder, command))) ? false : `needs ${command}`;
}

/** A network in which nothing happens by itself: it keeps what it is asked for, and the events it would tell. @internal */
export class SilentNetwork implements Network {
  readonly log: string[] = [];
  readonly written: string[][] = [];
  /** Whether there is room after a write. */
  room = true;
  events: ConnectionEvents | undefined;

  readonly connection: { -readonly [K in keyof Connection]: Connection[K] } = {
    local: { address: "127.0.0.1", port: 1 },
    remote: { address: "127.0.0.1", port: 2 },
    secure: ({ side }) => void this.log.push(`secure as ${side}`),
    write: (pieces) => {
      this.written.push(pieces.map((piece) => new TextDecoder().decode(piece)));
      return this.room;
    },
    end: () => void this.log.push("end"),
    abort: () => void this.log.push("abort"),
    pause: () => void this.log.push("pause"),
    resume: () => void this.log.push("resume"),
  };

  connect({ host, port, path }: Place, events: ConnectionEvents): Connection {
    this.log.push(`connect to ${path ?? `${host}:${port}`}`);
    this.events = events;
    return this.connection;
  }

  listen(): never {
    throw new Error("Cannot listen: nothing ever comes here");
  }

  bind(): never {
    throw new Error("Cannot bind: nothing ever comes here");
  }
}
