// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { test, type TestContext } from "node:test";

const main = ["apps/start/main.ts"];
const freePorts = ["--echo", "0", "--fortune", "0", "--radio", "0"];
const withoutTerminal = spawnSync("script", ["--version"]).error === undefined ? false : "needs script (bsdutils)";

/** The program, and what it has printed. */
class Program {
  readonly process: ChildProcess;
  stdout = "";
  stderr = "";
  readonly #ended: Promise<unknown[]>;
  #wake = (): void => {};

  constructor(t: TestContext, command: string, words: readonly string[]) {
    const child = spawn(command, words, { stdio: ["pipe", "pipe", "pipe"], env: { ...process.env, TERM: "xterm", NO_COLOR: "1" } });
    t.after(() => child.kill("SIGKILL"));
    const hear = (name: "stdout" | "stderr"): void => {
      child[name].on("data", (bytes: Buffer) => {
        this[name] += bytes.toString();
        this.#wake();
      });
    };
    hear("stdout");
    hear("stderr");
    this.process = child;
    this.#ended = once(child, "close");
  }

  /** Waits until it has printed something like this. */
  async until(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(this.stdout);
      if (found !== null) return found;
      const over = await Promise.race([this.#ended, new Promise<void>((resolve) => (this.#wake = resolve))]);
      if (over !== undefined && !pattern.test(this.stdout))
        assert.fail(`it ended without ${String(pattern)}: ${this.stdout}${this.stderr}`);
    }
  }

  /** Waits for its end: the exit code, or the signal that ended it. */
  async end(): Promise<unknown> {
    const [code, signal] = await this.#ended;
    return code ?? signal;
  }
}

/** The port after this name. */
async function portOf(program: Program, name: string): Promise<number> {
  return Number((await program.until(new RegExp(`${name} server: +nc 127\\.0\\.0\\.1 (\\d+) `)))[1]);
}

async function visit(t: TestContext, port: number, text: string): Promise<{ socket: Socket; answer: string }> {
  const socket = connect(port, "127.0.0.1");
  t.after(() => socket.destroy());
  socket.on("error", () => {});
  socket.write(text);
  const [bytes] = await once(socket, "data");
  return { socket, answer: String(bytes) };
}

test("npm start serves, says how to talk to it, says nothing of those who come and go, and leaves cleanly on Ctrl-C", async (t) => {
  const program = new Program(t, process.execPath, [...main, ...freePorts]);
  const echo = await visit(t, await portOf(program, "Echo"), "hello");
  assert.equal(echo.answer, "hello");
  echo.socket.end();
  await once(echo.socket, "close");
  const fortune = await visit(t, await portOf(program, "Fortune"), "");
  assert.equal(fortune.answer.length, 1);
  await program.until(/^Now playing: /m);
  program.process.kill("SIGINT");
  assert.equal(await program.end(), 0);
  assert.match(program.stdout, /\nStopped\.\n$/);
  assert.equal(program.stderr, "");
  const [radio, or, first, second, third, fourth, ...more] = program.stdout.trimEnd().split("\n");
  assert.deepEqual([third!.split(":")[0], fourth!.slice(0, 16)], ["Network testbed", "Ctrl-C stops all"]);
  for (const line of more) assert.match(line, /^$|^Without ffmpeg |^Now playing: |^Stopped\.$/);
  assert.match(`${radio}${or}`, /^Radio: +http:\/\/127\.0\.0\.1:(\d+)\/ .*ffplay http:\/\/127\.0\.0\.1:\1\/radio$/);
  assert.match(first!, /^Echo server: +nc 127\.0\.0\.1 \d+ +says what you say$/);
  assert.match(second!, /^Fortune server: +nc 127\.0\.0\.1 \d+ +tells your fortune, slowly$/);
});

test("npm start shows the components on a terminal, with message counts, and stops at Ctrl-C", { skip: withoutTerminal }, async (t) => {
  const command = `stty rows 30 cols 120; exec "${process.execPath}" ${[...main, ...freePorts].join(" ")}`;
  const program = new Program(t, "script", ["--quiet", "--return", "--command", command, "/dev/null"]);
  const port = await portOf(program, "Echo");
  await program.until(new RegExp(`SimpleServer_\\d+ .*the echo server, port ${port}`));
  const { socket, answer } = await visit(t, port, "hello");
  assert.equal(answer, "hello");
  const counts = "_\\d+ +→ inbox 1  outbox 1 →\r\n";
  await program.until(new RegExp(`. ├ ConnectedSocketAdapter${counts}. └ EchoProtocol${counts}`));
  const before = program.stdout.length;
  socket.destroy();
  await program.until(new RegExp(`^[^]{${before}}[^]*\\x1b8\\x1b\\[J(?:(?!EchoProtocol)[^])*the fortune server`));
  program.process.stdin?.write("\u0003");
  assert.equal(await program.end(), 0);
  assert.match(program.stdout, /Stopped\.\r\n$/);
  assert.doesNotMatch(program.stdout, / at /);
});

test("npm start has room for all it says on a terminal of 80 by 24", { skip: withoutTerminal }, async (t) => {
  const words = [...main, ...freePorts, "--ffmpeg", "no-such-program"];
  const command = `stty rows 24 cols 80; exec "${process.execPath}" ${words.join(" ")}`;
  const program = new Program(t, "script", ["--quiet", "--return", "--command", command, "/dev/null"]);
  await program.until(/and \d+ more/);
  program.process.stdin?.write("\u0003");
  assert.equal(await program.end(), 0);
  for (const line of program.stdout.split("\x1b7")[0]!.split("\r\n")) assert.ok(line.length <= 80, line);
});

test("npm start draws also on a terminal that says its size is 0 by 0", { skip: withoutTerminal }, async (t) => {
  const command = `stty rows 0 cols 0; exec "${process.execPath}" ${[...main, ...freePorts].join(" ")}`;
  const program = new Program(t, "script", ["--quiet", "--return", "--command", command, "/dev/null"]);
  await program.until(/SimpleServer_\d+ .*the echo server, port \d+/);
  program.process.stdin?.write("\u0003");
  assert.equal(await program.end(), 0);
});

test("npm start says in one line that a port is in use, and exits with 1", async (t) => {
  const server = createServer().listen(0, "127.0.0.1");
  t.after(() => server.close());
  await once(server, "listening");
  const at = server.address();
  const port = typeof at === "object" && at !== null ? at.port : 0;
  for (const words of [
    ["--echo", String(port), "--fortune", "0", "--radio", "0"],
    ["--echo", "0", "--fortune", String(port), "--radio", "0"],
    ["--echo", "0", "--fortune", "0", "--radio", String(port)],
  ]) {
    const program = new Program(t, process.execPath, [...main, ...words]);
    assert.equal(await program.end(), 1);
    assert.deepEqual(
      [program.stdout, program.stderr],
      ["", `Cannot listen on 127.0.0.1:${port}: the port is in use (EADDRINUSE); stop the other program or choose another port\n`],
    );
  }
});

test("npm start says what is wrong with its arguments, and exits with 2", async (t) => {
  for (const [words, what] of [
    [
      ["--echo", "seven"],
      /^Cannot use --echo seven: a port is a number from 0 to 65535; usage: npm start -- \[FOLDER or FILE…\] \[--radio PORT\] \[--echo PORT\] \[--fortune PORT\]\n$/,
    ],
    [["--ehco", "7"], /^Unknown option '--ehco'; usage: npm start -- .*\n$/],
  ] as const) {
    const program = new Program(t, process.execPath, [...main, ...words]);
    assert.equal(await program.end(), 2);
    assert.match(program.stderr, what);
  }
});

test("npm start goes on serving when whoever reads what it prints has gone", async (t) => {
  const program = new Program(t, process.execPath, [...main, ...freePorts]);
  const port = await portOf(program, "Echo");
  program.process.stdout?.destroy();
  for (let i = 0; i < 3; i++) {
    const { socket, answer } = await visit(t, port, "still there?");
    assert.equal(answer, "still there?");
    socket.destroy();
    await once(socket, "close");
  }
  program.process.kill("SIGINT");
  assert.equal(await program.end(), 0);
  assert.equal(program.stderr, "");
});
