// SPDX-License-Identifier: Apache-2.0
import { Buffer } from "node:buffer";
import { type Component, component, sleep } from "kamaelia/axon";
import type { Programme } from "./Play.ts";

/** How the pace is kept. */
export interface PaceOptions {
  /** Milliseconds of sound that are sent at once at the beginning, so that the first listener need not wait. Default 4000. */
  readonly lead?: number;
  /** Milliseconds between two pieces. Default 200. */
  readonly every?: number;
}

/** Later than that it does not hurry, but goes on from now: the machine was asleep. */
const LATE = 5000;

/** Sends sound as fast as it is heard, in a few pieces a second, and titles when their turn comes. */
export function Pace({ lead = 4000, every = 200 }: PaceOptions = {}): Component<
  { inbox: Programme },
  { outbox: Uint8Array; title: string }
> {
  return component(Pace, {
    inboxes: { inbox: "sound with its durations, and titles" },
    outboxes: { outbox: "sound, when it is time for it", title: "what it is called" },
    *main({ inbox }, { outbox, title }, self) {
      const { clock } = self.system;
      /** When what comes next is due, by the clock. */
      let due = clock.now() - lead;
      let waiting: Uint8Array[] = [];
      /** Milliseconds of that. */
      let length = 0;
      const flush = (): void => {
        if (waiting.length > 0) outbox.send(Buffer.concat(waiting));
        waiting = [];
        length = 0;
      };
      while (yield inbox) {
        for (const sound of inbox) {
          if ("title" in sound) {
            flush();
            yield; // what came before is to be there before
            if (self.toldToStop) return;
            title.send(sound.title);
            continue;
          }
          waiting.push(sound.bytes);
          length += sound.duration;
          due += sound.duration;
          const now = clock.now();
          if (due < now - LATE) due = now;
          if (due > now + every || length > every) flush(); // also where the sound is made no faster than it is heard
          if (due <= now + every) continue;
          yield sleep(due - now);
          if (self.toldToStop) return;
        }
      }
      if (!self.toldToStop) flush();
    },
  });
}
