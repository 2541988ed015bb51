// SPDX-License-Identifier: Apache-2.0
import { anyOf, type Component, component, type Ended, sleep, tap } from "kamaelia/axon";
import type { Sound } from "./format.ts";
import type { Track } from "./playlist.ts";

/** What is to be heard, and, before it, what it is called. */
export type Programme = Sound | { readonly title: string };

/** Plays a track to its end, and says what it is called as soon as there is sound. `ended` is told, and if it cannot be played, why. */
export function Play({ title, make }: Track, ended: (fault?: string) => void): Component<{ _ended: Ended }, { outbox: Programme }> {
  return component(Play, {
    inboxes: { _ended: "the track has ended" },
    outboxes: { outbox: "its title, then its sound" },
    *main({ _ended }, { outbox }, self) {
      const track = make();
      const untap = tap(track.outboxes.outbox, () => {
        untap();
        outbox.send({ title }); // not earlier: what cannot be played is not to be announced
      });
      self.addChildren(track);
      self.link(track.outboxes.outbox, outbox, { passthrough: 2 });
      self.watch(track, _ended);
      track.activate();
      const isOver = yield _ended;
      untap();
      if (!isOver) return;
      const { failure } = _ended.recv();
      if (failure === undefined) return ended();
      ended(`Cannot play ${title}: ${failure.cause instanceof Error ? failure.cause.message : failure.message}`);
      yield anyOf(_ended, sleep(1000)); // so that a list of them is not run through at once
    },
  });
}
