// SPDX-License-Identifier: Apache-2.0
// How fast TCP is over a line that loses packets. Dots are what a simulated network does in ten minutes of its own time;
// the line is the formula that Mathis, Semke, Mahdavi and Ott found in 1997: MSS / RTT × √(3/2) / √p.
import { Pipeline } from "kamaelia/chassis";
import { SimpleServer, TCPClient } from "kamaelia/internet";
import { chain, SimulatedNetwork } from "kamaelia/internet/simulate";
import { Count, mathis, Source } from "./lib/bulk.ts";

const ROUND_TRIP = 100; // milliseconds
const LOSSES = [0.05, 0.03, 0.02, 0.01, 0.005, 0.003, 0.002, 0.001];
const ROWS = 12;

/** Bits in a second, in ten minutes. */
async function measured(loss: number): Promise<number> {
  const network = new SimulatedNetwork(chain(["one", "other"], { delay: ROUND_TRIP / 2 }), { tcp: { congestion: "reno" } });
  network.link("one", "other").change({ loss });
  let bytes = 0;
  const protocol = (): ReturnType<typeof Count> => Count((more) => (bytes += more));
  network.host("other").system.activate(SimpleServer({ host: "0.0.0.0", port: 80, protocol }));
  network.host("one").system.activate(Pipeline(Source(), TCPClient({ host: "other", port: 80 })));
  await network.advance(600_000);
  await network.host("one").system.stop({ within: 0 });
  return (bytes * 8) / 600;
}

const found: number[] = [];
for (const loss of LOSSES) found.push(await measured(loss));
const formula = LOSSES.map((loss) => mathis(ROUND_TRIP, loss));
const most = Math.max(...found, ...formula);
const rowOf = (rate: number): number => Math.round((rate / most) * (ROWS - 1));
for (let row = ROWS - 1; row >= 0; row--) {
  const marks = LOSSES.map((_, i) => (rowOf(found[i]!) === row ? "●" : rowOf(formula[i]!) === row ? "─" : " ").padStart(7));
  console.log(`${((row / (ROWS - 1)) * (most / 1e6)).toFixed(1).padStart(5)} │${marks.join("")}`.trimEnd());
}
console.log(`Mbit/s└${"─".repeat(7 * LOSSES.length)}`);
console.log(`  loss ${LOSSES.map((loss) => `${loss * 100} %`.padStart(7)).join("")}`);

// Output:
//   4.9 │                                                       ●
//   4.4 │                                                       ─
//   4.0 │
//   3.6 │                                                ●
//   3.1 │                                                ─
//   2.7 │                                         ●
//   2.2 │                                  ●
//   1.8 │
//   1.3 │                           ●
//   0.9 │             ●      ●
//   0.4 │      ●
//   0.0 │
// Mbit/s└────────────────────────────────────────────────────────
//   loss     5 %    3 %    2 %    1 %  0.5 %  0.3 %  0.2 %  0.1 %
