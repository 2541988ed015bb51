// SPDX-License-Identifier: Apache-2.0
// The streaming system as its users start it: real programs, real multicast on the loopback interface, real connections.
import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";

const skip = spawnSync("ffmpeg", ["-version"]).error === undefined ? false : "needs ffmpeg";
const timeout = 60_000;

const own = ["--net", ...(process.getuid?.() === 0 ? [] : ["--map-root-user"])];

/** "$0" is Node.js, "$1" the program, "$2" the format, what follows the files. */
const LOSSY = `
ip link set lo up multicast on
ip route add 224.0.0.0/4 dev lo
nft add table inet lossy
nft add chain inet lossy input '{ type filter hook input priority 0; }'
nft add rule inet lossy input udp dport 5004 numgen random mod 100 \\< 10 counter drop
app=$1 format=$2
shift 2
trap 'kill $(jobs -p) 2> /dev/null' EXIT
receive() { "$0" $app receive --interface 127.0.0.1 --name Test --record "$@" & }
receive all --from start
until grep -qi FE7F02E0 /proc/net/igmp; do sleep 0.02; done
"$0" $app send --reliable --format $format --interface 127.0.0.1 --name Test --group 239.255.42.44 "$@" & sender=$!
until [ -s all ]; do sleep 0.02; done
receive late
receive again --from start
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

async function freePort(): Promise<number> {
  const socket = createSocket("udp4").bind(0, "127.0.0.1");
  await once(socket, "listening");
  const { port } = socket.address();
  socket.close();
  return port;
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

function app(t: TestContext, ...words: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, [join(import.meta.dirname, "main.ts"), ...words], { stdio: ["ignore", "pipe", "pipe"] });
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

/** How many seconds of sound ffmpeg finds in a file, and what it complains of. */
function secondsOf(file: string): [seconds: number, complaints: string] {
  const { stdout, stderr } = spawnSync("ffmpeg", ["-v", "error", "-i", file, "-f", "s16le", "-ac", "1", "-ar", "8000", "-"], {
    maxBuffer: 1 << 26,
  });
  return [stdout.length / 16_000, stderr.toString()];
}

for (const [format, suffix] of [
  ["ts", "ts"],
  ["opus", "opus"],
] as const) {
  test(
    `two files go by multicast, as ${format}: one receiver hears all, and one what comes after it has joined`,
    { skip, timeout },
    async (t) => {
      const folder = folderOf(t);
      const files = [tone(folder, `one.${suffix}`, 3), tone(folder, "two.wav", 2)];
      const [port, sap] = [await freePort(), await freePort()];
      const common = ["--interface", "127.0.0.1", "--sap", `239.255.42.43:${sap}`];
      const [early, late] = [join(folder, `early.${suffix}`), join(folder, `late.${suffix}`)];
      const first = said(app(t, "receive", "--record", early, ...common));
      await joined("239.255.42.43");
      const sender = said(
        app(t, "send", ...files, "--format", format, "--group", "239.255.42.44", "--port", String(port), "--name", "Test", ...common),
      );
      while (!existsSync(early) || statSync(early).size === 0) await new Promise((resolve) => setTimeout(resolve, 50));
      const second = said(app(t, "receive", "--record", late, "--name", "Test", ...common));
      assert.equal(await sender, "");
      for (const text of [await first, await second])
        assert.equal(text, `Waiting for an announcement …\nRecording Test, from 239.255.42.44, port ${port}.\n`);
      const [[all, complaints], [rest]] = [secondsOf(early), secondsOf(late)];
      assert.ok(all > 4.3 && all < 5.5, `${all} s`);
      assert.ok(rest > 0.5 && rest < all, `${rest} s of ${all}`);
      assert.equal(complaints, "");
    },
  );
}
for (const format of ["ts", "opus"] as const) {
  test(
    `two files go by reliable multicast, as ${format}, over a network that loses a tenth: who wants all has all, also one who comes late`,
    { skip: skip || lossy(), timeout },
    (t) => {
      const folder = folderOf(t);
      const files = [tone(folder, `one.${format}`, 7), tone(folder, `two.${format}`, 2)];
      const { stdout, stderr } = spawnSync(
        "unshare",
        [...own, "sh", "-ec", LOSSY, process.execPath, join(import.meta.dirname, "main.ts"), format, ...files],
        {
          cwd: folder,
          encoding: "utf8",
          timeout,
        },
      );
      assert.match(stdout, /counter packets [1-9]/, `nothing was lost, or something went wrong: ${stdout}\n${stderr}`);
      assert.deepEqual(stderr.split("\n").sort(), [
        "",
        ...Array.from({ length: 3 }, () => "Recording Test, from 239.255.42.44, port 5004."),
        ...Array.from({ length: 3 }, () => "Waiting for an announcement …"),
      ]);
      const [all, again, late] = ["all", "again", "late"].map((name) => readFileSync(join(folder, name)));
      const [seconds, complaints] = secondsOf(join(folder, "all"));
      assert.ok(seconds > 8.9 && seconds < 9.3, `${seconds} s`);
      assert.equal(complaints, "");
      const [rest] = secondsOf(join(folder, "late"));
      assert.ok(rest > 0.1 && rest < seconds - 0.5, `${rest} s of ${seconds}`);
      if (format === "ts") {
        const sent = Buffer.concat(files.map((file) => readFileSync(file)));
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
    `two files go by TCP to all who connect, as ${format}, and the connections are closed at their end`,
    { skip, timeout },
    async (t) => {
      const folder = folderOf(t);
      const files = [tone(folder, `one.${format}`, 6), tone(folder, `two.${format}`, 1)];
      const port = await freePort();
      const server = said(app(t, "serve", ...files, "--format", format, "--port", String(port)));
      const first = hear(port);
      await listening(port);
      const recorded = join(folder, `recorded.${format}`);
      assert.equal(await said(app(t, "receive", `tcp://127.0.0.1:${port}`, "--record", recorded)), "");
      assert.equal(await server, "");
      const bytes = await first;
      writeFileSync(join(folder, `heard.${format}`), bytes);
      const [[all, complaints], [rest, more]] = [secondsOf(join(folder, `heard.${format}`)), secondsOf(recorded)];
      assert.ok(all > 6 && all < 7.3, `${all} s`);
      assert.ok(rest > 0.1 && rest <= all, `${rest} s of ${all}`);
      if (format === "ts") assert.deepEqual([bytes.length % 188, bytes[0]], [0, 0x47]);
      else assert.deepEqual([complaints, more], ["", ""]);
    },
  );
}
test("receive says so, and fails, when nobody serves there", () => {
  const { status, stderr } = spawnSync(
    process.execPath,
    [join(import.meta.dirname, "main.ts"), "receive", "tcp://127.0.0.1:1", "--record", "/dev/null"],
    { encoding: "utf8" },
  );
  assert.deepEqual([status, stderr], [1, "Cannot connect to 127.0.0.1:1: nobody listens there (ECONNREFUSED)\n"]);
});
test("it says how it is used", async (t) => {
  const child = app(t, "sing");
  let text = "";
  child.stderr!.on("data", (bytes: Buffer) => (text += bytes.toString()));
  assert.deepEqual(await once(child, "close"), [1, null]);
  assert.match(text, /^Usage: node apps\/stream\/main\.ts send/);
});

/** Connects as soon as somebody listens, and reads to the end. */
async function hear(port: number): Promise<Buffer> {
  for (;;) {
    const socket = connect({ port, host: "127.0.0.1", ...(process.platform === "linux" && { localAddress: "127.0.0.2" }) }); // else it may meet itself
    const pieces: Buffer[] = [];
    socket.on("data", (bytes) => pieces.push(bytes));
    socket.on("error", () => {}); // nobody listens yet
    const failed = await new Promise<boolean>((resolve) => socket.on("close", resolve));
    if (!failed) return Buffer.concat(pieces);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Waits until somebody listens. */
async function listening(port: number): Promise<void> {
  for (let there = false; !there;) {
    const socket = connect({ port, host: "127.0.0.1", ...(process.platform === "linux" && { localAddress: "127.0.0.2" }) }); // else it may meet itself
    there = await new Promise<boolean>((resolve) => socket.on("connect", () => resolve(true)).on("error", () => resolve(false)));
    socket.destroy();
    if (!there) await new Promise((resolve) => setTimeout(resolve, 20));
  }
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
