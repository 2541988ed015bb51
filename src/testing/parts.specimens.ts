// SPDX-License-Identifier: Apache-2.0
import { Echo, Fails, Feed, ToList } from "./parts.ts";
import { specimen, type Specimens } from "./specimen.ts";

const words = { inbox: ["one", "two", "three"] };

export const specimens: Specimens = {
  Echo: specimen(() => Echo<string>(), words),
  Fails: specimen(() => Fails((word: string) => word === "four"), words),
  Feed: specimen(() => Feed(["one", "two", "three"])),
  SeededRandom: "a random source",
  ToList: specimen(() => ToList<string>([]), words),
  Trace: "what happened, for people to read",
  VirtualClock: "a clock",
};
