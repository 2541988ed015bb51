// SPDX-License-Identifier: Apache-2.0
import { type ClientSecurity, type Component, component, type Shutdown } from "../../axon/index.ts";
import type { HTTPAnswered } from "../http/index.ts";
import { Reconnecting, type ReconnectOptions } from "./backoff.ts";
import { destinationOf } from "./destination.ts";
import type { IcecastMetadata } from "./messages.ts";
import { Sending } from "./sending.ts";

/** What to send to, how, and what to say of it. */
export interface IcecastSourceOptions extends ReconnectOptions {
  /** Default "audio/mpeg". */
  readonly contenttype?: string;
  /** What the station is called. Default: nothing is said. */
  readonly name?: string;
  readonly description?: string;
  readonly genre?: string;
  /** The station's page. */
  readonly page?: string;
  /** Kilobits per second. */
  readonly bitrate?: number;
  /** Whether directories may list it. Default false. */
  readonly public?: boolean;
  /** "PUT", as HTTP has it; "SOURCE", for servers before Icecast 2.4. Default: PUT, and SOURCE where that is not known. */
  readonly method?: "PUT" | "SOURCE";
  /** Milliseconds that the server may take to answer. Default 10,000. */
  readonly timeout?: number;
  /** How to prove who is who with https and icecasts. Default: the server must prove that it is who was asked for. */
  readonly tls?: ClientSecurity;
}

/** How sending goes: "titleFailed" costs the title only. */
export type IcecastSourceEvent =
  | { readonly type: "connected"; readonly url: string }
  | { readonly type: "failed" | "titleFailed"; readonly url: string; readonly error: Error };

type SourceInboxes = {
  inbox: Uint8Array;
  metadata: string | IcecastMetadata;
  control: Shutdown;
  _bytes: Uint8Array;
  _over: Shutdown;
  _titles: HTTPAnswered;
};

/**
 * Sends a stream to a server of Icecast, which plays it to its listeners: `icecast://source:password@host:8000/mount`, or with http; with icecasts or https it
 * is encrypted. What comes is sent as it comes: whoever feeds it sets the pace. A message to "metadata" is the title of what follows.
 *
 * When the server cannot be reached, or the connection breaks, it tries again: after a second, then after twice as long each time, up to a minute. What comes
 * meanwhile waits.
 *
 * @throws TypeError for a URL that is none, not of such a server, or without a password
 * @throws RangeError for times and numbers below 0
 * @example
 * const server = "icecast://source:hackme@127.0.0.1:8000/live";
 * await Pipeline(SimpleReader("song.mp3", { readMode: "bytes" }), IcecastSource(server, { name: "Radio" })).run();
 */
export function IcecastSource(url: string, options: IcecastSourceOptions = {}): Component<SourceInboxes, { events: IcecastSourceEvent }> {
  const destination = destinationOf(url, options);
  new Reconnecting(options);
  return component(IcecastSource, {
    inboxes: {
      inbox: "the stream",
      metadata: "what is played: the title, or all there is to say",
      control: "producerFinished: send what is there, then end; shutdownMicroprocess: end at once",
      _bytes: "from the server",
      _over: "the connection is over",
      _titles: "answers to new titles",
    },
    outboxes: { events: "how it goes" },
    *main(inboxes, outboxes, self) {
      const sending = new Sending(self, inboxes, outboxes, destination);
      const patience = new Reconnecting(options);
      try {
        for (;;) {
          if (yield* sending.send()) return;
          if (sending.hasSent) patience.reset();
          const delay = patience.next(self.system.random);
          if (delay === undefined || (yield* sending.wait(delay))) return;
        }
      } finally {
        sending.close();
      }
    },
  });
}
