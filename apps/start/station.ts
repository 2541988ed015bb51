// SPDX-License-Identifier: Apache-2.0
import type { Component, Shutdown } from "kamaelia/axon";
import { Carousel, Graphline, JoinChooserToCarousel } from "kamaelia/chassis";
import { IcecastMount, type IcecastMounts } from "kamaelia/protocol/icecast";
import { ForwardIteratingChooser, Tap } from "kamaelia/util";
import { mountOptions } from "./format.ts";
import { Pace } from "./Pace.ts";
import { Play } from "./Play.ts";
import type { Playlist, Track } from "./playlist.ts";

/** Where the radio is heard. */
export const MOUNT = "/radio";

/** What those who run a station want to know. */
export interface News {
  /** A track begins. */
  readonly playing: (title: string) => void;
  /** A track cannot be played. */
  readonly report: (fault: string) => void;
}

// #region station
/** Plays one track after the other, for ever, at the pace of the clock, to all who listen. It ends when nothing in the list can be played. */
export function Station(playlist: Playlist, mounts: IcecastMounts, { report, playing }: News): Component<{ control: Shutdown }, {}> {
  const { tracks } = playlist;
  let faults = 0;
  const ended = (fault?: string): void => {
    faults = fault === undefined ? 0 : faults + 1;
    if (fault !== undefined) report(fault);
    if (faults === tracks.length) report("Cannot go on: nothing in the list can be played");
  };
  return Graphline({
    components: {
      PROGRAMME: JoinChooserToCarousel(
        ForwardIteratingChooser(roundAndRound(tracks, () => faults < tracks.length)),
        Carousel((track: Track) => Play(track, ended)),
      ),
      PACE: Pace(),
      TITLES: Tap(playing),
      MOUNT: IcecastMount(mounts, MOUNT, { name: "Radio Kamaelia", genre: "generative", ...mountOptions(playlist.format) }),
    },
    linkages: {
      "self.control": "PROGRAMME.control",
      "PROGRAMME.outbox": "PACE.inbox",
      "PROGRAMME.signal": "PACE.control",
      "PACE.outbox": "MOUNT.inbox",
      "PACE.title": "TITLES.inbox",
      "TITLES.outbox": "MOUNT.metadata",
      "PACE.signal": "MOUNT.control",
    },
    boxSizes: { "PACE.inbox": 32 },
  });
}
// #endregion

function* roundAndRound<T>(list: readonly T[], isWorthIt: () => boolean): Generator<T, void, void> {
  while (isWorthIt()) yield* list;
}
