// SPDX-License-Identifier: Apache-2.0
import type { Axis, Plot } from "kamaelia/experiment";
import { LENGTH, type Sample, SCENES } from "./world.ts";

/** What two minutes looked like, or as much of it as is over. */
export function plotsOf(samples: readonly Sample[]): readonly [delay: Plot, pictures: Plot] {
  const x: Axis = { label: "time (s)", from: 0, to: LENGTH };
  const marks = SCENES.slice(1).map(({ at, word }) => ({ x: at, label: word }));
  const delays = samples.map(({ at, delay = NaN }) => ({ x: at, y: delay }));
  const pictures = samples.map(({ at, pictures: y }) => ({ x: at, y }));
  return [
    {
      title: "How late Bert hears Anna",
      x,
      y: { label: "delay of the call (ms)", scale: "log", from: 10, to: 1000 },
      marks,
      series: [{ name: "delay", points: delays, draw: "line" }],
    },
    {
      title: "How fast the pictures are",
      x,
      y: { label: "pictures (Mbit/s)", from: 0, to: 1 },
      marks,
      series: [{ name: "pictures", points: pictures, draw: "line" }],
    },
  ];
}
