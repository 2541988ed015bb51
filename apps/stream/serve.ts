// SPDX-License-Identifier: Apache-2.0
import type { Component, Shutdown } from "kamaelia/axon";
import { Pipeline } from "kamaelia/chassis";
import { type ServerOutboxes, SimpleServer } from "kamaelia/internet";
import { RTPPacer } from "kamaelia/protocol/rtp";
import { OggFramer } from "kamaelia/protocol/ogg";
import { PublishTo, PureTransformer, SubscribeTo } from "kamaelia/util";
import { clockRates, type Format, Packets, type Playlist } from "./playlist.ts";

/** Where to listen. */
export interface Where {
  readonly host: string;
  readonly port: number;
}

// #region tcp
/** Plays on a Backplane, at the pace of the clock, whoever listens. */
export function Studio(playlist: Playlist, channel: string): Component<{}, {}> {
  const payload = PureTransformer(({ payload }: { readonly payload: Uint8Array }) => payload);
  return Pipeline(Packets(playlist), RTPPacer({ clockRate: clockRates[playlist.format] }), payload, PublishTo(channel));
}

/** Lets everybody who connects hear what is played from now on. Who is too slow is disconnected. */
export function Broadcaster(channel: string, format: Format, at: Where): Component<{ control: Shutdown }, ServerOutboxes> {
  const subscribe = () => SubscribeTo<Uint8Array>(channel, { whenFull: "disconnect", buffer: 500 });
  return SimpleServer({ ...at, protocol: () => (format === "ts" ? subscribe() : Pipeline(subscribe(), OggFramer())) });
}
// #endregion
