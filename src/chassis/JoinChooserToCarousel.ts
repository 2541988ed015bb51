// SPDX-License-Identifier: Apache-2.0
import type { Component, Shutdown } from "../axon/index.ts";
import { Graphline } from "./Graphline.ts";

/** Chooses: takes commands, sends what was chosen. */
export interface ChooserLike {
  readonly inboxes: object;
  readonly outboxes: object;
}

/**
 * Lets a chooser order what a Carousel plays: what it chooses is made next, and when that has ended the Carousel asks it for the next choice.
 *
 * @param chooser for example `Chooser(items)` or `ForwardIteratingChooser(items)`: takes "NEXT" on its inbox, sends choices from its outbox
 * @param carousel a {@link Carousel}
 * @example
 * JoinChooserToCarousel(Chooser(["a.wav", "b.wav"]), Carousel((name: string) => FileReader(name)));
 */
export function JoinChooserToCarousel<T>(
  chooser: ChooserLike,
  carousel: { readonly inboxes: object; readonly outboxes: { readonly outbox: { readonly "~sends"?: () => T } } },
): Component<{ inbox: any; control: Shutdown }, { outbox: T; signal: Shutdown }> {
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
