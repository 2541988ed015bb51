// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { once } from "node:events";
import { request as ask, type IncomingMessage } from "node:http";
import { test, type TestContext } from "node:test";
import { type Endpoint, handle, type Handle, type System } from "../../axon/index.ts";
import { dial, heard, raw, until } from "../http/parts.ts";
import { IcecastMount } from "./IcecastMount.ts";
import { IcecastMounts } from "./IcecastMounts.ts";
import { counting, hearing, station, untilSo } from "./parts.ts";
import type { IcecastMountOptions } from "./mount.ts";

const LISTEN = (path = "/live", more = ""): Buffer => raw(`GET ${path} HTTP/1.0\r\n${more}\r\n`);
const ICY = "Icy-MetaData: 1\r\n";
type Playing = Handle<{ inbox: Uint8Array; metadata: unknown }, {}>;

/** A mount that the test plays on. */
function play(system: System, streams: IcecastMounts, path: string, options: IcecastMountOptions = {}): Playing {
  return handle(IcecastMount(streams, path, { burstSize: 100, ...options }), { system });
}

async function tune(t: TestContext, at: Endpoint, bytes: Buffer): Promise<{ all: Promise<string> }> {
  const socket = await dial(t, at);
  socket.write(bytes);
  const all = heard(socket);
  await until(socket, "\r\n\r\n");
  return { all };
}

async function setUp(t: TestContext, options: ConstructorParameters<typeof IcecastMounts>[0] = {}) {
  const streams = new IcecastMounts({ sourcePassword: "hackme", adminPassword: "boss", metadataInterval: 64, ...options });
  return { streams, ...(await station(t, { streams })) };
}

test("IcecastMounts sends all listeners the same sound, and titles to those who ask for them, where they belong", async (t) => {
  const { streams, system, at } = await setUp(t);
  const live = play(system, streams, "/live");
  await live.put("First", "metadata");
  await live.put(counting(0, 1000), "inbox");
  await untilSo(() => streams.title("/live") === "First");
  const [plain, icy] = [await tune(t, at, LISTEN()), await tune(t, at, LISTEN("/live", ICY))];
  await untilSo(() => streams.listeners("/live") === 2);
  for (let n = 0; n < 40; n++) {
    if (n === 10) {
      await untilSo(() => streams.statistics().mounts[0]!.received === 1370);
      await live.put("Second; it's", "metadata");
      await untilSo(() => streams.title("/live").startsWith("Second"));
    }
    await live.put(counting(1000 + n * 37, 37), "inbox");
  }
  await live.finish();
  const [a, b] = [hearing(await plain.all), hearing(await icy.all)];
  assert.equal(a.titles.length, 0);
  assert.ok(a.sound.length >= 1480 + 100, "the burst is there");
  const end = 1000 + 40 * 37;
  assert.deepEqual(a.sound, counting(end - a.sound.length, a.sound.length));
  assert.deepEqual(b.sound, counting(end - b.sound.length, b.sound.length));
  assert.equal((end - b.sound.length) % 64, 0);
  assert.deepEqual(
    b.titles.map(([, title]) => title),
    ["First", "Second; it's"],
  );
  assert.equal(b.titles[0]![0], 64);
  const from = end - b.sound.length;
  assert.equal(from + b.titles[1]![0], Math.ceil((1000 + 370 + 1) / 64) * 64);
  assert.match(b.head, /icy-metaint: 64/);
  assert.doesNotMatch(a.head, /icy-metaint:/);
});

