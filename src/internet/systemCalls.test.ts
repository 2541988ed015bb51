// SPDX-License-Identifier: Apache-2.0
// What the operating system is asked for, counted by strace.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { after, test, type TestContext } from "node:test";
import { connect as connectTLS } from "node:tls";
import { certificates } from "./node/parts.ts";
import { client, without } from "./parts.ts";

/** Answers each byte with as many pieces of ten bytes as it says, all sent in one turn, through another component. */
const PROGRAM = `
  import { SimpleServer } from ${JSON.stringify(join(import.meta.dirname, "index.ts"))};
  import { component, tap } from ${JSON.stringify(join(import.meta.dirname, "../axon/index.ts"))};
  import { Pipeline } from ${JSON.stringify(join(import.meta.dirname, "../chassis/index.ts"))};
  const boxes = { inboxes: { inbox: "bytes" }, outboxes: { outbox: "bytes" } };
  const Burst = () => component(Burst, { ...boxes, *main({ inbox }, { outbox }) {
    while (yield inbox) for (const bytes of inbox) for (const count of bytes) for (let i = 0; i < count; i++) outbox.send(Buffer.alloc(10, i));
  } });
  const Pass = () => component(Pass, { ...boxes, *main({ inbox }, { outbox }) {
    while (yield inbox) for (const bytes of inbox) outbox.send(bytes);
  } });
  const tls = process.env.PAPERS === undefined ? {} : { tls: JSON.parse(process.env.PAPERS) };
  const server = SimpleServer({ port: 0, protocol: () => Pipeline(Burst(), Pass()), ...tls });
  tap(server.outboxes.listening, ({ port }) => console.log(port));
  process.stdin.resume().on("end", () => process.exit());
  await server.run();`;

