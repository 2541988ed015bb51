// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { spawnSync, type SpawnSyncReturns } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { stripVTControlCharacters } from "node:util";
import { assertCaptured, readCapture } from "kamaelia/testing";

const main = join(import.meta.dirname, "main.ts");
const missing = (program: string): string | false => (spawnSync(program, ["--version"]).error === undefined ? false : `needs ${program}`);

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "testbed-"));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

function play(folder: string, ...words: readonly string[]): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, [main, "--out", folder, ...words], { encoding: "utf8" });
}

test("npm run testbed says what happens, and ends with plots and a capture", (t) => {
  const folder = folderOf(t);
  const { stdout, stderr, status } = play(folder);
  assert.deepEqual([stderr, status], ["", 0]);
  for (const line of ["0:00  Anna calls Bert", "0:40  CoDel takes care", "1:30  a digger cuts the cable", "1:37  it is mended"])
    assert.ok(stdout.includes(line), line);
  assert.match(stdout, /How late Bert hears Anna\n.*delay of the call \(ms\)[^]*[⠁-⣿][^]*time \(s\)/);
  assert.match(stdout, /Capture: {2}\S+testbed\.pcapng, \d+ packets on the line\n {2}tshark -r \S+testbed\.pcapng /);
  assert.match(readFileSync(join(folder, "testbed.svg"), "utf8"), /^<svg [^]*How fast the pictures are[^]*<\/svg>\n$/);
  const packets = readCapture(readFileSync(join(folder, "testbed.pcapng")));
  assertCaptured(packets, [
    { protocol: "udp", to: { address: "10.0.0.3", port: 4000 } },
    { protocol: "tcp", flags: ["syn"] },
  ]);
});

test("the testbed's capture is one that tshark opens without a warning", { skip: missing("tshark") }, (t) => {
  const folder = folderOf(t);
  const { stdout } = play(folder, "--seed", "2");
  const words = /^ {2}tshark (-r .*)$/m.exec(stdout)![1]!.split(" ");
  const tshark = spawnSync("tshark", words, { encoding: "utf8", maxBuffer: 1 << 26 });
  const complaints = tshark.stderr.split("\n").filter((line) => line !== "" && !line.startsWith("Running as user"));
  assert.deepEqual([complaints, tshark.status], [[], 0]);
  assert.match(tshark.stdout, /TCP Conversations[^]*UDP Conversations[^]*10\.0\.0\.1:\d+ +<-> 10\.0\.0\.3:4000[^]*IO Statistics/);
});

/** What is seen on a terminal with so many columns: all that is printed, and each picture of the network. */
function seen(t: TestContext, columns: number): { readonly stdout: string; readonly frames: readonly string[] } {
  const command = `stty rows 24 cols ${columns}; exec "${process.execPath}" ${main} --speed 1000 --out ${folderOf(t)}`;
  const { stdout, status } = spawnSync("script", ["--quiet", "--return", "--command", command, "/dev/null"], {
    encoding: "utf8",
    env: { ...process.env, TERM: "xterm", NO_COLOR: columns < 80 ? "" : "1" },
    maxBuffer: 1 << 26,
  });
  assert.equal(status, 0);
  const frames = stdout.split("\x1b[20A").slice(1);
  return { stdout, frames: frames.map((frame) => stripVTControlCharacters(frame)) };
}

test(
  "npm run testbed shows the network on a terminal: who is there, the queue, the line, and the plot as it grows",
  { skip: missing("script") },
  (t) => {
    const { stdout, frames } = seen(t, 100);
    assert.equal(frames.length, 240);
    assert.match(frames[100]!, /0:50 ━+ {2}CoDel takes care of the queue/);
    assert.match(frames[60]!, /Anna ☎[^]*├─ ▓▓▓▓▓▓▓▓+░* [─▬•✗]{30} ─┤[^]*\d\d waiting/);
    assert.match(frames[185]!, /╳ cut ╳[^]*no pictures/);
    assert.match(stdout, /How fast the pictures are[^]*Capture: /);
    assert.ok(stdout.includes("\x1b[?25l") && stdout.lastIndexOf("\x1b[?25h") > stdout.lastIndexOf("\x1b[?25l"));
  },
);

test("npm run testbed has no line that does not fit on the terminal, with 80 columns or with fewer", { skip: missing("script") }, (t) => {
  for (const columns of [80, 50]) {
    const { frames } = seen(t, columns);
    for (const frame of frames.slice(0, -1)) {
      const lines = frame.split("\r\n");
      assert.equal(lines.length, 21);
      for (const line of lines) assert.ok(line.length < columns, line);
      if (columns === 80)
        assert.match(frame, /☎ Bert {2}hears (\d+ %, \d+ ms late|nothing)\r\n[^]* album {3}(\d\.\d\d Mbit\/s|no pictures)\r\n/);
    }
  }
});

test("npm run testbed says what is wrong with its arguments, and exits with 2", () => {
  for (const [words, what] of [
    [["--speed", "0"], /^Cannot use --speed 0: give more than 0; usage: npm run testbed -- /],
    [["--sped", "1"], /^Unknown option '--sped'; usage: npm run testbed -- .*\n$/],
    [["--out", main], /^Cannot write into \S+main\.ts: it is a file, and no folder \(EEXIST\); usage: .*\n$/],
    [["--out", join(main, "below", "it")], /^Cannot write into \S+main\.ts: it is a file, and no folder \(EEXIST\); usage: .*\n$/],
    ...(process.platform === "linux" ? [[["--out", "/proc/here"], /^Cannot write into \/proc\/here: .*; usage: .*\n$/] as const] : []),
  ] as const) {
    const { stdout, stderr, status } = spawnSync(process.execPath, [main, ...words], { encoding: "utf8", timeout: 20_000 });
    assert.deepEqual([stdout, status], ["", 2]);
    assert.match(stderr, what);
  }
});
