// SPDX-License-Identifier: Apache-2.0
// A server that is a component and says what it is given, and what clients make of it.
import assert from "node:assert/strict";
import zlib, { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { type Component, component, type Main, type Shutdown, shutdownMicroprocess } from "../../../../axon/index.ts";
import type { ConnectionInboxes, ConnectionOutboxes } from "../../../../internet/index.ts";
import { drive } from "../../../../testing/index.ts";
import { SingleShotHTTPClient } from "../../SingleShotHTTPClient.ts";
import { HTTPClient } from "../HTTPClient.ts";

/** A server, as a component: once it has heard something, it says these pieces, then ends the connection, or breaks it. */
function Saying(pieces: Iterable<Uint8Array>, breaks: boolean): Component<ConnectionInboxes, ConnectionOutboxes> {
  return component(Saying, {
    inboxes: { inbox: "a request", makessl: "nothing" },
    outboxes: { outbox: "the answer", signal: "the end", sslready: "nothing" },
    *main({ inbox }, { outbox, signal }, self): Main {
      yield inbox;
      for (const piece of pieces) {
        if (self.toldToStop) break;
        outbox.send(Buffer.from(piece));
        if (outbox.full) yield;
      }
      const end: Shutdown = breaks ? shutdownMicroprocess(new Error("it broke")) : { type: "producerFinished", message: "it ends" };
      signal.send(self.shutdown ?? end);
    },
  });
}

const OPTIONS = { retries: 0, maxBody: 100_000, maxHead: 4096, timeout: 1000 };

/** What a client makes of an answer, in one line. @internal */
export async function outcome(pieces: Iterable<Uint8Array>, breaks = false, method = "GET"): Promise<string> {
  const asked = { url: "http://a/", method };
  const { outbox, failures } = await drive(HTTPClient({ ...OPTIONS, connectionclass: () => Saying(pieces, breaks) }), { inbox: [asked] });
  assert.equal(outbox.length + failures.length, 1);
  const [response] = outbox;
  return response === undefined
    ? `failed: ${failures[0]!.error.message}`
    : `${response.status} ${Buffer.from(response.body).toString("latin1")}`;
}

/** The same, piece by piece. @internal */
export async function streamed(pieces: Iterable<Uint8Array>, breaks = false): Promise<string> {
  const client = SingleShotHTTPClient("http://a/", { ...OPTIONS, connectionclass: () => Saying(pieces, breaks) });
  const { outbox } = await drive(client, {}, { shutdown: false });
  const last = outbox.at(-1);
  assert.ok(last?.type === "ParsedHTTPEnd" || last?.type === "HTTPFailure", "it says how it ended");
  const body = outbox.flatMap((part) => (part.type === "ParsedHTTPBodyChunk" ? [part.bodychunk] : []));
  return `${last.type === "HTTPFailure" ? "failed" : "ended"} ${Buffer.concat(body).toString("latin1")}`;
}

/** An answer whose body is compressed. @internal */
export const packed = (coding: string, bytes: Buffer): Buffer =>
  Buffer.concat([Buffer.from(`HTTP/1.1 200 OK\r\nContent-Encoding: ${coding}\r\nContent-Length: ${bytes.length}\r\n\r\n`), bytes]);

/** @internal */
export const TEXT: Buffer = Buffer.from("hello hello hello");
/** Answers that are right. @internal */
export const ANSWERS: readonly Buffer[] = [
  Buffer.from("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX: y\r\n\r\nhello"),
  Buffer.from("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nhel\r\n2\r\nlo\r\n0\r\nX: y\r\n\r\n"),
  Buffer.from("HTTP/1.0 200 OK\r\n\r\nuntil it closes"),
  Buffer.from("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n"),
  Buffer.from("HTTP/1.1 302 Found\r\nLocation: /there\r\nContent-Length: 2\r\n\r\ngo"),
  Buffer.from('HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-1/5\r\nETag: "x"\r\nContent-Length: 2\r\nSet-Cookie: a=b\r\n\r\nhe'),
  packed("gzip", gzipSync(TEXT)),
  packed("deflate", deflateSync(TEXT)),
  packed("deflate", deflateRawSync(TEXT)),
  packed("br", brotliCompressSync(TEXT)),
  packed("gzip, br", brotliCompressSync(gzipSync(TEXT))),
  ...(typeof zlib.zstdCompressSync === "function" ? [packed("zstd", zlib.zstdCompressSync(TEXT))] : []), // old versions of Node.js have none
];
