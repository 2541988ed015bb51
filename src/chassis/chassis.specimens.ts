// SPDX-License-Identifier: Apache-2.0
import { at, Echo, Fails, Feed, specimen, type Specimens } from "../testing/index.ts";
import { Chooser } from "../util/index.ts";
import { Carousel } from "./Carousel.ts";
import { Graphline } from "./Graphline.ts";
import { InboxControlledCarousel } from "./InboxControlledCarousel.ts";
import { JoinChooserToCarousel } from "./JoinChooserToCarousel.ts";
import { PAR } from "./PAR.ts";
import { Pipeline } from "./Pipeline.ts";
import { Seq } from "./Seq.ts";
import { Supervisor } from "./Supervisor.ts";

const words = ["one", "two", "three", "four", "five"];
const tables = (n: number): ReturnType<typeof Feed<number>> => Feed([n, 2 * n, 3 * n]);
const told = "its children are sources, which end when they are told";
/** Which of several parts is the first to send depends on which of them was held. */
const sorted = (messages: readonly unknown[]): unknown => messages.toSorted();

export const specimens: Specimens = {
  Pipeline: [
    specimen(() => Pipeline(Echo<string>(), Echo<string>(), Echo<string>()), { inbox: words }),
    specimen(() => Pipeline(Feed(words), Echo<string>())),
  ],
  Graphline: specimen(
    () =>
      Graphline({
        components: { A: Echo<string>(), B: Echo<string>(), C: Echo<string>() },
        linkages: {
          "self.inbox": "A.inbox",
          "A.outbox": "self.outbox",
          "self.more": "B.inbox",
          "B.outbox": "C.inbox",
          "C.outbox": "self.rest",
        },
      }),
    { inbox: words, more: words },
  ),
  Carousel: specimen(
    () => Carousel(tables),
    { inbox: [], next: at({ 0: 1, 1000: 7, 2000: 9 }) },
    { but: { drains: told, floods: "each order makes another child, which sends until it is held" } },
  ),
  InboxControlledCarousel: specimen(
    () => InboxControlledCarousel(tables),
    { inbox: at({ 0: 1, 1000: 7, 2000: 9 }), data_inbox: [] },
    { kind: "Graphline", but: { drains: told } },
  ),
  JoinChooserToCarousel: specimen(() => JoinChooserToCarousel(Chooser([1, 7, 9]), Carousel(tables)), { inbox: [] }, { kind: "Graphline" }),
  PAR: [
    specimen(() => PAR(Echo<string>(), Echo<string>()), { inbox: words }, { compare: sorted }),
    specimen(() => PAR(Feed(words), Feed(words))),
  ],
  Seq: [
    specimen(() => Seq(Feed(words), () => Feed(words)), {}, { but: { drains: "each part is told, and ends, when its turn comes" } }),
    specimen(() => Seq(Feed([0]), Echo<number>()), { inbox: [1, 2, 3, 4] }),
  ],
  Supervisor: specimen(
    () =>
      Supervisor({
        children: { WORK: () => Fails((word: string) => word === "two"), KEEP: { start: () => Echo<string>(), restart: "transient" } },
        linkages: { "self.inbox": "WORK.inbox", "WORK.outbox": "KEEP.inbox", "WORK.signal": "KEEP.control", "KEEP.outbox": "self.outbox" },
      }),
    { inbox: words },
  ),
};
