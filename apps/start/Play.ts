// SPDX-License-Identifier: Apache-2.0
import { anyOf, type Component, component, type Ended, sleep } from "kamaelia/axon";
import type { Sound } from "./format.ts";
import type { Track } from "./playlist.ts";

/** What is to be heard, and, before it, what it is called. */
export type Programme = Sound | { readonly title: string };

/** Says what a track is called, and plays it to its end. `ended` is told, and if it cannot be played, why. */
export function Play({ title, make }: Track, ended: (fault?: string) => void): Component<{ _ended: Ended }, { outbox: Programme }> {
  return component(Play, {
    inboxes: { _ended: "the track has ended" },
    outboxes: { outbox: "its title, then its sound" },
    *main({ _ended }, { outbox }, self) {
      outbox.send({ title });
      const track = make();
      self.addChildren(track);
      self.link(track.outboxes.outbox, outbox, { passthrough: 2 });
      self.watch(track, _ended);
      track.activate();
      if (!(yield _ended)) return;
      const { failure } = _ended.recv();
      if (failure === undefined) return ended();
      ended(`Cannot play ${title}: ${failure.cause instanceof Error ? failure.cause.message : failure.message}`);
      yield anyOf(_ended, sleep(1000)); // so that a list of them is not run through at once
    },
  });
}
