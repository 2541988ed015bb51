// SPDX-License-Identifier: Apache-2.0
// Most components only make something of each message. A function is enough for that: what it answers is sent, unless it is nothing.
import { Pipeline } from "kamaelia/chassis";
import { ConsoleEchoer, ConsoleReader, Filter, PureTransformer, SequentialTransformer, Transformer } from "kamaelia/util";

/** One with a memory is a class. */
class Numbered extends Transformer<string, string> {
  #count = 0;

  processMessage(line: string): string {
    return `${++this.#count}. ${line}`;
  }
}

// prettier-ignore
await Pipeline(
  ConsoleReader({ eol: "" }),
  Filter((line) => !line.startsWith("#")),
  PureTransformer((line) => line.toUpperCase()),
  new Numbered(),
  SequentialTransformer(
    (line) => line.split(" "),
    (words) => words.join("  "),
    (line) => `${line}!\n`,
  ),
  ConsoleEchoer(),
).run();

// Input:
// # a comment
// hello world
// how are you
// Output:
// 1.  HELLO  WORLD!
// 2.  HOW  ARE  YOU!