test("IcecastMounts lets listeners hear another mount while theirs has no source, and brings them back, with metadata in its place", async (t) => {
  const { streams, system, at } = await setUp(t, { mounts: { "/live": { fallback: "/music" } } });
  const music = play(system, streams, "/music");
  await music.put("Music", "metadata");
  await music.put(Buffer.alloc(333, "m"), "inbox");
  const icy = await tune(t, at, LISTEN("/live", ICY));
  const plain = await tune(t, at, LISTEN("/live"));
  await untilSo(() => streams.listeners("/music") === 2);
  const live = play(system, streams, "/live");
  await untilSo(() => streams.listeners("/live") === 2);
  await live.put("Live", "metadata");
  for (let n = 0; n < 7; n++) await live.put(Buffer.alloc(50, "l"), "inbox");
  await untilSo(() => streams.title("/live") === "Live");
  await live.finish();
  await untilSo(() => streams.listeners("/music") === 2);
  for (let n = 0; n < 10; n++) await music.put(Buffer.alloc(50, "m"), "inbox");
  await music.finish();
  const [a, b] = [hearing(await icy.all), hearing(await plain.all)];
  assert.deepEqual(
    a.titles.map(([, title]) => title),
    ["Music", "Live", "Music"],
  );
  for (const [place] of a.titles) assert.equal(place % 64, 0);
  assert.match(a.sound.toString(), /^m+l+m+$/);
  assert.match(b.sound.toString(), /^m{100,200}l{350}m{500}$/);
});

test("IcecastMounts disconnects who is too slow; the source and the others do not notice", async (t) => {
  const { streams, system, at } = await setUp(t);
  const live = play(system, streams, "/live", { queueSize: 1 << 18 });
  await live.put(Buffer.alloc(1000), "inbox");
  const slow = await dial(t, at);
  slow.pause();
  slow.write(LISTEN());
  const gone = new Promise((resolve) => slow.on("close", resolve));
  let [got, over] = [0, false];
  const good = await dial(t, at);
  good.on("data", ({ length }: Buffer) => (got += length)).on("close", () => (over = true));
  const all = heard(good);
  good.write(LISTEN());
  await untilSo(() => streams.listeners() === 2);
  let sent = 1000;
  while (streams.listeners() === 2 && sent < 1 << 26) {
    await live.put(counting(sent, 1 << 16), "inbox");
    sent += 1 << 16;
    while (got < sent - 1000 && !over) await new Promise((resolve) => setImmediate(resolve)); // no faster than it can hear
  }
  assert.equal(streams.listeners(), 1);
  await live.finish();
  assert.ok((await all).length > sent - 1000);
  slow.resume();
  await gone;
  assert.equal(streams.statistics().mounts[0]!.dropped, 1);
});

test("IcecastMounts says how many listeners there may be, and what there is not", async (t) => {
  const { streams, system, at } = await setUp(t, { maxListeners: 3 });
  const live = play(system, streams, "/live", { maxListeners: 2 });
  const other = play(system, streams, "/other");
  await live.put(Buffer.alloc(10), "inbox");
  await other.put(Buffer.alloc(10), "inbox");
  await untilSo(() => streams.statistics().mounts.length === 2);
  const status = async (path: string): Promise<string> => (await until(await tuned(path), "\r\n\r\n")).slice(9, 12);
  const tuned = async (path: string) => {
    const socket = await dial(t, at);
    socket.write(LISTEN(path));
    return socket;
  };
  const statuses: string[] = [];
  for (const path of ["/live", "/live", "/live", "/nowhere", "/other", "/other"]) statuses.push(await status(path));
  assert.deepEqual(statuses, ["200", "200", "503", "404", "200", "503"]);
  await live.stop();
  assert.equal(await status("/live"), "404");
});

/** Asks with node:http. */
async function get(
  at: Endpoint,
  path: string,
  options: object = {},
): Promise<{ status: number; headers: IncomingMessage["headers"]; text: string }> {
  const request = ask({ host: "127.0.0.1", port: at.port, path, agent: false, ...options });
  request.end();
  const [response] = (await once(request, "response")) as [IncomingMessage];
  let text = "";
  for await (const bytes of response.setEncoding("utf8")) text += bytes;
  return { status: response.statusCode!, headers: response.headers, text };
}

