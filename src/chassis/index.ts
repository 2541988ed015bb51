// SPDX-License-Identifier: Apache-2.0
/**
 * Ways to put components together, which are components themselves.
 *
 * @module
 */
export { type Graph, Graphline } from "./Graphline.ts";
export type { Linkages, MessagesDoNotFit, NoSuchComponent, NoSuchOutbox, Parts } from "./linkages.ts";
export { type MakePipeline, Pipeline, type PipelineOptions } from "./Pipeline.ts";
export type { First, Last, Piped, Stage } from "./stages.ts";
