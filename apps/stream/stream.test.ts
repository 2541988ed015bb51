// SPDX-License-Identifier: Apache-2.0
// The streaming system as its users start it: real programs, real multicast on the loopback interface, real connections.
import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { test, type TestContext } from "node:test";
import { stripVTControlCharacters } from "node:util";
import { Pipeline } from "kamaelia/chassis";
import { Multicast_sender } from "kamaelia/internet";
import { SimulatedNetwork, star } from "kamaelia/internet/simulate";
import { type RTPContent, RTPFramer, RTPPacer } from "kamaelia/protocol/rtp";
import { Feed, ToList, VirtualClock } from "kamaelia/testing";
import { asked } from "./options.ts";
import { Progress } from "./progress.ts";
import { Reception } from "./receive.ts";
import { usage } from "./usage.ts";

const skip = spawnSync("ffmpeg", ["-version"]).error === undefined ? false : "needs ffmpeg";
const timeout = 60_000;
type Format = "ts" | "opus";
const MAIN = join(import.meta.dirname, "main.ts");
const APP = "npx node apps/stream/main.ts";

const own = ["--net", ...(process.getuid?.() === 0 ? [] : ["--map-root-user"])];

/** Plays a tone at the pace of the clock into the named pipe "$0", as soon as somebody reads it, until "q" comes; "$1" is a copy, what follows the format. */
const LIVE = `
exec > "$0"
copy=$1
shift
ffmpeg -v error -re -f lavfi -i sine=frequency=440 -threads 1 "$@" - | tee "$copy"
`;
const FORMATS = { ts: ["-f", "mpegts"], opus: ["-page_duration", "100000", "-f", "opus"] } as const;

/** "$0" is Node.js, "$1" the program, "$2" the format, "$3" what plays live, what follows how ffmpeg makes that. */
const LOSSY = `
ip link set lo up multicast on
ip route add 224.0.0.0/4 dev lo
nft add table inet lossy
nft add chain inet lossy input '{ type filter hook input priority 0; }'
nft add rule inet lossy input udp dport 5004 numgen random mod 100 \\< 10 counter drop
app=$1 format=$2 play=$3
shift 3
mkfifo stop live.$format
exec 3<> stop
trap 'kill $(jobs -p) 2> /dev/null' EXIT
trap 'exit 1' TERM
receive() { "$0" $app receive --interface 127.0.0.1 --name Test --record "$@" & }
size() { if [ -e $1 ]; then stat -c %s $1; else echo 0; fi; }
sh -c "$play" live.$format copy "$@" <&3 &
receive all --from start
until grep -qi FE7F02E0 /proc/net/igmp; do sleep 0.02; done
"$0" $app send --reliable --format $format --interface 127.0.0.1 --name Test --group 239.255.42.44 one.$format live.$format two.$format & sender=$!
until [ $(size all) -gt $(($(size one.$format) / 2)) ]; do sleep 0.02; done
receive late
receive again --from start
until [ -s late ] && [ -s again ]; do sleep 0.02; done
echo q >&3
wait $sender
wait
nft list chain inet lossy input
`;

/** Why there is no network that loses something. */
function lossy(): string | false {
  const missing = ["ip", "nft", "unshare"].find((name) => spawnSync(name, ["--version"]).error !== undefined);
  if (missing !== undefined) return `needs ${missing}`;
  return spawnSync("unshare", [...own, "true"]).status === 0 ? false : "needs the right to make a network namespace";
}

/** A port that nobody has, and that nobody is given who does not ask for it. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 10_000);
    const [socket, server] = [createSocket("udp4").bind(port), createServer().listen(port)];
    const free = await Promise.all([socket, server].map((one) => once(one, "listening"))).then(
      () => true,
      () => false,
    );
    for (const one of [socket, server]) one.on("error", () => {}).close();
    if (free) return port;
  }
}

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "stream-"));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** A file with a tone of so many seconds. */
function tone(folder: string, name: string, seconds: number): string {
  const file = join(folder, name);
  const words = ["-v", "error", "-f", "lavfi", "-i", `sine=frequency=440:duration=${seconds}`, "-threads", "1", file];
  assert.equal(spawnSync("ffmpeg", words).status, 0);
  return file;
}