test("IcecastMounts gives statistics as Icecast does, and as a page in which nothing is taken for HTML", async (t) => {
  const { streams, system, at } = await setUp(t);
  const empty = JSON.parse((await get(at, "/status-json.xsl")).text);
  assert.equal(empty.icestats.source, undefined);
  const live = play(system, streams, "/live", { name: "<b>Radio</b>", bitrate: 128, genre: "Jazz & more" });
  await live.put("<script>alert(1)</script>", "metadata");
  await live.put(Buffer.alloc(10), "inbox");
  await untilSo(() => streams.title("/live") !== "");
  const { headers, text } = await get(at, "/status-json.xsl");
  assert.equal(headers["content-type"], "application/json; charset=utf-8");
  const { source } = JSON.parse(text).icestats;
  assert.deepEqual(
    [source.listenurl, source.server_name, source.listeners, source.title, source.bitrate, source.total_bytes_read],
    [`http://127.0.0.1:${at.port}/live`, "<b>Radio</b>", 0, "<script>alert(1)</script>", 128, 10],
  );
  for (const path of ["/", "/status.xsl"]) {
    const page = await get(at, path);
    assert.doesNotMatch(page.text, /<script>|<b>/);
    assert.match(page.text, /&#60;script&#62;/);
  }
  play(system, streams, "/two");
  await untilSo(() => streams.statistics().mounts.length === 2);
  assert.equal(JSON.parse((await get(at, "/status-json.xsl")).text).icestats.source.length, 2);
});

test("IcecastMounts says that the server has started before what is played, also when nobody has asked for anything", async (t) => {
  const { streams, system } = await setUp(t);
  const opened = system.clock.wallTime();
  assert.ok(streams.statistics().started! <= opened);
  await play(system, streams, "/live").put(Buffer.alloc(10), "inbox");
  await untilSo(() => streams.statistics().mounts.length === 1);
  assert.ok(streams.statistics().started! <= opened);
  const others = new IcecastMounts(); // that of another server
  others.begin("/live", { peer: undefined, agent: undefined, since: 1000 }, {});
  assert.equal(others.statistics().started, 1000);
});

test("IcecastMounts gives playlists, and answers HEAD and OPTIONS", async (t) => {
  const { streams, system, at } = await setUp(t);
  await play(system, streams, "/live", { name: "Radio" }).put(Buffer.alloc(10), "inbox");
  await untilSo(() => streams.statistics().mounts.length === 1);
  const url = `http://127.0.0.1:${at.port}/live`;
  assert.equal((await get(at, "/live.m3u")).text, `#EXTM3U\n#EXTINF:-1,Radio\n${url}\n`);
  assert.match((await get(at, "/live.pls")).text, new RegExp(`^\\[playlist\\]\nNumberOfEntries=1\nFile1=${url}\n`));
  const head = await get(at, "/live", { method: "HEAD" });
  assert.deepEqual([head.status, head.headers["content-type"], head.headers["icy-name"]], [200, "audio/mpeg", "Radio"]);
  assert.equal((await get(at, "/live", { method: "OPTIONS" })).status, 204);
});

test("IcecastMounts lets only those change titles, and see who listens, who know how", async (t) => {
  const { streams, system, at } = await setUp(t);
  await play(system, streams, "/live").put(Buffer.alloc(10), "inbox");
  await untilSo(() => streams.statistics().mounts.length === 1);
  const title = (song: string, auth?: string) =>
    get(at, `/admin/metadata?mode=updinfo&mount=/live&song=${song}`, auth === undefined ? {} : { auth });
  assert.equal((await title("x")).status, 401);
  for (const auth of ["source:wrong", "admin:hackme", "toString:x", "source:"]) assert.equal((await title("x", auth)).status, 401);
  assert.equal((await title("A+-+B%3B+it%27s+%C3%A9", "source:hackme")).status, 200);
  assert.equal(streams.title("/live"), "A - B; it's \u00e9");
  await title("%E9t%E9", "admin:boss");
  assert.equal(streams.title("/live"), "\u00e9t\u00e9");
  assert.equal((await get(at, "/admin/metadata?mount=/none&song=x", { auth: "admin:boss" })).status, 400);
  assert.equal((await get(at, "/admin/listclients?mount=/live", { auth: "source:hackme" })).status, 401);
  const socket = await dial(t, at);
  socket.write(LISTEN("/live", "User-Agent: <me>\r\n"));
  await until(socket, "\r\n\r\n");
  const list = await get(at, "/admin/listclients?mount=/live", { auth: "admin:boss" });
  assert.match(list.text, /<Listeners>1<\/Listeners><listener><IP>127\.0\.0\.1<\/IP><UserAgent>&#60;me&#62;<\/UserAgent>/);
});

test("IcecastMounts takes sources as they come: PUT with and without an end, with and without Expect, and SOURCE", async (t) => {
  const { streams, at } = await setUp(t);
  const auth = `Authorization: Basic ${Buffer.from("source:hackme").toString("base64")}\r\nIce-Name: R\r\nContent-Type: audio/mpeg\r\n`;
  const forms: readonly (readonly [head: string, answer: RegExp, body: string, last: RegExp])[] = [
    [
      `PUT /live HTTP/1.1\r\nHost: a\r\n${auth}Expect: 100-continue\r\n\r\n`,
      /^HTTP\/1.1 100 Continue\r\n\r\n$/,
      "abcdef",
      /^HTTP\/1.1 200 OK\r\n/,
    ],
    [`PUT /live HTTP/1.1\r\nHost: a\r\n${auth}\r\n`, /^HTTP\/1.1 200 OK\r\n/, "abcdef", /^$/],
    [`SOURCE /live HTTP/1.0\r\n${auth}\r\n`, /^HTTP\/1.1 200 OK\r\n/, "abcdef", /^$/],
    [
      `PUT /live HTTP/1.1\r\nHost: a\r\n${auth}Expect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n`,
      /^HTTP\/1.1 100 Continue\r\n\r\n$/,
      "3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n",
      /^HTTP\/1.1 200 OK\r\n/,
    ],
    [`PUT /live HTTP/1.1\r\nHost: a\r\n${auth}Content-Length: 6\r\n\r\n`, /^HTTP\/1.1 200 OK\r\n/, "abcdef", /^/],
  ];
  for (const [head, answer, body, last] of forms) {
    const source = await dial(t, at);
    source.write(raw(head));
    assert.match(await until(source, "\r\n\r\n"), answer);
    await untilSo(() => streams.statistics().mounts[0]?.source !== undefined);
    assert.equal(streams.statistics().mounts[0]!.options.name, "R");
    const listener = await tune(t, at, LISTEN());
    await untilSo(() => streams.listeners() === 1);
    const said = heard(source);
    source.end(raw(body));
    assert.equal(hearing(await listener.all).sound.toString(), "abcdef", head);
    assert.match(await said, last);
  }
});

test("IcecastMounts refuses sources that may not send, one too many, and mounts that cannot be", async (t) => {
  const { streams, at } = await setUp(t, { maxSources: 1 });
  const put = async (path: string, password: string): Promise<string> => {
    const socket = await dial(t, at);
    const auth = Buffer.from(`source:${password}`).toString("base64");
    socket.write(raw(`PUT ${path} HTTP/1.1\r\nHost: a\r\nAuthorization: Basic ${auth}\r\nContent-Type: audio/mpeg\r\n\r\n`));
    return (await until(socket, "\r\n\r\n")).slice(9, 12);
  };
  assert.equal(await put("/live", "wrong"), "401");
  for (const path of ["/", "/admin/x", "/status.xsl", "/live.m3u"]) assert.equal(await put(path, "hackme"), "403");
  assert.equal(await put("/live", "hackme"), "200");
  await untilSo(() => streams.statistics().mounts.length === 1);
  assert.equal(await put("/live", "hackme"), "409");
  assert.equal(await put("/other", "hackme"), "503");
  const closed = await station(t, { streams: new IcecastMounts() });
  const socket = await dial(t, closed.at);
  socket.write(raw(`PUT /x HTTP/1.1\r\nHost: a\r\nAuthorization: Basic ${Buffer.from("source:").toString("base64")}\r\n\r\n`));
  assert.match(await until(socket, "\r\n\r\n"), /^HTTP\/1.1 403 /);
});

test("IcecastMounts lets go of a source that says nothing", async (t) => {
  const { streams, at } = await setUp(t, { sourceTimeout: 50 });
  const socket = await dial(t, at);
  const closed = heard(socket);
  socket.write(raw(`SOURCE /live HTTP/1.0\r\nAuthorization: Basic ${Buffer.from("source:hackme").toString("base64")}\r\n\r\nabc`));
  await closed;
  assert.equal(streams.statistics().mounts[0]!.source, undefined);
});

test("IcecastMounts serves everybody else when sources and listeners break off, at any point", async (t) => {
  const { streams, system, at } = await setUp(t);
  const live = play(system, streams, "/live");
  await live.put(counting(0, 1000), "inbox");
  await untilSo(() => streams.statistics().mounts[0]?.received === 1000);
  const good = await tune(t, at, LISTEN());
  await untilSo(() => streams.listeners() === 1);
  const auth = `Authorization: Basic ${Buffer.from("source:hackme").toString("base64")}`;
  const says = [
    "",
    "GET /live HT",
    "GET /live HTTP/1.0\r\n\r\n",
    "GET /live HTTP/1.1\r\nHost: a\r\nIcy-MetaData: 1\r\n\r\nGET /live HTTP/1.1\r\nHost: a\r\n\r\n",
    `SOURCE /other HTTP/1.0\r\n${auth}\r\n\r\nsound`,
    `PUT /other HTTP/1.1\r\nHost: a\r\n${auth}\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nsou`,
    `PUT /other HTTP/1.1\r\nHost: a\r\n${auth}\r\nExpect: 100-continue\r\nContent-Length: 50\r\n\r\n`,
  ];
  for (const [n, text] of says.entries()) {
    for (const how of ["resetAndDestroy", "destroy", "end"] as const) {
      const socket = await dial(t, at);
      socket.write(raw(text));
      await live.put(counting(1000 + n, 10), "inbox");
      await new Promise((resolve) => setTimeout(resolve, 2));
      socket[how]();
    }
    await untilSo(
      () => streams.listeners() === 1 && streams.statistics().mounts.every(({ path, source }) => path === "/live" || source === undefined),
    );
  }
  await live.finish();
  assert.ok(hearing(await good.all).sound.length >= 210);
});

test("IcecastMounts forgets mounts of which nothing is left, once they are many", async () => {
  const streams = new IcecastMounts({ mounts: { "/known": {} } });
  for (let n = 0; n < 1000; n++) streams.begin(`/mount${n}`, { peer: undefined, agent: undefined, since: 0 }, {}).end();
  assert.ok(streams.statistics().mounts.length <= 65);
  assert.ok(streams.statistics().mounts.some(({ path }) => path === "/known"));
});

test("IcecastMounts begins with a prelude, which counts as sound for those who want titles", async (t) => {
  const { streams, system, at } = await setUp(t);
  const live = play(system, streams, "/live", { prelude: Buffer.from("RIFF") });
  await live.put("One", "metadata");
  await live.put(counting(0, 300), "inbox");
  await untilSo(() => streams.title("/live") === "One");
  const [icy, plain] = [await tune(t, at, LISTEN("/live", ICY)), await tune(t, at, LISTEN())];
  await untilSo(() => streams.listeners() === 2);
  await live.put(counting(300, 300), "inbox");
  await live.finish();
  const [a, b] = [hearing(await icy.all), hearing(await plain.all)];
  for (const { sound } of [a, b]) {
    assert.equal(sound.toString("latin1", 0, 4), "RIFF");
    assert.deepEqual(sound.subarray(4), counting(600 - (sound.length - 4), sound.length - 4));
  }
  assert.deepEqual(a.titles, [[64, "One"]]);
});

test("IcecastMounts refuses what cannot be when it is made", () => {
  assert.throws(() => new IcecastMounts({ maxListeners: -1 }), RangeError);
  assert.throws(() => new IcecastMounts({ metadataInterval: 0 }), RangeError);
  assert.throws(() => new IcecastMounts({ mounts: { "/admin/x": {} } }), /Cannot play at "\/admin\/x"/);
  assert.throws(() => new IcecastMounts({ mounts: { live: {} } }), RangeError);
});
