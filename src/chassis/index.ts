// SPDX-License-Identifier: Apache-2.0
/**
 * Ways to put components together, which are components themselves.
 *
 * @module
 */
export { Carousel, type CarouselOf, type CarouselOptions } from "./Carousel.ts";
export { type Graph, Graphline } from "./Graphline.ts";
export { InboxControlledCarousel, type InboxControlledCarouselOf } from "./InboxControlledCarousel.ts";
export { type CarouselLike, type ChooserLike, JoinChooserToCarousel } from "./JoinChooserToCarousel.ts";
export type { Linkages, MessagesDoNotFit, NoSuchComponent, NoSuchOutbox, Parts } from "./linkages.ts";
export { PAR } from "./PAR.ts";
export { type MakePipeline, Pipeline, type PipelineOptions } from "./Pipeline.ts";
export { Seq } from "./Seq.ts";
export type { Circle, CommonInbox, CommonOutbox, First, Last, Part, Piped, Stage } from "./stages.ts";
export { Supervisor } from "./Supervisor.ts";
export { type Backoff, delayOf } from "./RestartLimit.ts";
export type { Children, ChildSpec, Lost, Restart, Restarted, Strategy, Supervision } from "./supervision.ts";
