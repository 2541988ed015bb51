// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { handle } from "../../axon/index.ts";
import { dial, heard, raw, systemOf } from "../http/parts.ts";
import { IcecastMounts } from "./IcecastMounts.ts";
import { IcecastSource, type IcecastSourceEvent, type IcecastSourceOptions } from "./IcecastSource.ts";
import { answering, counting, hearing, station, untilSo } from "./parts.ts";

function source(t: TestContext, url: string, options: IcecastSourceOptions = {}) {
  const where = url.includes("@") ? url : url.replace("//", "//source:hackme@");
  return handle(IcecastSource(where, { backoff: { first: 10 }, timeout: 10_000, ...options }), {
    system: systemOf(t),
    outboxes: ["events"],
  });
}

test("IcecastSource() sends a stream and its titles to a server, which knows what it is called", async (t) => {
  const streams = new IcecastMounts({ sourcePassword: "h@ckme", metadataInterval: 100 });
  const { at } = await station(t, { streams });
  const sender = source(t, `icecast://source:h%40ckme@127.0.0.1:${at.port}/live`, { name: "R\u00e4dio", bitrate: 64, genre: "Jazz" });
  assert.deepEqual(await sender.get("events"), { type: "connected", url: `icecast://127.0.0.1:${at.port}/live` });
  await untilSo(() => streams.statistics().mounts.length === 1);
  const { name, bitrate, genre, contenttype } = streams.statistics().mounts[0]!.options;
  assert.deepEqual([name, bitrate, genre, contenttype], ["R\u00e4dio", 64, "Jazz", "audio/mpeg"]);
  await sender.put("One", "metadata");
  await sender.put("Two & three; it's", "metadata");
  await untilSo(() => streams.title("/live") === "Two & three; it's");
  const socket = await dial(t, at);
  const all = heard(socket);
  socket.write(raw("GET /live HTTP/1.0\r\nIcy-MetaData: 1\r\n\r\n"));
  await untilSo(() => streams.listeners() === 1);
  for (let n = 0; n < 20; n++) await sender.put(counting(n * 50, 50), "inbox");
  await sender.finish();
  const { sound, titles } = hearing(await all);
  assert.deepEqual(sound, counting(0, 1000));
  assert.deepEqual(titles, [[100, "Two & three; it's"]]);
});

test("IcecastSource() speaks SOURCE with servers that do not know PUT", async (t) => {
  const asked: string[] = [];
  const url = await answering(t, (socket) => {
    socket.once("data", (bytes) => {
      asked.push(bytes.toString().split("\r\n")[0]!);
      if (asked.length === 1) socket.end("HTTP/1.0 405 Method Not Allowed\r\n\r\n");
      else socket.write("HTTP/1.0 200 OK\r\n\r\n");
      socket.on("data", (more) => asked.push(more.toString()));
    });
  });
  const sender = source(t, `${url.replace("http", "icecast")}/live`);
  await sender.put(Buffer.from("sound"), "inbox");
  await untilSo(() => asked.length === 3);
  assert.deepEqual(asked, ["PUT /live HTTP/1.1", "SOURCE /live HTTP/1.0", "sound"]);
});

test("IcecastSource() comes back when the connection breaks, and says why; what comes meanwhile waits", async (t) => {
  const got: string[] = [];
  const url = await answering(t, (socket, count) => {
    got.push("");
    if (count === 0) socket.end("HTTP/1.0 403 Forbidden\r\n\r\n");
    else if (count === 1) socket.resetAndDestroy();
    else {
      socket.write("HTTP/1.1 100 Continue\r\n\r\n");
      socket.on("data", (bytes) => (got[count] += bytes.toString().replace(/^PUT.*\r\n\r\n/s, "")));
      if (count === 2) setTimeout(() => socket.resetAndDestroy(), 20);
    }
  });
  const sender = source(t, `${url}/live`);
  const events: IcecastSourceEvent[] = [];
  while (events.filter(({ type }) => type === "connected").length < 2) {
    const event = await sender.get("events");
    events.push(event!);
  }
  await sender.put(Buffer.from("sound"), "inbox");
  await untilSo(() => got[3] === "sound");
  assert.deepEqual(
    events.map(({ type }) => type),
    ["failed", "failed", "connected", "failed", "connected"],
  );
  const first = events[0]!;
  assert.match(
    first.type === "failed" ? first.error.message : "",
    /^Cannot send to http:\/\/127\.0\.0\.1:\d+\/live: the server refuses us \(403\)$/,
  );
});

test("IcecastSource() gives up when it is told how often, or that there will be no more", async (t) => {
  const url = await answering(t, (socket) => socket.destroy());
  await source(t, `${url}/live`, { attempts: 2 }).ended;
  const other = source(t, `${url}/live`, { backoff: { first: 100_000 } });
  await other.put(Buffer.from("x"), "inbox");
  await other.finish();
});

test("IcecastSource() refuses what it cannot send to when it is made", () => {
  for (const url of ["ftp://a/b", "http://a", "icecast://a:b@c/", "live", "http://a/b?c", "icecast://a/live", "icecast://source@a/live"])
    assert.throws(() => IcecastSource(url), TypeError, url);
  const url = "http://source:hackme@a/b";
  for (const options of [{ timeout: 0 }, { bitrate: -1 }, { bitrate: NaN }]) assert.throws(() => IcecastSource(url, options), RangeError);
  for (const options of [{ genre: "a\r\nb" }, { contenttype: "audio/mpeg\r\nX: y" }])
    assert.throws(() => IcecastSource(url, options), TypeError);
  IcecastSource(url, { bitrate: 128, genre: "Größe" });
});
