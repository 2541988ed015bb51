// SPDX-License-Identifier: Apache-2.0
// A protocol of one's own, and three ways to try it: alone, over real connections, and over a bad network that is not there.
import { type Component, component, handle } from "kamaelia/axon";
import { Pipeline } from "kamaelia/chassis";
import { SimpleServer, TCPClient } from "kamaelia/internet";
import { SimulatedNetwork, star } from "kamaelia/internet/simulate";
import { drive } from "kamaelia/testing";
import { LineSplit, PureTransformer } from "kamaelia/util";

const bytes = (text: string) => new TextEncoder().encode(text);
const show = (way: string, answers: readonly Uint8Array[]) => console.log(`${way}: ${Buffer.concat(answers).toString().trimEnd()}`);

// #region protocol
/** Answers each line with the sum of the numbers in it. */
function Sum(): Component<{ inbox: string }, { outbox: string }> {
  return component(Sum, {
    inboxes: { inbox: "lines of numbers" },
    outboxes: { outbox: "their sums" },
    *main({ inbox }, { outbox }) {
      while (yield inbox) {
        for (const line of inbox) {
          const sum = line.split(" ").reduce((total, word) => total + Number(word), 0);
          outbox.send(Number.isNaN(sum) ? "What?\n" : `${sum}\n`);
        }
      }
    },
  });
}

const SumProtocol = () => Pipeline(LineSplit(), Sum(), PureTransformer(bytes));
// #endregion

// #region alone
const { outbox } = await drive(SumProtocol(), { inbox: [bytes("1 2 3\n10 "), bytes("20\nten\n")] });
show("alone", outbox);
// #endregion

// #region real
const server = handle(SimpleServer({ port: 0, protocol: SumProtocol }), { outboxes: ["listening"] });
const { address, port } = (await server.get("listening"))!;
const client = handle(TCPClient({ host: address, port }));
await client.put(bytes("1 2 3\n"));
show("real", [(await client.get())!]);
await client.stop();
await server.stop();
// #endregion

// #region bad
const network = new SimulatedNetwork(star(["server", "client"], { delay: 50, jitter: 20, loss: 0.2 }), { seed: 1 });
network.host("server").system.activate(SimpleServer({ host: "0.0.0.0", port: 1500, protocol: SumProtocol }));
const far = handle(TCPClient({ host: "server", port: 1500 }), { system: network.host("client").system });
for (let n = 1; n <= 100; n++) await far.put(bytes(`${n} ${n}\n`));
let answers = "";
while (!answers.includes("200\n")) answers += new TextDecoder().decode(await far.get());
console.log(
  `bad: ${answers.split("\n").length - 1} answers, all in order: ${answers === Array.from({ length: 100 }, (_, n) => `${2 * n + 2}\n`).join("")}`,
);
await far.stop();
// #endregion

// Output:
// alone: 6
// 30
// What?
// real: 6
// bad: 100 answers, all in order: true
