// SPDX-License-Identifier: Apache-2.0
// What `npm start` runs: an echo server and a fortune server on loopback, and a live picture of the components inside.
import { parseArgs } from "node:util";
import { type Component, component, type Endpoint, System } from "kamaelia/axon";
import { SimpleServer } from "kamaelia/internet";
import { EchoProtocol, FortuneCookieProtocol } from "kamaelia/protocol";
import { Picture } from "./Picture.ts";

const ports = portsAskedFor();
const system = new System();
const picture = new Picture(system, process.stdout);
const echo = SimpleServer({ port: ports.echo, protocol: EchoProtocol });
const fortune = SimpleServer({ port: ports.fortune, protocol: FortuneCookieProtocol });
const listening = Promise.withResolvers<{ readonly echoPort: number; readonly fortunePort: number }>();
const ready = WhenBothListen((echoPort, fortunePort) => listening.resolve({ echoPort, fortunePort }));
ready.link(echo.outboxes.listening, ready.inboxes.echo);
ready.link(fortune.outboxes.listening, ready.inboxes.fortune);
for (const one of [ready, echo, fortune]) system.activate(one);
void listening.promise.then(({ echoPort, fortunePort }) => {
  picture.notes.set(echo.id, `the echo server, port ${echoPort}`).set(fortune.id, `the fortune server, port ${fortunePort}`);
  picture.start([
    `Echo server:     nc 127.0.0.1 ${echoPort}    says what you say`,
    `Fortune server:  nc 127.0.0.1 ${fortunePort}    tells your fortune, slowly`,
    "Ctrl-C stops both.",
    "",
  ]);
});
try {
  await system.run();
  picture.end("Stopped.");
} catch (error) {
  console.error(inOneLine(error));
  process.exitCode = 1;
}

/** Calls back when both servers listen. */
function WhenBothListen(callback: (echoPort: number, fortunePort: number) => void): Component<{ echo: Endpoint; fortune: Endpoint }, {}> {
  return component(WhenBothListen, {
    inboxes: { echo: "where the echo server listens", fortune: "where the fortune server listens" },
    *main({ echo, fortune }) {
      if ((yield echo) && (yield fortune)) callback(echo.recv().port, fortune.recv().port);
    },
  });
}

/** The ports to listen on, from the command line. */
function portsAskedFor(): { readonly echo: number; readonly fortune: number } {
  try {
    const { values } = parseArgs({
      options: { echo: { type: "string", default: "1500" }, fortune: { type: "string", default: "1501" }, help: { type: "boolean" } },
    });
    if (values.help === true) {
      console.log("Usage: npm start -- [--echo PORT] [--fortune PORT]");
      process.exit();
    }
    return { echo: port("echo", values.echo), fortune: port("fortune", values.fortune) };
  } catch (error) {
    console.error(`${inOneLine(error).replace(/\.$/, "")}; usage: npm start -- [--echo PORT] [--fortune PORT]`);
    process.exit(2);
  }
}

function port(name: string, text: string): number {
  const number = text === "" ? NaN : Number(text);
  if (Number.isInteger(number) && number >= 0 && number <= 65_535) return number;
  throw new RangeError(`Cannot use --${name} ${text}: a port is a number from 0 to 65535`);
}

/** The first cause: people want to read that the port is in use, not who told whom. */
function inOneLine(error: unknown): string {
  let root = error;
  while (root instanceof Error && root.name === "ComponentFailure" && root.cause !== undefined) root = root.cause;
  return root instanceof Error ? root.message : String(root);
}