/** Asks a server under strace for so many pieces, one time after the other; gives the calls that were made for each. */
async function traced(
  t: TestContext,
  counts: readonly number[],
  talk: (port: number) => Promise<Duplex>,
  papers?: { readonly cert: string; readonly key: string },
): Promise<string[][]> {
  const folder = mkdtempSync(join(tmpdir(), "kamaelia-strace-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "calls");
  const which = "trace=read,write,writev,sendto,sendmsg,sendmmsg,epoll_wait,epoll_pwait,epoll_pwait2";
  const env = papers === undefined ? process.env : { ...process.env, PAPERS: JSON.stringify(papers) };
  const child = spawn("strace", ["-yy", "-o", file, "-e", which, process.execPath, "--input-type=module", "-e", PROGRAM], {
    stdio: ["pipe", "pipe", "inherit"],
    env,
  });
  t.after(() => child.stdin.end()); // that ends it
  const [port] = await once(child.stdout, "data");
  const stream = await talk(Number(port));
  for (const count of counts) {
    await new Promise((resolve) => setTimeout(resolve, 20)); // so that it has to wait
    stream.write(Uint8Array.of(count));
    const wanted = Buffer.concat(Array.from({ length: count }, (_, i) => Buffer.alloc(10, i)));
    const pieces: Buffer[] = [];
    while (pieces.reduce((sum, { length }) => sum + length, 0) < wanted.length) pieces.push((await once(stream, "data"))[0]);
    assert.ok(Buffer.concat(pieces).equals(wanted));
  }
  const ended = once(child, "close");
  child.stdin.end();
  await ended;
  const calls = readFileSync(file, "utf8").split("\n");
  assert.ok(calls.some(waits)); // that it can be seen
  const starts = calls.flatMap((call, i) => (isRead(call) ? [i] : []));
  return starts.map((start, i) => calls.slice(start, starts[i + 1])).slice(-counts.length);
}

function isRead(call: string): boolean {
  return /^read\(\d+<TCP.* = [1-9]\d*$/.test(call);
}

function isWrite(call: string): boolean {
  return /^(write|writev|sendto|sendmsg|sendmmsg)\(\d+<TCP/.test(call);
}

/** A look whether something has happened does not wait; anything else does. */
function waits(call: string): boolean {
  return call.startsWith("epoll") && !/, 0(, NULL, \d+)?\)\s+= /.test(call);
}

const skip = without("strace");
/** As many as a box takes at once. */
const COUNTS = [100, 1, 2, 120, 1] as const;

/** Nothing was waited for before they were written, all together. @param size of what is written for so many pieces; undefined: any */
function together(calls: readonly string[], size: number | undefined): void {
  const writes = calls.filter(isWrite);
  assert.equal(writes.length, 1, calls.join("\n"));
  if (size !== undefined) assert.match(writes[0]!, new RegExp(` = ${size}$`));
  assert.deepEqual(calls.slice(0, calls.findIndex(isWrite)).filter(waits), [], calls.join("\n"));
}

test("what a component sends in one turn leaves in one system call, and a lone message at once", { skip }, async (t) => {
  const all = await traced(t, COUNTS, (port) => client(t, { address: "127.0.0.1", port }));
  for (const [i, count] of COUNTS.entries()) together(all[i]!, count * 10);
});

test("so it is with TLS", { skip: skip || without("openssl") }, async (t) => {
  const { ca, server } = certificates(after);
  const talk = async (port: number): Promise<Duplex> => {
    const stream = connectTLS({ port, host: "127.0.0.1", servername: "localhost", ca });
    t.after(() => stream.destroy());
    await once(stream, "secureConnect");
    return stream;
  };
  const [, ...all] = await traced(t, [1, ...COUNTS], talk, server); // with the first one TLS has things of its own to say
  for (const calls of all) together(calls, undefined);
});

test("what is asked of streams is asked of the system: noDelay, keepAlive, backlog, reusePort", { skip }, (t) => {
  const folder = mkdtempSync(join(tmpdir(), "kamaelia-strace-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "calls");
  const script = `
    import { SimpleServer, TCPClient } from ${JSON.stringify(join(import.meta.dirname, "index.ts"))};
    import { handle } from ${JSON.stringify(join(import.meta.dirname, "../axon/index.ts"))};
    import { Echo } from ${JSON.stringify(join(import.meta.dirname, "../testing/index.ts"))};
    const meet = async (server, client) => {
      const listening = handle(SimpleServer({ port: 0, protocol: () => Echo(), ...server }), { outboxes: ["listening"] });
      const { address: host, port } = await listening.get("listening");
      const visitor = handle(TCPClient({ host, port, ...client }));
      await visitor.put(Buffer.from("hello"));
      await visitor.get();
      console.log("over");
    };
    await meet({}, {});
    await meet({ noDelay: false, keepAlive: 9000, backlog: 7, reusePort: true }, { noDelay: false, keepAlive: 8000 });
    process.exit();`;
  const words = ["-o", file, "-e", "trace=setsockopt,listen,write", process.execPath, "--input-type=module", "-e", script];
  const { status, stderr } = spawnSync("strace", words, { encoding: "utf8" });
  assert.equal(status, 0, stderr);
  const [usual = "", special = ""] = readFileSync(file, "utf8").split('"over');
  const count = (calls: string, what: RegExp): number => [...calls.matchAll(new RegExp(what, "g"))].length;
  assert.deepEqual(
    [usual, special].map((calls) => [
      count(calls, /TCP_NODELAY, \[1\]/),
      count(calls, /SO_KEEPALIVE, \[1\]/),
      count(calls, /TCP_KEEPIDLE, \[9\]/),
      count(calls, /TCP_KEEPIDLE, \[8\]/),
      count(calls, /listen\(\d+, 511\)/),
      count(calls, /listen\(\d+, 7\)/),
      count(calls, /SO_REUSEPORT, \[1\]/),
    ]),
    [
      [2, 0, 0, 0, 1, 0, 0],
      [0, 2, 1, 1, 0, 1, 1],
    ],
  );
});
