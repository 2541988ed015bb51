// SPDX-License-Identifier: Apache-2.0
// How long should the queue of a modem be? A long one, and everything waits (bufferbloat); a short one, and the line is idle now and then; or CoDel, which looks
// at how long packets wait instead of how many there are.
// A small version, in a moment; with --full, that of the picture in docs/pictures, in some minutes on all cores.
import { writeFile } from "node:fs/promises";
import { type Axis, type Plot, plotSVG, plotText, runExperiment } from "kamaelia/experiment";
import type queues from "./queues.experiment.ts";

const full = process.argv.includes("--full");

// #region run
const results = await runExperiment<typeof queues>(new URL("./queues.experiment.ts", import.meta.url), {
  grid: {
    discipline: ["drop-tail", "codel"],
    packets: full ? [2, 5, 10, 20, 50, 100, 200, 500, 1000] : [5, 200],
  },
  repetitions: full ? 10 : 2,
  commonRandomNumbers: true,
  progress: full && process.stderr,
});
// #endregion

// #region plot
const x: Axis = { label: "packets that may wait", scale: "log" };
const plots: Plot[] = [
  {
    title: "What two uploads do to other packets, on a line of 2 Mbit/s",
    x,
    y: { label: "waiting, the longest of twenty (ms)", scale: "log" },
    series: results.series({ x: "packets", y: "longest", by: "discipline" }),
  },
  {
    title: "… and how well the line is used",
    x,
    y: { label: "used (%)", to: 100 },
    series: results.series({ x: "packets", y: "used", by: "discipline" }),
  },
];
// #endregion

if (full) {
  await writeFile("docs/pictures/queues.svg", plotSVG(plots, { height: 340 }));
  await writeFile("docs/pictures/queues.csv", results.toCSV());
  for (const plot of plots) console.log(plotText(plot));
}
for (const { parameters, measures } of results.points) {
  const { discipline, packets } = parameters;
  console.log(
    `${discipline.padEnd(9)} ${String(packets).padStart(4)} packets: ${measures.longest.mean.toFixed(0)} ms, ${measures.used.mean.toFixed(0)} % used`,
  );
}
const { mean, halfWidth } = results.difference("longest", { discipline: "drop-tail", packets: 200 }, { discipline: "codel", packets: 200 });
console.log(`with room for 200 packets, CoDel saves ${mean.toFixed(0)} ± ${halfWidth.toFixed(0)} ms`);

// Output:
// drop-tail    5 packets: 23 ms, 99 % used
// drop-tail  200 packets: 1144 ms, 100 % used
// codel        5 packets: 22 ms, 99 % used
// codel      200 packets: 34 ms, 100 % used
// with room for 200 packets, CoDel saves 1110 ± 19 ms
