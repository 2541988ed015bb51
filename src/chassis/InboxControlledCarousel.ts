// SPDX-License-Identifier: Apache-2.0
import type { Boxes, Component } from "../axon/index.ts";
import { Carousel, type CarouselOptions } from "./Carousel.ts";
import { Graphline } from "./Graphline.ts";

/** The datasheet of a Carousel that takes its orders on "inbox". */
export type InboxControlledCarouselOf<K, I extends Boxes, O extends Boxes> = Component<
  { inbox: K; data_inbox: "inbox" extends keyof I ? I["inbox"] : never },
  { outbox: "outbox" extends keyof O ? O["outbox"] : never; requestNext: "NEXT" }
>;

/**
 * A {@link Carousel} that takes its orders on "inbox", so that it fits into a Pipeline; what is for the child comes to "data_inbox".
 *
 * @example
 * const tables = InboxControlledCarousel((n: number) => Feed([n, 2 * n, 3 * n]));
 * (await drive(tables, { inbox: at({ 0: 1, 10: 7 }) })).outbox; // [1, 2, 3, 7, 14, 21]
 */
export function InboxControlledCarousel<K, I extends Boxes, O extends Boxes>(
  factory: (order: K) => Component<I, O>,
  options: CarouselOptions = {},
): InboxControlledCarouselOf<K, I, O> {
  const CAROUSEL: Component<any, any> = Carousel(factory, options);
  const graph = Graphline({
    components: { CAROUSEL },
    linkages: {
      "self.inbox": "CAROUSEL.next",
      "self.data_inbox": "CAROUSEL.inbox",
      "self.control": "CAROUSEL.control",
      "CAROUSEL.outbox": "self.outbox",
      "CAROUSEL.requestNext": "self.requestNext",
      "CAROUSEL.signal": "self.signal",
    },
  });
  return graph as Component<any, any>;
}