/** A named pipe with nothing in it: who reads it waits until it is opened. */
function gate(t: TestContext, folder: string, format: Format): { readonly file: string; open(): void } {
  const file = join(folder, `gate.${format}`);
  assert.equal(spawnSync("mkfifo", [file]).status, 0);
  const child = spawn("sh", ["-c", 'read go; : > "$0"', file], { stdio: ["pipe", "ignore", "inherit"] });
  t.after(() => child.kill());
  return { file, open: () => child.stdin.end("go\n") };
}

/** A tone that is played into a named pipe until it is ended. */
function live(t: TestContext, folder: string, format: Format): { readonly file: string; readonly copy: string; end(): void } {
  const [file, copy] = [join(folder, `live.${format}`), join(folder, `copy.${format}`)];
  assert.equal(spawnSync("mkfifo", [file]).status, 0);
  const child = spawn("sh", ["-c", LIVE, file, copy, ...FORMATS[format]], { stdio: ["pipe", "ignore", "inherit"] });
  t.after(() => child.kill());
  return { file, copy, end: () => child.stdin.end("q") };
}

function app(t: TestContext, ...words: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, [MAIN, ...words], { stdio: ["ignore", "pipe", "pipe"] });
  t.after(() => child.kill("SIGKILL"));
  return child;
}

/** Waits until it has ended; what it said. */
async function said(child: ChildProcess): Promise<string> {
  let text = "";
  child.stderr!.on("data", (bytes: Buffer) => (text += bytes.toString()));
  const [code] = (await once(child, "close")) as [number];
  assert.equal(code, 0, text);
  return text;
}

/** What is said of files as they are played. */
function played(files: readonly string[]): string[] {
  return [...files.map((file, i) => `Playing ${basename(file)} (${i + 1} of ${files.length})`), ""];
}

/** How many seconds of sound ffmpeg finds in a file, and what it complains of. */
function secondsOf(file: string): [seconds: number, complaints: string] {
  const { stdout, stderr } = spawnSync("ffmpeg", ["-v", "error", "-i", file, "-f", "s16le", "-ac", "1", "-ar", "8000", "-"], {
    maxBuffer: 1 << 26,
  });
  return [stdout.length / 16_000, stderr.toString()];
}

