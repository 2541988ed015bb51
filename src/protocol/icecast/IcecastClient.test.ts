// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { handle } from "../../axon/index.ts";
import type { HTTPAnswered } from "../http/index.ts";
import { systemOf } from "../http/parts.ts";
import { drive, VirtualClock } from "../../testing/index.ts";
import { IcecastClient, type IcecastClientOptions } from "./IcecastClient.ts";
import { IcecastDemux } from "./IcecastDemux.ts";
import { answering } from "./parts.ts";

const BODY = "abcd\u0002StreamTitle='It's; me';".padEnd(5 + 32, "\0");
const STREAM = `Content-Type: audio/mpeg\r\nicy-metaint: 4\r\n\r\n${BODY}`;
const HEARD = "<abcd(It's; me)";

/** What a client sends until this has been heard; and what that comes to. */
async function listen(
  t: TestContext,
  url: string,
  wanted: string,
  options: IcecastClientOptions = {},
): Promise<{ answers: HTTPAnswered[]; heard: string }> {
  const radio = handle(IcecastClient(url, { backoff: { first: 10 }, timeout: 10_000, ...options }), { system: systemOf(t) });
  const answers: HTTPAnswered[] = [];
  let heard = "";
  for await (const answer of radio.messages()) {
    answers.push(answer);
    heard = "";
    for (const message of (await drive(IcecastDemux(), { inbox: answers })).outbox) {
      if (message.type === "IceIPCDataChunk") heard += Buffer.from(message.data).toString("latin1");
      else if (message.type === "IceIPCMetadata") heard += `(${message.metadata["StreamTitle"]})`;
      else heard += message.type === "IceIPCHeader" ? "<" : ">";
    }
    if (heard.startsWith(wanted)) break;
  }
  return { answers, heard };
}

test("IcecastClient() asks for metadata, as the original does", async (t) => {
  let asked = "";
  const url = await answering(t, (socket) => {
    socket.on("data", (bytes) => (asked += bytes.toString()));
    socket.write(`HTTP/1.0 200 OK\r\n${STREAM}`);
  });
  assert.equal((await listen(t, `${url}/live?a=b`, HEARD)).heard, HEARD);
  assert.match(asked, /^GET \/live\?a=b HTTP\/1\.1\r\n/);
  assert.match(asked, /\r\nUser-agent: Kamaelia Icecast Client 0\.3 \(RJL\)\r\n/i);
  assert.match(asked, /\r\nicy-metadata: 1\r\n/i);
});

test("IcecastClient() takes the first line of SHOUTcast, wherever it is cut", async (t) => {
  const line = "ICY 200 OK\r\n";
  const url = await answering(t, (socket, count) => {
    socket.setNoDelay();
    const cut = count % line.length;
    socket.write(line.slice(0, cut));
    setTimeout(() => socket.write(`${line.slice(cut)}${STREAM}`), 5);
  });
  for (let cut = 0; cut < line.length; cut++) assert.equal((await listen(t, url, HEARD)).heard, HEARD);
});

test("IcecastClient() follows redirects, and playlists, whose stations it tries one after the other", async (t) => {
  const asked: string[] = [];
  const url = await answering(t, (socket) => {
    socket.once("data", (bytes) => {
      const path = bytes.toString().split(" ")[1]!;
      asked.push(path);
      const list = (type: string, text: string) =>
        socket.end(`HTTP/1.1 200 OK\r\nContent-Type: ${type}\r\nContent-Length: ${text.length}\r\nConnection: close\r\n\r\n${text}`);
      if (path === "/") socket.end("HTTP/1.1 302 Found\r\nLocation: /lists/radio.m3u\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
      else if (path === "/lists/radio.m3u") list("text/plain", "#EXTM3U\n#EXTINF:-1,Gone\ngone\n../list\n");
      else if (path === "/list") list("audio/x-scpls", "[playlist]\nFile1=/live\nFile2=/never\n");
      else if (path === "/live") socket.write(`HTTP/1.0 200 OK\r\n${STREAM}`);
      else socket.end("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    });
  });
  const { heard, answers } = await listen(t, url, HEARD);
  assert.equal(heard, HEARD);
  assert.deepEqual(asked, ["/", "/lists/radio.m3u", "/lists/gone", "/list", "/live"]);
  const failures = answers.filter((answer) => answer.type === "HTTPFailure").map(({ error }) => error.message);
  assert.deepEqual(failures, [`Cannot listen to ${url}/lists/gone: the server says 404 Not Found`]);
});

test("IcecastClient() comes back when the stream ends, breaks or falls silent, and when it is refused", async (t) => {
  const url = await answering(t, (socket, count) => {
    if (count === 0) socket.end(`HTTP/1.0 200 OK\r\n${STREAM}`);
    else if (count === 1) socket.resetAndDestroy();
    else if (count === 2) socket.end("HTTP/1.0 503 Full\r\n\r\n");
    else if (count === 3) socket.write("HTTP/1.0 200 OK\r\nContent-Type: audio/mpeg\r\n\r\nab");
    else socket.write(`HTTP/1.0 200 OK\r\n${STREAM}`);
  });
  const { heard, answers } = await listen(t, url, `${HEARD}><ab>${HEARD}`, { timeout: 1000 });
  assert.equal(heard, `${HEARD}><ab>${HEARD}`);
  const failures = answers.filter((answer) => answer.type === "HTTPFailure").map(({ error }) => error.message);
  assert.equal(failures.length, 3);
  assert.match(failures[1]!, /the server says 503 Full$/);
  assert.match(failures[2]!, /said nothing for 1000 ms/);
});

test("IcecastClient() waits longer and longer (the original came back at once, for ever), and gives up when it is told how often", async () => {
  const clock = new VirtualClock();
  const began: number[] = [];
  const connectionclass = (): never => {
    began.push(clock.now());
    throw new Error("no network today");
  };
  const radio = IcecastClient("http://127.0.0.1:1/", { attempts: 5, backoff: { first: 1000, max: 5000 }, jitter: 0.25, connectionclass });
  const { outbox } = await drive(radio, {}, { clock, shutdown: false });
  assert.equal(outbox.length, 6);
  for (const [n, most] of [1000, 2000, 4000, 5000, 5000].entries()) {
    const waited = began[n + 1]! - began[n]!;
    assert.ok(waited <= most && waited >= most * 0.75, `${waited} of ${most} ms`);
  }
});

test("IcecastClient() refuses what it cannot listen to when it is made", () => {
  assert.throws(() => IcecastClient("ftp://a/"), TypeError);
  assert.throws(() => IcecastClient("http://a/", { backoff: { first: -1 } }), RangeError);
});
