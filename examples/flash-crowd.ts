// SPDX-License-Identifier: Apache-2.0
// Ten thousand receivers tune in within seconds, behind a tree of routers that loses packets. If the file is sent again and again, each waits for the very
// packets it has missed; with parity (Reed and Solomon's), any packets will do.
// A small version with 81 receivers, in a moment; with --full, that of the picture in docs/pictures, in some minutes on all cores.
import { writeFile } from "node:fs/promises";
import { type Plot, plotSVG, plotText, runExperiment } from "kamaelia/experiment";
import type flashCrowd from "./flash-crowd.experiment.ts";

const full = process.argv.includes("--full");

// #region run
const results = await runExperiment<typeof flashCrowd>(new URL("./flash-crowd.experiment.ts", import.meta.url), {
  grid: {
    sends: ["the file", "the file and parity"],
    fanOut: [full ? 10 : 3], // four levels of it
    loss: full ? [0, 0.01, 0.02, 0.05, 0.1, 0.2] : [0.02, 0.2],
  },
  repetitions: full ? 5 : 2,
  progress: full && process.stderr,
});
// #endregion

const receivers = full ? "10,000" : "81";
const percent = ({ loss }: { readonly loss: number }): number => loss * 100;
const plot: Plot = {
  title: `When the last of ${receivers} receivers has the file, and when half of them have`,
  x: { label: "packets lost at each receiver (%)" },
  y: { label: "after tuning in (s)" },
  series: [
    ...results.series({ x: percent, y: "last", by: ({ sends }) => `${sends}: the last` }),
    ...results
      .series({ x: percent, y: "half", by: ({ sends }) => `${sends}: half` })
      .map((series, look) => ({ ...series, dashed: true, look })),
  ],
};
if (full) {
  await writeFile("docs/pictures/flash-crowd.svg", plotSVG(plot));
  await writeFile("docs/pictures/flash-crowd.csv", results.toCSV());
  console.log(plotText(plot));
}
for (const { parameters, measures } of results.points) {
  const { sends, loss } = parameters;
  console.log(
    `${sends.padEnd(19)} ${(loss * 100).toFixed(0).padStart(2)} % lost: half after ${measures.half.mean.toFixed(2)} s, the last after ${measures.last.mean.toFixed(2)} s`,
  );
}

// Output:
// the file             2 % lost: half after 0.39 s, the last after 0.74 s
// the file            20 % lost: half after 0.96 s, the last after 2.30 s
// the file and parity  2 % lost: half after 0.34 s, the last after 0.39 s
// the file and parity 20 % lost: half after 0.46 s, the last after 0.59 s
