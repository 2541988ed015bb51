// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import type { HTTPAnswered } from "../http/index.ts";
import { drive } from "../../testing/index.ts";
import { IcecastDemux } from "./IcecastDemux.ts";
import type { IceIPC } from "./messages.ts";
import { answered } from "./parts.ts";

const HEAD = "HTTP/1.0 200 OK\r\nContent-Type: audio/mpeg\r\nicy-metaint: 8\r\nicy-name: T\xe9st\r\nicy-br: 128\r\nicy-genre: Jazz\r\n\r\n";

/** A block as a server sends it. */
function block(text: string, encoding: BufferEncoding = "utf8"): string {
  const bytes = Buffer.from(text, encoding);
  const units = Math.ceil(bytes.length / 16);
  return String.fromCharCode(units) + bytes.toString("latin1") + "\0".repeat(units * 16 - bytes.length);
}

/** All of it in a few words: `(Artist) sound`. */
function summary(messages: readonly IceIPC[]): string {
  return messages
    .map((message) => {
      if (message.type === "IceIPCDataChunk") return Buffer.from(message.data).toString("latin1");
      if (message.type === "IceIPCMetadata") return `(${Object.entries(message.metadata).join("|")})`;
      return message.type === "IceIPCHeader" ? `<${message.contenttype}>` : "<end>";
    })
    .join("");
}

const demux = async (parts: readonly HTTPAnswered[]): Promise<string> => summary((await drive(IcecastDemux(), { inbox: parts })).outbox);

const STREAM = `${HEAD}abcdefgh${block("StreamTitle='Artist - Title; it's';StreamUrl='';")}ijklmnop\0qrstuvwx${block("StreamTitle='\u00fcber \u20ac';")}yz`;
const WHOLE = "<audio/mpeg>abcdefgh(StreamTitle,Artist - Title; it's|StreamUrl,)ijklmnopqrstuvwx(StreamTitle,\u00fcber \u20ac)yz<end>";

test("IcecastDemux() finds titles with quotes and semicolons (the original cut them off)", async () => {
  assert.equal(await demux(await answered(STREAM)), WHOLE);
});

test("IcecastDemux() finds the same wherever the stream is cut", async () => {
  const body = STREAM.slice(HEAD.length);
  const [head] = await answered(HEAD);
  const chunk = (text: string): HTTPAnswered => ({ type: "ParsedHTTPBodyChunk", bodychunk: Buffer.from(text, "latin1") });
  for (let cut = 1; cut < body.length; cut++)
    assert.equal(await demux([head!, chunk(body.slice(0, cut)), chunk(body.slice(cut)), { type: "ParsedHTTPEnd" }]), WHOLE);
  assert.equal(await demux([head!, ...[...body].map(chunk), { type: "ParsedHTTPEnd" }]), WHOLE);
});

test("IcecastDemux() reads titles in UTF-8 and in Latin-1", async () => {
  const titles = [block("StreamTitle='Bj\u00f6rk';"), block("StreamTitle='Bj\u00f6rk';", "latin1")];
  for (const title of titles)
    assert.equal(await demux(await answered(`${HEAD}abcdefgh${title}`)), "<audio/mpeg>abcdefgh(StreamTitle,Bj\u00f6rk)<end>");
});

test("IcecastDemux() says nothing of empty blocks (the original told of no metadata), and of empty titles that they are empty", async () => {
  const text = `${HEAD}abcdefgh\0ijklmnop${block("StreamTitle='';")}q`;
  assert.equal(await demux(await answered(text)), "<audio/mpeg>abcdefghijklmnop(StreamTitle,)q<end>");
});

test("IcecastDemux() makes the best of metadata that breaks off, and of keys like __proto__", async () => {
  const text = `${HEAD}abcdefgh${block("StreamTitle='no end")}ijklmnop${block("__proto__='x';a='1';garbage")}`;
  assert.equal(await demux(await answered(text)), "<audio/mpeg>abcdefgh(StreamTitle,no end)ijklmnop(__proto__,x|a,1';garbage)<end>");
});

test("IcecastDemux() says what the station says of itself", async () => {
  const { outbox } = await drive(IcecastDemux(), { inbox: await answered(HEAD) });
  assert.deepEqual(outbox[0], { type: "IceIPCHeader", contenttype: "audio/mpeg", name: "T\u00e9st", genre: "Jazz", bitrate: 128 });
});

test("IcecastDemux() passes everything on where there is no metadata, and stream after stream", async () => {
  const plain = await answered("HTTP/1.0 200 OK\r\nContent-Type: audio/ogg\r\n\r\nall sound");
  assert.equal(await demux([...plain, ...(await answered(STREAM))]), `<audio/ogg>all sound<end>${WHOLE}`);
});

test("IcecastDemux() says why a stream broke, and nothing of answers that are no stream", async () => {
  const [head] = await answered(HEAD);
  const error = new Error("cut");
  const { outbox } = await drive(IcecastDemux(), {
    inbox: [
      ...(await answered("HTTP/1.0 404 Not Found\r\nContent-Length: 4\r\n\r\noops")),
      head!,
      { type: "HTTPFailure", url: "http://a/", error },
    ],
  });
  assert.equal(summary(outbox), "<audio/mpeg><end>");
  assert.deepEqual(outbox[1], { type: "IceIPCDisconnected", reason: error });
});
