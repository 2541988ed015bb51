// SPDX-License-Identifier: Apache-2.0
// The server and the clients with programs that others have written.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { handle, producerFinished } from "../../axon/index.ts";
import { Pipeline } from "../../chassis/index.ts";
import { certificates } from "../../internet/node/parts.ts";
import { freePort } from "../../internet/parts.ts";
import { dial, heard, program, raw, systemOf, until, without } from "../http/parts.ts";
import { IcecastClient } from "./IcecastClient.ts";
import { IcecastDemux } from "./IcecastDemux.ts";
import { IcecastMount } from "./IcecastMount.ts";
import { IcecastMounts } from "./IcecastMounts.ts";
import { IcecastServer } from "./IcecastServer.ts";
import { IcecastSource } from "./IcecastSource.ts";
import { VirtualClock } from "../../testing/index.ts";
import { folderOf, hearing, started, station, untilSo } from "./parts.ts";

const timeout = 60_000;
const needs = (...names: readonly string[]): string | false => names.map(without).find((name) => name !== false) ?? false;
const TITLE = "Bj\u00f6rk - It's; so";

/** So many seconds of sound. */
function mp3(t: TestContext, seconds: number): string {
  const file = join(folderOf(t), "tone.mp3");
  const words = [
    "-v",
    "error",
    "-f",
    "lavfi",
    "-i",
    `sine=frequency=440:duration=${seconds}`,
    "-b:a",
    "64k",
    "-id3v2_version",
    "0",
    "-write_xing",
    "0",
    file,
  ];
  assert.equal(spawnSync("ffmpeg", words).status, 0);
  return file;
}

test(
  "IcecastServer() plays what ffmpeg sends, by PUT and by SOURCE, and ffprobe finds sound and title",
  { skip: needs("ffmpeg", "ffprobe"), timeout },
  async (t) => {
    for (const legacy of ["0", "1"]) {
      const streams = new IcecastMounts({ sourcePassword: "hackme" });
      const { at, url } = await station(t, { streams });
      const input = ["-re", "-f", "lavfi", "-i", "sine=frequency=440", "-c:a", "libmp3lame", "-b:a", "128k"];
      const output = ["-content_type", "audio/mpeg", "-ice_name", "T\u00e4st", "-legacy_icecast", legacy, "-f", "mp3"];
      const source = started(t, ["ffmpeg", "-v", "error", ...input, ...output, `icecast://source:hackme@127.0.0.1:${at.port}/live`]);
      await untilSo(() => (streams.statistics().mounts[0]?.received ?? 0) > 8000);
      assert.equal(streams.statistics().mounts[0]!.options.name, "T\u00e4st");
      const song = encodeURIComponent(TITLE);
      assert.equal(
        (
          await fetch(`${url}/admin/metadata?mount=/live&mode=updinfo&song=${song}`, {
            headers: { authorization: `Basic ${btoa("source:hackme")}` },
          })
        ).status,
        200,
      );
      await untilSo(() => (streams.statistics().mounts[0]?.received ?? 0) > 40_000);
      const probe = await program(["ffprobe", "-v", "error", "-show_entries", "format_tags:stream=codec_name", `${url}/live`]);
      assert.match(probe.output, /codec_name=mp3/);
      assert.match(Buffer.from(probe.output, "latin1").toString(), new RegExp(`StreamTitle=${TITLE}`));
      assert.equal(source.said(), "");
    }
  },
);

