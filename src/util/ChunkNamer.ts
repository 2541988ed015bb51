// SPDX-License-Identifier: Apache-2.0
import { type Component, component } from "../axon/index.ts";

/**
 * Gives each message the name of a file of its own: `[basepath + "chunk1" + suffix, message]`, then chunk2, and so on.
 *
 * @param basepath what names begin with. Default: nothing
 * @param suffix what names end with. Default: nothing
 * @example
 * await Pipeline(DataSource(["a", "b"]), ChunkNamer("test/", ".txt"), ConsoleEchoer()).run(); // [ 'test/chunk1.txt', 'a' ] …
 */
export function ChunkNamer<T = any>(
  basepath: string = "",
  suffix: string = "",
): Component<{ inbox: T }, { outbox: readonly [name: string, contents: T] }> {
  return component(ChunkNamer, {
    inboxes: { inbox: "chunks" },
    outboxes: { outbox: "pairs of a file's name and a chunk" },
    *main({ inbox }, { outbox }) {
      let count = 0;
      while (yield inbox) for (const chunk of inbox) outbox.send([`${basepath}chunk${++count}${suffix}`, chunk]);
    },
  });
}
