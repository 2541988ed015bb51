// SPDX-License-Identifier: Apache-2.0
import { type Component, component, type Endpoint, isShutdown, producerFinished, type Shutdown } from "kamaelia/axon";
import { Pipeline } from "kamaelia/chassis";
import { type ServerOutboxes, SimpleServer } from "kamaelia/internet";
import { RTPPacer } from "kamaelia/protocol/rtp";
import { OggFramer } from "kamaelia/protocol/ogg";
import { Backplane, PublishTo, PureTransformer, SubscribeTo } from "kamaelia/util";
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

/** All of it, until the playlist is over, or it is told to stop. Either way those who listen get what has been played, and the end of the connection. */
export function Broadcast(
  playlist: Playlist,
  at: Where,
  listening: (at: Endpoint) => void,
): Component<{ control: Shutdown; _listening: Endpoint }, {}> {
  return component(Broadcast, {
    inboxes: { control: "stops what is played", _listening: "where the server listens" },
    *main({ control, _listening }, _, self) {
      const [studio, backplane] = [Studio(playlist, "studio"), Backplane("studio")];
      const server = Broadcaster("studio", playlist.format, at);
      self.addChildren(studio, backplane, server);
      self.link(server.outboxes.listening, _listening);
      for (const one of [backplane, server]) one.activate();
      while (!studio.isStopped) {
        for (const endpoint of _listening) {
          listening(endpoint);
          studio.activate();
        }
        for (const message of control) if (isShutdown(message)) studio.stop();
        self.pause();
        yield;
      }
      for (const one of [backplane, server]) one.stop(producerFinished());
    },
  });
}
