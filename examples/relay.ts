// SPDX-License-Identifier: Apache-2.0
// Makes the network before any program worse: `npx node examples/relay.ts 8001 127.0.0.1:8000 --latency 200 --rate 1e6 --slice 100`, and its clients connect to port
// 8001 instead of 8000. The faults are those of both ways; for datagrams there is `--udp`, with `--loss 0.02`. Without a port, two servers are made worse, to see it.
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer } from "node:http";
import { parseArgs } from "node:util";
import { type Component, type Endpoint, handle, tap } from "kamaelia/axon";
import { TCPRelay, UDPRelay } from "kamaelia/internet/simulate";

// #region relay
const FAULTS = ["latency", "jitter", "rate", "slice", "loss", "duplicate", "corrupt", "reorder"] as const;

/** The relay that a command line asks for. */
function relay(args: string[]): Component<{}, { listening: Endpoint }> {
  const known = Object.fromEntries(FAULTS.map((name) => [name, { type: "string" } as const]));
  const { values: all, positionals } = parseArgs({ args, allowPositionals: true, options: { ...known, udp: { type: "boolean" } } });
  const [port, target = ""] = positionals;
  const [, address = "", at = "80"] = /^(.*?)(?::(\d+))?$/.exec(target) ?? [];
  const values: Readonly<Record<string, unknown>> = all;
  const given: { [name in (typeof FAULTS)[number]]?: number } = {};
  for (const name of FAULTS) if (values[name] !== undefined) given[name] = Number(values[name]);
  const { latency: delay = 0, ...others } = given;
  const faults = { delay, ...others };
  const options = { port: Number(port), target: { address, port: Number(at) }, there: faults, back: faults };
  return all.udp === true ? UDPRelay(options) : TCPRelay(options);
}
// #endregion

const USAGE = `usage: npx node examples/relay.ts PORT HOST:PORT [--udp] [--${FAULTS.join(" NUMBER] [--")} NUMBER]`;

const args = process.argv.slice(2);
if (args.length > 0) await serve(args).catch(explain);
else {
  await overHTTP();
  await overUDP();
}

async function serve(args: string[]): Promise<void> {
  const asked = relay(args);
  tap(asked.outboxes.listening, ({ address, port }) => console.log(`Relaying from ${address}:${port}; Ctrl-C ends it.`));
  await asked.run();
}

/** The first cause, without who told whom. */
function explain(error: unknown): void {
  let root = error;
  while (root instanceof Error && root.name === "ComponentFailure" && root.cause !== undefined) root = root.cause;
  console.error(`${root instanceof Error ? root.message : String(root)}\n${USAGE}`);
  process.exitCode = 1;
}

/** A web server that knows nothing of us, and a client that does not either. */
async function overHTTP(): Promise<void> {
  const server = createServer((_request, response) => response.end("Never have I been so slow. ".repeat(40))).listen(0, "127.0.0.1");
  await once(server, "listening");
  const slow = handle(relay(["0", `127.0.0.1:${portOf(server.address())}`, "--latency", "60", "--rate", "1e6", "--slice", "100"]), {
    outboxes: ["listening"],
  });
  const { port } = (await slow.get("listening"))!;
  const start = performance.now();
  const response = await fetch(`http://127.0.0.1:${port}/`);
  const pieces: string[] = [];
  for await (const piece of response.body!.pipeThrough(new TextDecoderStream())) pieces.push(piece);
  console.log(`A page of ${pieces.join("").length} letters came in many pieces: ${pieces.length > 5}`);
  console.log(`after more than 120 ms: ${performance.now() - start >= 120}`);
  await slow.stop();
  server.close();
}

/** A UDP server that sends back what it hears. */
async function overUDP(): Promise<void> {
  const [server, client] = [createSocket("udp4"), createSocket("udp4")];
  server.bind(0, "127.0.0.1").on("message", (bytes, { port, address }) => server.send(bytes, port, address));
  await once(server, "listening");
  const bad = handle(relay(["0", `127.0.0.1:${server.address().port}`, "--udp", "--latency", "30", "--duplicate", "1"]), {
    outboxes: ["listening"],
  });
  const { port } = (await bad.get("listening"))!;
  let count = 0;
  const all = new Promise<void>((resolve) => client.on("message", () => ++count === 4 && resolve()));
  client.send("hello", port, "127.0.0.1");
  await all;
  console.log(`A datagram came back ${count} times, for it was duplicated on both ways.`);
  await bad.stop();
  for (const socket of [server, client]) socket.close();
}

function portOf(address: ReturnType<ReturnType<typeof createServer>["address"]>): number {
  return typeof address === "object" && address !== null ? address.port : 0;
}

// Output:
// A page of 1080 letters came in many pieces: true
// after more than 120 ms: true
// A datagram came back 4 times, for it was duplicated on both ways.
