// SPDX-License-Identifier: Apache-2.0
import type { Component, Destination, Origin, Shutdown } from "../axon/index.ts";
import { Graphline } from "./Graphline.ts";

/** Chooses: sends one choice after another, the next whenever it is asked for it. */
export interface ChooserLike<K> {
  readonly inboxes: { readonly inbox: Destination<"NEXT"> };
  readonly outboxes: { readonly outbox: Origin<K> };
}
/** Plays: a {@link Carousel} of whatever kind. */
export interface CarouselLike<K, A, B> {
  readonly inboxes: { readonly inbox: Destination<A>; readonly next: Destination<K> };
  readonly outboxes: { readonly outbox: Origin<B>; readonly requestNext: Origin<"NEXT"> };
}

/**
 * Lets a chooser order what a Carousel plays: what it chooses is made next, and when that has ended the Carousel asks it for the next choice.
 * The chooser is told what comes to control, and tells the Carousel.
 *
 * @param chooser takes "NEXT" on its inbox and sends choices from its outbox, for example `Chooser(items)`
 * @example
 * const show = JoinChooserToCarousel(Chooser([1, 7]), Carousel((n: number) => Feed([n, 2 * n])));
 * await Pipeline(show, ConsoleEchoer()).run();
 */
export function JoinChooserToCarousel<K, A, B>(
  chooser: ChooserLike<K>,
  carousel: CarouselLike<NoInfer<K>, A, B>,
): Component<{ inbox: A; control: Shutdown }, { outbox: B; signal: Shutdown }> {
  const graph = Graphline({
    components: { CHOOSER: chooser as unknown as Component<any, any>, CAROUSEL: carousel as unknown as Component<any, any> },
    linkages: {
      "self.inbox": "CAROUSEL.inbox",
      "self.control": "CHOOSER.control",
      "CHOOSER.outbox": "CAROUSEL.next",
      "CHOOSER.signal": "CAROUSEL.control",
      "CAROUSEL.requestNext": "CHOOSER.inbox",
      "CAROUSEL.outbox": "self.outbox",
      "CAROUSEL.signal": "self.signal",
    },
  });
  return graph as Component<any, any>;
}
