// SPDX-License-Identifier: Apache-2.0
import { specimen, type Specimens } from "../testing/index.ts";
import { Trials } from "./Trials.ts";

const square = ({ n }: { n: number }, seed: number): { square: number; odd: number } => ({ square: n ** 2, odd: seed % 2 });

export const specimens: Specimens = {
  Results: "what came of an experiment, no component",
  Trials: specimen(() => Trials(square, { grid: { n: [1, 2, 3] }, repetitions: 2 }), {}),
};
