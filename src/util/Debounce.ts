// SPDX-License-Identifier: Apache-2.0
import { anyOf, type Component, component, sleep } from "../axon/index.ts";
import { newest } from "./newest.ts";

/** How long a Debounce waits. */
export interface DebounceOptions {
  /** Milliseconds without a message that end a burst. */
  readonly quiet: number;
  /** Milliseconds after which a burst counts as over even if more keeps coming. Default: no limit. */
  readonly max?: number;
  /** Send the first message of a burst at once, too. Default false. */
  readonly leading?: boolean;
}

/**
 * Sends the last message of each burst: when none has come for a while. After producerFinished what it has is sent at once.
 *
 * @throws RangeError for a time below 0
 * @example
 * (await drive(Debounce<string>({ quiet: 100 }), { inbox: at({ 0: "a", 50: "b", 500: "c" }) })).outbox; // ["b", "c"]
 */
export function Debounce<T = any>({ quiet, max = Infinity, leading = false }: DebounceOptions): Component<{ inbox: T }, { outbox: T }> {
  if (!(quiet >= 0 && max >= 0)) throw new RangeError(`Cannot wait for ${Math.min(quiet, max)} ms of quiet: give 0 or more`);
  return component(Debounce, {
    inboxes: { inbox: "messages, perhaps many at a time" },
    outboxes: { outbox: "the last one of each burst" },
    *main({ inbox }, { outbox }, self) {
      const { clock } = self.system;
      while (yield inbox) {
        const end = clock.now() + max;
        if (leading) outbox.send(inbox.recv());
        let last = newest(inbox);
        for (let left = max; left > 0; left = end - clock.now()) {
          if (!(yield anyOf(inbox, sleep(Math.min(quiet, left)))) || inbox.length === 0) break;
          last = newest(inbox) ?? last;
        }
        if (self.toldToStop) return;
        if (last !== undefined) outbox.send(last.message);
      }
    },
  });
}