for (const format of ["ts", "opus"] as const) {
  test(
    `two files, and what is played live, go by multicast, as ${format}: one receiver hears all, and one what comes after it has joined`,
    { skip, timeout },
    async (t) => {
      const folder = folderOf(t);
      const [start, playing] = [gate(t, folder, format), live(t, folder, format)];
      const files = [start.file, tone(folder, `one.${format}`, 1), playing.file, tone(folder, "two.wav", 1)];
      const [port, sap] = [await freePort(), await freePort()];
      const [group, announced] = [42, 43].map((n) => `239.255.${n}.${1 + (process.pid % 250)}`) as [string, string];
      const common = ["--interface", "127.0.0.1", "--sap", `${announced}:${sap}`];
      const [early, late] = [join(folder, `early.${format}`), join(folder, `late.${format}`)];
      const first = said(app(t, "receive", "--record", early, ...common));
      await joined(announced);
      const sender = said(
        app(t, "send", ...files, "--format", format, "--group", group, "--port", String(port), "--name", "Test", ...common),
      );
      await joined(group);
      start.open();
      await begun(early);
      const second = said(app(t, "receive", "--record", late, "--name", "Test", ...common));
      await begun(late);
      playing.end();
      const words = [`Sending Test to ${group}, port ${port}.`, `To hear it: ${APP} receive --name "Test" ${common.join(" ")}`];
      const other = format === "ts" ? [`        or: ffplay rtp://${group}:${port}`] : [];
      assert.deepEqual((await sender).split("\n"), [...words, ...other, ...played(files)]);
      for (const text of [await first, await second])
        assert.equal(text, `Waiting for an announcement …\nRecording Test, from ${group}, port ${port}.\n`);
      const [[all, complaints], [rest], [between]] = [secondsOf(early), secondsOf(late), secondsOf(playing.copy)];
      assert.ok(Math.abs(all - between - 2) < 0.2, `${all} s, ${between} s of them live`);
      assert.ok(rest > 0.5 && rest < all, `${rest} s of ${all}`);
      assert.equal(complaints, "");
    },
  );
}
for (const format of ["ts", "opus"] as const) {
  test(
    `two files, and what is played live, go by reliable multicast, as ${format}, over a network that loses a tenth: who wants all has all, also one who comes late`,
    { skip: skip || lossy(), timeout },
    (t) => {
      const folder = folderOf(t);
      const [one, two] = [tone(folder, `one.${format}`, 2), tone(folder, `two.${format}`, 1)];
      const { stdout, stderr } = spawnSync(
        "unshare",
        [...own, "sh", "-ec", LOSSY, process.execPath, MAIN, format, LIVE, ...FORMATS[format]],
        {
          cwd: folder,
          encoding: "utf8",
          timeout,
        },
      );
      assert.match(stdout, /counter packets [1-9]/, `nothing was lost, or something went wrong: ${stdout}\n${stderr}`);
      assert.deepEqual(stderr.split("\n").sort(), [
        "",
        `Playing live.${format} (2 of 3)`,
        `Playing one.${format} (1 of 3)`,
        `Playing two.${format} (3 of 3)`,
        ...Array.from({ length: 3 }, () => "Recording Test, from 239.255.42.44, port 5004."),
        "Sending Test to 239.255.42.44, port 5004.",
        `To hear it: ${APP} receive --name "Test" --interface 127.0.0.1`,
        ...Array.from({ length: 3 }, () => "Waiting for an announcement …"),
      ]);
      const [all, again, late] = ["all", "again", "late"].map((name) => readFileSync(join(folder, name)));
      const [[seconds, complaints], [rest], [between]] = [
        secondsOf(join(folder, "all")),
        secondsOf(join(folder, "late")),
        secondsOf(join(folder, "copy")),
      ];
      assert.ok(Math.abs(seconds - between - 3) < 0.2, `${seconds} s, ${between} s of them live`);
      assert.equal(complaints, "");
      assert.ok(rest > 0.1 && rest < seconds - 0.5, `${rest} s of ${seconds}`);
      if (format === "ts") {
        const sent = Buffer.concat([one, join(folder, "copy"), two].map((file) => readFileSync(file)));
        for (const got of [all!, again!]) assert.ok(got.equals(sent), `${got.length} bytes of ${sent.length}`);
        assert.ok(sent.subarray(-late!.length).equals(late!), "the last part is the last part");
      } else {
        const [got] = secondsOf(join(folder, "again"));
        assert.equal(got, seconds, `who comes late, and wants all, has ${again!.length} bytes of ${all!.length}`);
      }
    },
  );
}
for (const format of ["ts", "opus"] as const) {
  test(
    `a file, and what is played live, go by TCP to all who connect, as ${format}, and the connections are closed at their end`,
    { skip, timeout },
    async (t) => {
      const folder = folderOf(t);
      const [start, playing] = [gate(t, folder, format), live(t, folder, format)];
      const one = tone(folder, `one.${format}`, 1);
      const port = await freePort();
      const files = [start.file, one, playing.file];
      const server = said(app(t, "serve", ...files, "--format", format, "--port", String(port)));
      const first = hear(t, port);
      await first.connected;
      start.open();
      const recorded = join(folder, `recorded.${format}`);
      const second = said(app(t, "receive", `tcp://127.0.0.1:${port}`, "--record", recorded));
      await begun(recorded);
      playing.end();
      assert.equal(await second, "");
      const url = `tcp://127.0.0.1:${port}`;
      const words = [`Serving at 127.0.0.1, port ${port}.`, `To hear it: ${APP} receive ${url}`, `        or: ffplay ${url}`];
      assert.deepEqual((await server).split("\n"), [...words, ...played(files)]);
      const bytes = await first.bytes;
      writeFileSync(join(folder, `heard.${format}`), bytes);
      const [[all, complaints], [rest, more]] = [secondsOf(join(folder, `heard.${format}`)), secondsOf(recorded)];
      const [between] = secondsOf(playing.copy);
      assert.ok(Math.abs(all - between - 1) < 0.2, `${all} s, ${between} s of them live`);
      assert.ok(rest > 0 && rest < all, `${rest} s of ${all}`);
      if (format === "ts") assert.ok(bytes.equals(Buffer.concat([one, playing.copy].map((file) => readFileSync(file)))));
      else assert.deepEqual([complaints, more], ["", ""]);
    },
  );
}
test("forged packets, and a sender that is started again, do not stop the receiver: all that is sent is received", async (t) => {
  const network = new SimulatedNetwork(star(["sender", "forger", "receiver"], { delay: 5 }), { seed: 1 });
  t.after(() => network.host("receiver").system.stop());
  const place = { group: "239.1.2.3", port: 5004, name: "Test", format: "ts", reliable: false } as const;
  const received: Uint8Array[] = [];
  network.host("receiver").system.activate(Pipeline(Reception(place, undefined), ToList(received)));
  const film = (first: number): Buffer[] => Array.from({ length: 100 }, (_, n) => Buffer.alloc(7 * 188, first + n));
  const send = (ssrc: number, payloads: readonly Buffer[], ms: number) => {
    const contents = payloads.map((payload, n): RTPContent => ({ payloadtype: 33, payload, timestamp: n * ms * 90, ssrc }));
    const to = Multicast_sender({ remoteAddress: place.group, remotePort: place.port });
    return Pipeline(Feed(contents), RTPPacer(), RTPFramer(), to);
  };
  const [first, second, forged] = [film(0), film(100), film(50)].map((pieces) => pieces.map((piece) => sealed(piece)));
  await network.advance(100);
  network.host("forger").system.activate(send(666, forged!.slice(0, 20), 100));
  await network.host("sender").system.run(send(1, first!, 20));
  await network.advance(200);
  await network.host("sender").system.run(send(2, second!, 20));
  await network.advance(3000);
  const [got, sent] = [Buffer.concat(received), Buffer.concat([...first!, ...second!])];
  assert.ok(got.equals(sent), `${got.length} bytes of ${sent.length}`);
});
test("receive says so, and fails, when nobody serves there", () => {
  const { status, stderr } = spawnSync(process.execPath, [MAIN, "receive", "tcp://127.0.0.1:1", "--record", "/dev/null"], {
    encoding: "utf8",
  });
  assert.deepEqual([status, stderr], [1, "Cannot connect to 127.0.0.1:1: nobody listens there (ECONNREFUSED)\n"]);
});
test("Ctrl-C at serve is the end of the programme: who listens has what was played, and ends well", { skip, timeout }, async (t) => {
  const folder = folderOf(t);
  const [file, recorded, port] = [tone(folder, "long.ts", 60), join(folder, "recorded.ts"), await freePort()];
  const server = app(t, "serve", file, "--port", String(port));
  const served = said(server);
  await hear(t, port).connected;
  const receiver = said(app(t, "receive", `tcp://127.0.0.1:${port}`, "--record", recorded));
  await begun(recorded);
  server.kill("SIGINT");
  assert.match(await served, /\nPlaying long\.ts\n$/);
  assert.equal(await receiver, "");
  assert.ok(readFileSync(file).includes(readFileSync(recorded)));
});
test("receive needs ffplay only to play, says so in a line, and ends when that does", { timeout }, async (t) => {
  const folder = folderOf(t);
  const port = await freePort();
  const receive = (...words: readonly string[]) =>
    spawnSync(process.execPath, [MAIN, "receive", ...words], { encoding: "utf8", env: { ...process.env, PATH: folder }, timeout });
  const none = "Cannot play: there is no ffplay (Debian: apt install ffmpeg); --record FILE writes it to a file\n";
  for (const words of [[], [`tcp://127.0.0.1:${port}`]]) {
    const { status, stderr } = receive(...words);
    assert.deepEqual([status, stderr], [1, none]);
  }
  writeFileSync(join(folder, "ffplay"), '#!/bin/sh\n[ "$1" = -version ] || read line\n', { mode: 0o755 });
  const endless = createServer((socket) => {
    const timer = setInterval(() => socket.write("a line\n"), 20);
    socket.on("error", () => {}).on("close", () => clearInterval(timer));
  }).listen(port, "127.0.0.1");
  t.after(() => endless.close());
  const child = spawn(process.execPath, [MAIN, "receive", `tcp://127.0.0.1:${port}`], {
    env: { ...process.env, PATH: folder },
    stdio: "ignore",
  });
  t.after(() => child.kill("SIGKILL"));
  assert.deepEqual(await once(child, "close"), [0, null]);
});
test("receive says in a line that it cannot record what is announced", { skip, timeout }, async (t) => {
  const folder = folderOf(t);
  const sap = `239.255.44.${1 + (process.pid % 250)}:${await freePort()}`;
  const common = ["--interface", "127.0.0.1", "--sap", sap];
  app(t, "send", tone(folder, "one.ts", 60), "--group", `239.255.45.${1 + (process.pid % 250)}`, ...common);
  const receiver = app(t, "receive", "--record", join(folder, "nowhere", "x.ts"), ...common);
  let text = "";
  receiver.stderr!.on("data", (bytes: Buffer) => (text += bytes.toString()));
  assert.deepEqual(await once(receiver, "close"), [1, null]);
  assert.match(text, /^Waiting .*\nRecording Kamaelia, .*\nCannot write \S+x\.ts: there is no such file or directory \(ENOENT\)\n$/);
});
test("it says how it is used, each command by itself, and what is wrong, before how it is right", () => {
  const run = (...words: readonly string[]) => spawnSync(process.execPath, [MAIN, ...words], { encoding: "utf8" });
  for (const command of ["send", "receive", "serve"] as const) {
    assert.ok(usage(command).startsWith(`Usage: ${APP} ${command} `));
    assert.equal(usage(command).includes("--record FILE"), command === "receive");
    assert.equal(usage(command).includes("--format ts|opus"), command !== "receive");
  }
  assert.match(usage(), /main\.ts send .*\n.*main\.ts receive .*\n.*main\.ts serve .*\n/);
  const { status, stdout, stderr } = run("serve", "--help");
  assert.deepEqual([status, stdout, stderr], [0, usage("serve"), ""]);
  const wrong = run("serve", "one.ts", "--format", "mp3");
  assert.deepEqual([wrong.status, wrong.stdout], [2, ""]);
  assert.equal(wrong.stderr, `Cannot use --format mp3: give ts or opus\n\n${usage("serve")}`);
  const missing = run("serve", "--port", "0", "missing.ts");
  assert.deepEqual([missing.status, missing.stdout], [1, ""]);
  assert.match(missing.stderr, /\nCannot read missing\.ts: there is no such file or directory \(ENOENT\)\n$/);
});
test("asked() names what cannot be asked for, and what can", () => {
  const place = "give tcp://HOST:PORT, or nothing, for what is announced";
  for (const [words, what] of [
    ["", "Cannot start: give send, receive or serve"],
    ["sned one.ts", 'Cannot do "sned": give send, receive or serve'],
    ["send", "Cannot send nothing: give a file, or several"],
    ["receive --from middle", "Cannot use --from middle: give start or now"],
    ["send one.ts --port 99999", "Cannot use --port 99999: a port is a number from 0 to 65535"],
    ["receive nonsense", `Cannot receive nonsense: ${place}`],
    ["receive http://127.0.0.1:5005", `Cannot receive http://127.0.0.1:5005: ${place}`],
    ["receive tcp://127.0.0.1", `Cannot receive tcp://127.0.0.1: ${place}`],
    ["receive --sap 239.1.1.1", "Cannot use --sap 239.1.1.1: give ADDRESS:PORT, like 224.2.127.254:9875"],
  ] as const)
    assert.throws(() => asked(words.split(" ").filter((word) => word !== "")), new RangeError(what));
  assert.deepEqual(asked(["receive", "tcp://127.0.0.1:5005"])!.server, { host: "127.0.0.1", port: 5005 });
});