test(
  "IcecastServer() plays Ogg from ffmpeg, and who comes late gets its headers first",
  { skip: needs("ffmpeg", "ffprobe"), timeout },
  async (t) => {
    const streams = new IcecastMounts({ sourcePassword: "hackme" });
    const { at, url } = await station(t, { streams });
    const input = [
      "-re",
      "-f",
      "lavfi",
      "-i",
      "sine=frequency=440",
      "-metadata",
      "title=It's; so",
      "-metadata",
      "artist=Bj\u00f6rk",
      "-c:a",
      "libopus",
      "-page_duration",
      "100000",
    ];
    started(t, [
      "ffmpeg",
      "-v",
      "error",
      ...input,
      "-content_type",
      "application/ogg",
      "-f",
      "ogg",
      `icecast://source:hackme@127.0.0.1:${at.port}/live`,
    ]);
    await untilSo(() => streams.title("/live") === TITLE && streams.statistics().mounts[0]!.received > 12_000);
    const probe = await program(["ffprobe", "-v", "error", "-show_entries", "stream_tags:stream=codec_name", `${url}/live`]);
    assert.match(probe.output, /codec_name=opus/);
    assert.match(Buffer.from(probe.output, "latin1").toString(), /title=It's; so/);
    assert.equal(probe.errors, "");
  },
);

test("IcecastServer() plays what ezstream (libshout) sends", { skip: needs("ffmpeg", "ezstream"), timeout }, async (t) => {
  const folder = folderOf(t);
  const streams = new IcecastMounts({ sourcePassword: "hackme" });
  const { at } = await station(t, { streams });
  const config = join(folder, "ezstream.xml");
  writeFileSync(
    config,
    `<ezstream><servers><server><name>default</name><hostname>127.0.0.1</hostname><port>${at.port}</port><password>hackme</password></server></servers>
<streams><stream><name>default</name><server>default</server><intake>default</intake><mountpoint>/live</mountpoint><format>MP3</format><stream_name>Ez</stream_name></stream></streams>
<intakes><intake><name>default</name><type>file</type><filename>${mp3(t, 10)}</filename></intake></intakes></ezstream>`,
  );
  chmodSync(config, 0o600);
  const source = started(t, ["ezstream", "-v", "-c", config]);
  await Promise.race([
    untilSo(() => (streams.statistics().mounts[0]?.received ?? 0) > 16_000),
    source.ended.then(() => assert.fail(source.said())),
  ]);
  assert.equal(streams.statistics().mounts[0]!.options.name, "Ez");
});

test(
  "IcecastServer() is heard by curl and by streamripper, which finds the titles",
  { skip: needs("ffmpeg", "curl", "streamripper"), timeout },
  async (t) => {
    const folder = folderOf(t);
    const sound = readFileSync(mp3(t, 8));
    const streams = new IcecastMounts();
    const { url, system } = await station(t, { streams });
    const live = handle(IcecastMount(streams, "/live", { name: "Ours", bitrate: 64 }), { system });
    await live.put("One - First", "metadata");
    await live.put(sound, "inbox");
    const ripper = started(t, ["streamripper", `${url}/live`, "-d", folder, "-s", "-l", "20", "-a", "all", "-u", "FreeAmp/2.x"]);
    const curl = program(["curl", "-s", `${url}/live`]);
    await untilSo(() => streams.listeners() === 2);
    await live.put("Two - It's; second", "metadata");
    await untilSo(() => streams.title("/live").startsWith("Two"));
    for (let n = 0; n < 3; n++) await live.put(sound, "inbox");
    await untilSo(() => streams.statistics().mounts[0]!.received === 4 * sound.length);
    await untilSo(() => ripper.said().includes("Two - It's; second"));
    await live.finish();
    const { code, output } = await curl;
    assert.equal(code, 0);
    const all = Buffer.concat([sound, sound, sound, sound]).toString("latin1");
    assert.ok(output.length > 3 * sound.length && all.endsWith(output));
    await untilSo(() => globSync(join(folder, "*.mp3")).length > 0);
  },
);

/** Debian's Icecast, on a port of ours. */
async function icecast2(t: TestContext, relay = ""): Promise<string> {
  const folder = folderOf(t);
  chmodSync(folder, 0o777); // as root it becomes somebody else
  const port = await freePort();
  const owner = process.getuid?.() === 0 ? "<changeowner><user>nobody</user><group>nogroup</group></changeowner>" : "";
  const config = join(folder, "icecast.xml");
  writeFileSync(
    config,
    `<icecast><limits><sources>4</sources><burst-size>65535</burst-size></limits>
<authentication><source-password>hackme</source-password><admin-user>admin</admin-user><admin-password>boss</admin-password></authentication>
<hostname>localhost</hostname><listen-socket><port>${port}</port><bind-address>127.0.0.1</bind-address></listen-socket>${relay}
<paths><basedir>${folder}</basedir><logdir>${folder}</logdir><webroot>/usr/share/icecast2/web</webroot><adminroot>/usr/share/icecast2/admin</adminroot></paths>
<logging><accesslog>access.log</accesslog><errorlog>error.log</errorlog><loglevel>3</loglevel></logging><security><chroot>0</chroot>${owner}</security></icecast>`,
  );
  const server = started(t, ["icecast2", "-c", config], folder);
  const log = join(folder, "error.log");
  const isUp = async (): Promise<boolean> => {
    if (!existsSync(log) || !readFileSync(log, "utf8").includes("SSL capability")) return false; // it dies of requests that come while it starts (2.4.4)
    return (await fetch(`http://127.0.0.1:${port}/status-json.xsl`).catch(() => undefined))?.ok === true;
  };
  await Promise.race([untilSo(isUp), server.ended.then(() => assert.fail(server.said()))]);
  return `127.0.0.1:${port}`;
}

test(
  "IcecastSource() and IcecastClient() find each other through Icecast, with titles, byte by byte",
  { skip: needs("ffmpeg", "icecast2"), timeout },
  async (t) => {
    const at = await icecast2(t);
    const system = systemOf(t);
    const sound = readFileSync(mp3(t, 20));
    for (const [mount, method] of [
      ["/put", undefined],
      ["/source", "SOURCE"],
    ] as const) {
      const source = handle(
        IcecastSource(`icecast://source:hackme@${at}${mount}`, { name: "Ours", ...(method === undefined ? {} : { method }) }),
        {
          system,
          outboxes: ["events"],
        },
      );
      assert.equal((await source.get("events"))?.type, "connected");
      let sent = 0;
      const send = (bytes: number): Promise<void> => source.put(sound.subarray(sent, (sent += bytes)), "inbox");
      await send(4000);
      const isThere = async (): Promise<boolean> => (await (await fetch(`http://${at}/status-json.xsl`)).text()).includes(mount);
      await untilSo(isThere);
      await source.put(TITLE, "metadata");
      const radio = handle(Pipeline(IcecastClient(`http://${at}${mount}`), IcecastDemux()), { system });
      const pieces: Uint8Array[] = [];
      const seen: string[] = [];
      let size = 0;
      for await (const message of radio.messages()) {
        if (message.type === "IceIPCHeader") seen.push(`${message.contenttype} ${message.name}`);
        if (message.type === "IceIPCMetadata") seen.push(message.metadata["StreamTitle"]!);
        if (message.type === "IceIPCDataChunk") {
          pieces.push(message.data);
          size += message.data.length;
        }
        if (seen.includes(TITLE) && size > 60_000) break;
        if (sent < sound.length) await send(4000);
      }
      assert.equal(seen[0], "audio/mpeg Ours");
      assert.ok(seen.includes(TITLE));
      const all = Buffer.concat(pieces);
      const from = sound.indexOf(all.subarray(0, 1000));
      assert.ok(from >= 0);
      assert.deepEqual(all, sound.subarray(from, from + all.length));
      await source.stop();
    }
  },
);

test("IcecastServer() is relayed by Icecast", { skip: needs("ffmpeg", "icecast2"), timeout }, async (t) => {
  const sound = readFileSync(mp3(t, 20));
  const streams = new IcecastMounts();
  const { at: ours, system } = await station(t, { streams });
  const live = handle(IcecastMount(streams, "/live", { name: "Ours" }), { system });
  await live.put(TITLE, "metadata");
  await live.put(sound.subarray(0, 20_000), "inbox");
  const relay = `<relay><server>127.0.0.1</server><port>${ours.port}</port><mount>/live</mount><local-mount>/relay</local-mount><on-demand>0</on-demand><relay-shoutcast-metadata>1</relay-shoutcast-metadata></relay>`;
  const at = await icecast2(t, relay);
  await untilSo(() => streams.listeners() === 1);
  const radio = handle(Pipeline(IcecastClient(`http://${at}/relay`, { backoff: { first: 50 } }), IcecastDemux()), { system: systemOf(t) });
  let [size, sent, title] = [0, 20_000, ""];
  const feed = setInterval(() => void live.put(sound.subarray(sent, (sent += 2000)), "inbox"), 20);
  t.after(() => clearInterval(feed));
  for await (const message of radio.messages()) {
    if (message.type === "IceIPCMetadata") title = message.metadata["StreamTitle"] ?? "";
    if (message.type === "IceIPCDataChunk") size += message.data.length;
    if (size > 40_000 && title === TITLE) break;
  }
});

test("IcecastServer() takes a source in chunks for as long, and of as many bytes, as it sends", { timeout }, async (t) => {
  const streams = new IcecastMounts({ sourcePassword: "hackme" });
  const clock = new VirtualClock({ auto: false });
  const { at } = await station(t, { streams }, systemOf(t, { clock }));
  const socket = await dial(t, at);
  const said = heard(socket);
  const authorization = `Basic ${Buffer.from("source:hackme").toString("base64")}`;
  socket.write(
    `PUT /live HTTP/1.1\r\nHost: a\r\nAuthorization: ${authorization}\r\nContent-Type: audio/mpeg\r\nTransfer-Encoding: chunked\r\n\r\n`,
  );
  const piece = Buffer.alloc(1 << 20);
  for (let n = 1; n <= 70; n++) {
    socket.write(`${piece.length.toString(16)}\r\n`);
    socket.write(piece);
    socket.write("\r\n");
    await untilSo(() => streams.statistics().mounts[0]?.received === n * piece.length);
    clock.advance(5000);
  }
  socket.end("0\r\n\r\n");
  assert.match(await said, /^HTTP\/1\.1 200 /);
});

test("IcecastServer() sends everybody home when it is told that nothing follows, and closes at once when it is told to stop", async (t) => {
  for (const message of [producerFinished(), undefined]) {
    const streams = new IcecastMounts();
    const { at, system, server } = await station(t, { streams });
    const live = handle(IcecastMount(streams, "/live"), { system });
    await live.put(Buffer.from("sound"), "inbox");
    await untilSo(() => streams.statistics().mounts[0]?.received === 5);
    const socket = await dial(t, at);
    const [all, begun] = [heard(socket), until(socket, "sound")];
    socket.write(raw("GET /live HTTP/1.0\r\n\r\n"));
    await begun;
    server.stop(message);
    await server.ended;
    assert.equal(hearing(await all).sound.toString(), "sound");
    await live.stop();
  }
});

test(
  "IcecastServer() and all that talk to it do so encrypted, too, by HTTP/1.1 and HTTP/2",
  { skip: needs("openssl", "curl"), timeout },
  async (t) => {
    const { server: mine, ca, caFile } = certificates((remove) => t.after(remove));
    const streams = new IcecastMounts({ sourcePassword: "hackme", metadataInterval: 1000 });
    const { at, system } = await station(t, { streams, tls: { cert: mine.cert, key: mine.key } });
    const source = handle(IcecastSource(`icecasts://source:hackme@127.0.0.1:${at.port}/live`, { tls: { ca } }), { system });
    await source.put("One", "metadata");
    await source.put(Buffer.from("begun"), "inbox");
    await untilSo(() => streams.title("/live") === "One" && streams.statistics().mounts[0]!.received === 5);
    const url = `https://127.0.0.1:${at.port}/live`;
    const curl = (version: string) => program(["curl", "-s", "--cacert", caFile, version, "-w", "%{http_version}", url]);
    const listeners = [curl("--http1.1"), curl("--http2")];
    const radio = handle(Pipeline(IcecastClient(url, { tls: { ca }, attempts: 0 }), IcecastDemux()), { system });
    await untilSo(() => streams.listeners() === 3);
    await source.put(Buffer.alloc(2000, "x"), "inbox");
    await source.finish();
    const [one, two] = await Promise.all(listeners);
    assert.match(one!.output, /x{2000}1\.1$/);
    assert.match(two!.output, /x{2000}2$/);
    const heardIt: string[] = [];
    for await (const message of radio) heardIt.push(message.type === "IceIPCMetadata" ? message.metadata["StreamTitle"]! : message.type);
    assert.ok(heardIt.includes("One") && heardIt.at(-1) === "IceIPCDisconnected", heardIt.join());
  },
);

test("IcecastServer() leaves to another handler what is no business of mounts", async (t) => {
  const { url } = await station(t, { handler: ({ parsed }) => `page ${parsed["raw-uri"]}` });
  assert.equal(await (await fetch(`${url}/hello`)).text(), "page /hello");
  assert.match(await (await fetch(`${url}/status-json.xsl`)).text(), /^\{"icestats"/);
  assert.throws(() => IcecastServer({ port: 70_000 }), RangeError);
});
