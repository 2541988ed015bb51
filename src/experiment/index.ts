// SPDX-License-Identifier: Apache-2.0
/**
 * Experiments: a function of parameters and a seed, run at many points, many times, on all cores; and plots of what came of it.
 *
 * @module
 */
export type { Axis, Mark, Plot, PlotPoint, Series } from "./plot.ts";
export { plotSVG, type PlotSVGOptions } from "./plotSVG.ts";
export { plotText, type PlotTextOptions } from "./plotText.ts";
export type { ProgressScreen } from "./progress.ts";
export { type Point, Results, type SeriesOptions } from "./Results.ts";
export { type ExperimentOptions, runExperiment } from "./runExperiment.ts";
export { estimate, type Estimate, studentQuantile } from "./statistics.ts";
export { Trials, type TrialsOptions, type TrialsPlan } from "./Trials.ts";
export type { Experiment, Failure, Grid, Measures, MeasuresOf, Outcome, ParametersOf, Plan, Success, Trial } from "./plans.ts";