test("Progress says on a terminal in one line what is played, and for how long; elsewhere in a line for each file", () => {
  const clock = new VirtualClock({ auto: false });
  const shown = (isTTY: boolean): string[] => {
    const texts: string[] = [];
    const progress = new Progress(2, { isTTY, write: (text) => texts.push(text) }, clock);
    progress.next("folder/one.ts");
    clock.advance(1000);
    clock.advance(60_000);
    progress.next("two.ts");
    progress.end();
    clock.advance(5000);
    return texts.map(stripVTControlCharacters);
  };
  const live = shown(true);
  assert.deepEqual(live.slice(0, 2), ["\rPlaying one.ts (1 of 2)  0:00", "\rPlaying one.ts (1 of 2)  0:01"]);
  assert.deepEqual(live.slice(-3), ["\rPlaying one.ts (1 of 2)  1:01", "\rPlaying two.ts (2 of 2)  0:00", "\n"]);
  assert.deepEqual(shown(false), ["Playing one.ts (1 of 2)\n", "Playing two.ts (2 of 2)\n"]);
});

/** The same as packets of a transport stream. */
function sealed(bytes: Buffer): Buffer {
  for (let at = 0; at < bytes.length; at += 188) bytes[at] = 0x47;
  return bytes;
}

/** Connects as soon as somebody listens, and reads to the end. */
function hear(t: TestContext, port: number): { readonly connected: Promise<void>; readonly bytes: Promise<Buffer> } {
  const [connected, bytes] = [Promise.withResolvers<void>(), Promise.withResolvers<Buffer>()];
  let over = false;
  t.after(() => (over = true));
  const attempt = (): void => {
    const socket = connect({ port, host: "127.0.0.1", ...(process.platform === "linux" && { localAddress: "127.0.0.2" }) }); // else it may meet itself
    const pieces: Buffer[] = [];
    socket.on("connect", connected.resolve).on("data", (piece) => pieces.push(piece));
    socket.on("error", () => {}); // nobody listens yet
    socket.on("close", (failed) => (failed ? over || setTimeout(attempt, 20) : bytes.resolve(Buffer.concat(pieces))));
  };
  attempt();
  return { connected: connected.promise, bytes: bytes.promise };
}

/** Waits until something is in a file. */
async function begun(file: string): Promise<void> {
  while (!existsSync(file) || statSync(file).size === 0) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** Waits until somebody on this machine is in a group, as Linux says; elsewhere, a while. */
async function joined(group: string): Promise<void> {
  const hex = Buffer.from(group.split(".").map(Number))
    .toReversed()
    .reduce((text, byte) => text + byte.toString(16).padStart(2, "0"), "");
  const table = "/proc/net/igmp";
  if (!existsSync(table)) return await new Promise((resolve) => setTimeout(resolve, 2000));
  while (!readFileSync(table, "utf8").toLowerCase().includes(hex)) await new Promise((resolve) => setTimeout(resolve, 20));
}
