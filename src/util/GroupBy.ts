// SPDX-License-Identifier: Apache-2.0
import {
  addOutbox,
  type AnyComponent,
  type Component,
  component,
  deleteOutbox,
  Happening,
  type Outbox,
  producerFinished,
} from "../axon/index.ts";
import { checkCount } from "./checks.ts";

/** How many groups there may be. */
export interface GroupByOptions {
  /**
   * How many live at a time. When one more is needed, the one whose last message is oldest is told producerFinished, and its end is waited for.
   * Default: no limit.
   */
  readonly max?: number;
}

/**
 * Gives each group of messages a component of its own: the first message of a key makes one, and all of that key go to it. What they send comes from "outbox".
 *
 * When such a component ends, the next message of its key makes a new one. On producerFinished all of them are told the same, and it ends when they have.
 * A component that is slow holds all: put what may be slow behind a {@link LossyConnector}, or give its inbox more room.
 *
 * @throws whatever the functions or a component throws, as a failure
 * @throws RangeError when max is not a whole number from 1
 * @example
 * const groups = GroupBy(
 *   (n: number) => n % 2,
 *   () => Collate<number>(),
 * );
 * await Pipeline(DataSource([1, 2, 3, 4]), groups, ConsoleEchoer()).run(); // [ 1, 3 ] [ 2, 4 ]
 */
export function GroupBy<T, K, R>(
  keyOf: (message: T) => K,
  make: (key: K) => Component<{ inbox: T }, { outbox: R }>,
  { max = Infinity }: GroupByOptions = {},
): Component<{ inbox: T }, { outbox: R }> {
  checkCount("group messages", max, 1);
  return component(GroupBy, {
    inboxes: { inbox: "messages to be grouped" },
    outboxes: { outbox: "what the components of all groups send" },
    *main({ inbox }, { outbox }, self) {
      const groups = new Map<K, Group<T>>();
      let made = 0;
      let living = 0;
      let oneEnded: Happening | undefined;
      while (yield inbox) {
        for (const message of inbox) {
          const key = keyOf(message);
          let group = groups.get(key);
          if (group === undefined) {
            if (groups.size >= max) finishOldest(groups);
            while (living >= max) {
              yield (oneEnded = new Happening("the end of a group"));
              if (self.toldToStop) return;
            }
            living++;
            const begun: Group<T> = begin(self, nameOf(++made, key), make(key), outbox, () => {
              living--;
              oneEnded?.happen();
              if (groups.get(key) === begun) groups.delete(key);
            });
            groups.set(key, (group = begun));
          } else if (max < Infinity) {
            groups.delete(key);
            groups.set(key, group); // the last one now
          }
          group.out.send(message);
        }
      }
    },
  });
}

function nameOf(number: number, key: unknown): string {
  return typeof key === "object" || typeof key === "function" ? `group ${number}` : `group ${number}: ${String(key)}`;
}

interface Group<T> {
  readonly part: AnyComponent;
  readonly out: Outbox<T>;
}

/** Links and activates the component of a group; calls back when it has ended. */
function begin<T, R>(
  self: AnyComponent,
  name: string,
  part: Component<{ inbox: T }, { outbox: R }>,
  outbox: Outbox<R>,
  ended: () => void,
): Group<T> {
  const out = addOutbox<T>(self, name, { doc: "the messages of a group" });
  self.addChildren(part);
  self.link(out, part.inboxes.inbox);
  const linkage = self.link(part.outboxes.outbox, outbox);
  self.watch(part, ({ failure }) => {
    linkage.unlink();
    deleteOutbox(self, name);
    ended();
    if (failure !== undefined) throw failure;
  });
  part.activate();
  return { part, out };
}

function finishOldest<K, T>(groups: Map<K, Group<T>>): void {
  for (const [key, { part }] of groups) {
    groups.delete(key);
    part.stop(producerFinished());
    return;
  }
}
