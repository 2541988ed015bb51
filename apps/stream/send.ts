// SPDX-License-Identifier: Apache-2.0
import { type Component, realClock, type Shutdown } from "kamaelia/axon";
import { Graphline, Pipeline } from "kamaelia/chassis";
import { Multicast_sender } from "kamaelia/internet";
import { RTPFramer, RTPPacer } from "kamaelia/protocol/rtp";
import { SAPAnnouncer } from "kamaelia/protocol/sap";
import { describe, type Place } from "./describe.ts";
import { ReliableSending } from "./reliable.ts";
import { clockRates, Packets, type Playlist } from "./playlist.ts";

/** Where announcements go, and by which interface everything does. */
export interface Announcing {
  readonly sapAddress: string;
  readonly sapPort: number;
  readonly via: string | undefined;
}

// #region send
/** Streams a playlist to a multicast group, and announces it, until it is over. */
export function Station(
  playlist: Playlist,
  place: Place,
  { sapAddress, sapPort, via }: Announcing,
): Component<{ control: Shutdown }, { signal: Shutdown }> {
  const from = via === undefined ? {} : { localAddress: via, multicastInterface: via };
  const session = describe(place, realClock);
  return Graphline({
    components: {
      PLAY: Pipeline(Packets(playlist), RTPPacer({ clockRate: clockRates[place.format] }), RTPFramer()),
      SEND: place.reliable
        ? ReliableSending(place, via)
        : Multicast_sender({ remoteAddress: place.group, remotePort: place.port, ...from }),
      ANNOUNCE: SAPAnnouncer({ sessions: [session], source: via ?? "127.0.0.1", interval: 2 }),
      TELL: Multicast_sender({ remoteAddress: sapAddress, remotePort: sapPort, ...from }),
    },
    linkages: {
      "PLAY.outbox": "SEND.inbox",
      "PLAY.signal": "SEND.control",
      "SEND.signal": "ANNOUNCE.control",
      "ANNOUNCE.outbox": "TELL.inbox",
      "ANNOUNCE.signal": "TELL.control",
      "TELL.signal": "self.signal",
      "self.control": "PLAY.control",
    },
  });
}
// #endregion
