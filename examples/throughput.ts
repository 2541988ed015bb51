// SPDX-License-Identifier: Apache-2.0
// How fast is TCP over a link that loses packets? Reno and CUBIC, beside the formula that Mathis, Semke, Mahdavi and Ott found in 1997: MSS / RTT × √(3/2) / √p.
// A small version, in a moment; with --full, that of the picture in docs/pictures, in some minutes on all cores.
import { writeFile } from "node:fs/promises";
import { type Plot, plotSVG, plotText, runExperiment } from "kamaelia/experiment";
import { mathis } from "./lib/bulk.ts";
import type throughput from "./throughput.experiment.ts";
import { ROUND_TRIP } from "./throughput.experiment.ts";

const full = process.argv.includes("--full");

// #region run
const results = await runExperiment<typeof throughput>(new URL("./throughput.experiment.ts", import.meta.url), {
  grid: {
    congestion: ["reno", "cubic"],
    loss: full ? [0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05] : [0.005, 0.02],
  },
  repetitions: full ? 10 : 2,
  progress: full && process.stderr,
});
// #endregion

// #region plot
const losses = [...new Set(results.points.map(({ parameters }) => parameters.loss))];
const formula = losses.map((loss) => ({ x: loss * 100, y: mathis(ROUND_TRIP, loss) / 1e6 }));
const plot: Plot = {
  title: "TCP over a link that loses packets, with a round trip of 100 ms",
  x: { label: "packets lost (%)", scale: "log" },
  y: { label: "throughput (Mbit/s)", scale: "log" },
  series: [
    ...results.series({ x: ({ loss }) => loss * 100, y: "throughput", by: "congestion" }),
    { name: "Mathis et al.", points: formula, draw: "line", dashed: true },
  ],
};
// #endregion

if (full) {
  await writeFile("docs/pictures/throughput.svg", plotSVG(plot));
  await writeFile("docs/pictures/throughput.csv", results.toCSV());
  console.log(plotText(plot, { rows: 24 }));
}
for (const { parameters, measures } of results.points) {
  const { mean, low, high } = measures.throughput;
  const interval = `${mean.toFixed(2)} Mbit/s (${low.toFixed(2)} to ${high.toFixed(2)})`;
  console.log(`${parameters.congestion.padEnd(5)} ${(parameters.loss * 100).toFixed(2)} % lost: ${interval}`);
}

// Output:
// reno  0.50 % lost: 2.10 Mbit/s (0.39 to 3.81)
// reno  2.00 % lost: 1.11 Mbit/s (1.00 to 1.22)
// cubic 0.50 % lost: 2.36 Mbit/s (2.01 to 2.72)
// cubic 2.00 % lost: 1.12 Mbit/s (0.86 to 1.38)
