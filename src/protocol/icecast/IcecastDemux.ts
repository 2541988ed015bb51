// SPDX-License-Identifier: Apache-2.0
import { type Component, component, type Outbox } from "../../axon/index.ts";
import type { HTTPAnswered, ResponseHeader } from "../http/index.ts";
import type { IceIPC, IceIPCHeader } from "./messages.ts";
import { MetadataSplitter, parseMetadata, textOf } from "./metadata.ts";

/**
 * Takes what a station sends apart into sound and metadata: what an `IcecastClient` sends in; an IceIPCHeader, IceIPCDataChunks, IceIPCMetadata (when the
 * station says what is played), and an IceIPCDisconnected out. Titles may have quotes and semicolons in them, and are UTF-8 or Latin-1.
 *
 * @example
 * const url = "http://127.0.0.1:8000/radio";
 * await Pipeline(IcecastClient(url), IcecastDemux(), ConsoleEchoer()).run(); // until it is stopped
 */
export function IcecastDemux(): Component<{ inbox: HTTPAnswered }, { outbox: IceIPC }> {
  return component(IcecastDemux, {
    inboxes: { inbox: "what a station answers" },
    outboxes: { outbox: "sound and metadata" },
    *main({ inbox }, { outbox }) {
      let splitter: MetadataSplitter | undefined;
      while (yield inbox) {
        for (const part of inbox) {
          if (part.type === "ParsedHTTPHeader") {
            if (part.header.responsecode < 200 || part.header.responsecode > 299) continue;
            splitter = new MetadataSplitter(intervalOf(part.header));
            outbox.send(headerOf(part.header));
          } else if (part.type === "ParsedHTTPBodyChunk") split(splitter, part.bodychunk, outbox);
          else if (splitter !== undefined && (part.type === "ParsedHTTPEnd" || part.type === "HTTPFailure")) {
            splitter = undefined;
            outbox.send(
              part.type === "ParsedHTTPEnd" ? { type: "IceIPCDisconnected" } : { type: "IceIPCDisconnected", reason: part.error },
            );
          }
        }
      }
    },
  });
}

function split(splitter: MetadataSplitter | undefined, bytes: Uint8Array, outbox: Outbox<IceIPC>): void {
  splitter?.push(
    bytes,
    (data) => outbox.send({ type: "IceIPCDataChunk", data }),
    (block) => outbox.send({ type: "IceIPCMetadata", metadata: parseMetadata(block) }),
  );
}

function intervalOf({ headers }: ResponseHeader): number {
  const interval = Number(headers["icy-metaint"] ?? 0);
  return Number.isSafeInteger(interval) && interval > 0 ? interval : Infinity;
}

function headerOf({ headers }: ResponseHeader): IceIPCHeader {
  const text = (name: string): string | undefined => {
    const value = headers[`icy-${name}`] ?? headers[`ice-${name}`];
    return value === undefined ? undefined : textOf(Buffer.from(value, "latin1"));
  };
  const [name, genre, url, bitrate] = [text("name"), text("genre"), text("url"), Number.parseInt(text("br") ?? "", 10)];
  return {
    type: "IceIPCHeader",
    contenttype: headers["content-type"],
    ...(name === undefined ? {} : { name }),
    ...(genre === undefined ? {} : { genre }),
    ...(url === undefined ? {} : { url }),
    ...(Number.isNaN(bitrate) ? {} : { bitrate }),
  };
}
