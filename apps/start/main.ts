// SPDX-License-Identifier: Apache-2.0
// What `npm start` runs: an echo server and a fortune server on loopback, and a live picture of the components inside.
import { parseArgs } from "node:util";
import { type Component, component, type Endpoint, System } from "kamaelia/axon";
import { SimpleServer } from "kamaelia/internet";
import { EchoProtocol, FortuneCookieProtocol } from "kamaelia/protocol";
import { Picture } from "./Picture.ts";

const { echo, fortune } = ports();
const system = new System();
const servers = [SimpleServer({ port: echo, protocol: EchoProtocol }), SimpleServer({ port: fortune, protocol: FortuneCookieProtocol })];
const picture = new Picture(system, process.stdout, [
  `Echo server:    nc 127.0.0.1 ${echo}     says what you say`,
  `Fortune server: nc 127.0.0.1 ${fortune}     tells your fortune, slowly`,
]);
try {
  const ready = Ready(servers.length, () => picture.start());
  for (const server of servers) ready.link(server.outboxes.listening, ready.inboxes.inbox);
  for (const one of [ready, ...servers]) system.activate(one);
  await system.run();
  picture.end("Stopped.");
} catch (error) {
  picture.end();
  console.error(rootOf(error).message);
  process.exitCode = 1;
}

/** Calls back when so many servers listen. */
function Ready(count: number, callback: () => void): Component<{ inbox: Endpoint }, {}> {
  return component(Ready, {
    inboxes: { inbox: "addresses that servers listen on" },
    *main({ inbox }) {
      for (let i = 0; i < count; i++) {
        if (!(yield inbox)) return;
        inbox.recv();
      }
      callback();
    },
  });
}

/** The ports to listen on, from the command line. */
function ports(): { echo: number; fortune: number } {
  try {
    const { values } = parseArgs({ options: { echo: { type: "string", default: "1500" }, fortune: { type: "string", default: "1501" } } });
    return { echo: port("echo", values.echo), fortune: port("fortune", values.fortune) };
  } catch (error) {
    console.error(`${rootOf(error).message.replace(/\.$/, "")}. Usage: npm start -- [--echo PORT] [--fortune PORT]`);
    process.exit(2);
  }
}

function port(name: string, text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 0 || number > 65_535)
    throw new RangeError(`Cannot use --${name} ${text}: a port is a number from 0 to 65535`);
  return number;
}

/** The first cause: people want to read that the port is in use, not who told whom. */
function rootOf(error: unknown): Error {
  let root = error;
  while (root instanceof Error && root.name === "ComponentFailure" && root.cause !== undefined) root = root.cause;
  return root instanceof Error ? root : new Error(String(root));
}
