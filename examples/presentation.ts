// SPDX-License-Identifier: Apache-2.0
// The presentation tool of Kamaelia's home page, for a terminal: type next, previous, first or last.
import { Graphline } from "kamaelia/chassis";
import { Chooser } from "kamaelia/util";
import { Button } from "./lib/Button.ts";
import { Image } from "./lib/Image.ts";

const files = ["kamaelia.png", "components.png", "questions.png"];

await Graphline({
  components: {
    CHOOSER: Chooser(files),
    IMAGE: Image({ size: [24, 1] }),
    NEXT: Button({ caption: "Next", msg: "NEXT" }),
    PREVIOUS: Button({ caption: "Previous", msg: "PREV" }),
    FIRST: Button({ caption: "First", msg: "FIRST" }),
    LAST: Button({ caption: "Last", msg: "LAST" }),
  },
  linkages: {
    "NEXT.outbox": "CHOOSER.inbox",
    "PREVIOUS.outbox": "CHOOSER.inbox",
    "FIRST.outbox": "CHOOSER.inbox",
    "LAST.outbox": "CHOOSER.inbox",
    "CHOOSER.outbox": "IMAGE.inbox",
  },
}).run();

// Input:
// next
// last
// prev
// Output:
// ┌────────────────────────┐
// │      kamaelia.png      │
// └────────────────────────┘
// ┌────────────────────────┐
// │     components.png     │
// └────────────────────────┘
// ┌────────────────────────┐
// │     questions.png      │
// └────────────────────────┘
// ┌────────────────────────┐
// │     components.png     │
// └────────────────────────┘
