// SPDX-License-Identifier: Apache-2.0
import { Buffer } from "node:buffer";
import { anyOf, type Component, component, type Inbox, shutdownMicroprocess, sleep, type Wait } from "../../axon/index.ts";
import type { Answer, HTTPRequest, Resource } from "../http/index.ts";
import { textOf } from "./metadata.ts";
import type { IcecastMountOptions, Mount } from "./mount.ts";

/** How a source is taken. */
export interface TakingSource {
  readonly request: HTTPRequest;
  /** Milliseconds that it may say nothing. */
  readonly timeout: number;
  /** It begins. */
  readonly begins: (options: IcecastMountOptions) => { readonly mount: Mount; readonly end: () => void };
}

/**
 * Takes a source: a PUT whose body has an end (chunks, or a length), or, as most do, a PUT or SOURCE that simply goes on until the connection is closed.
 */
export function takeSource(taking: TakingSource): Answer {
  const { parsed } = taking.request;
  if (parsed.length !== 0) return FramedSource(taking);
  return parsed.expectsContinue ? { upgrade: Source(taking), statuscode: 100 } : { upgrade: Source(taking), statuscode: 200 };
}

/** What comes is the stream, up to the end of the connection. */
function Source(taking: TakingSource): Component<{ inbox: Uint8Array }, { outbox: Uint8Array }> {
  return component(Source, {
    inboxes: { inbox: "the stream" },
    outboxes: { outbox: "the last word" },
    *main({ inbox }, { outbox }, self) {
      if (!(yield* play(taking, inbox))) self.stop(shutdownMicroprocess("the source has gone silent"));
      else if (taking.request.parsed.expectsContinue)
        outbox.send(Buffer.from("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
    },
  });
}

/** What comes is the body of a request. */
function FramedSource(taking: TakingSource): Component<{ inbox: Uint8Array }, { outbox: Resource }> {
  return component(FramedSource, {
    inboxes: { inbox: "the stream" },
    outboxes: { outbox: "the answer" },
    *main({ inbox }, { outbox }) {
      if (!taking.request.parsed.expectsContinue) outbox.send({ statuscode: 200 }); // some say nothing before they hear this
      const heard = yield* play(taking, inbox);
      outbox.send(heard ? { statuscode: 200, complete: true } : { statuscode: 408, complete: true });
    },
  });
}

/** Plays what comes. Answers whether it came to an end, or just stopped coming. */
function* play({ request, timeout, begins }: TakingSource, inbox: Inbox<Uint8Array>): Generator<Wait, boolean, boolean> {
  const { mount, end } = begins(optionsOf(request));
  try {
    while (yield anyOf(inbox, sleep(timeout))) {
      if (inbox.length === 0) return false;
      mount.publish(joined(inbox));
    }
    return true;
  } finally {
    end();
  }
}

/** All that is there, as one piece. */
export function joined(inbox: Inbox<Uint8Array>): Uint8Array {
  const first = inbox.recv();
  return inbox.length === 0 ? first : Buffer.concat([first, ...inbox]);
}

/** What a source says of itself. */
function optionsOf({ parsed: { headers } }: HTTPRequest): IcecastMountOptions {
  const text = (name: string): string | undefined => {
    const value = headers[`ice-${name}`] ?? headers[`icy-${name}`];
    return value === undefined || value === "" ? undefined : textOf(Buffer.from(value, "latin1"));
  };
  const [name, description, genre, url] = [text("name"), text("description"), text("genre"), text("url")];
  const bitrate = Number.parseInt(
    text("bitrate") ?? text("br") ?? /(?:^|;)(?:ice-)?bitrate=(\d+)/.exec(text("audio-info") ?? "")?.[1] ?? "",
    10,
  );
  return {
    contenttype: headers["content-type"] ?? "audio/mpeg",
    ...(name === undefined ? {} : { name }),
    ...(description === undefined ? {} : { description }),
    ...(genre === undefined ? {} : { genre }),
    ...(url === undefined ? {} : { url }),
    ...(Number.isNaN(bitrate) ? {} : { bitrate }),
  };
}
