// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { PassThrough, Writable } from "node:stream";
import { test } from "node:test";
import { producerFinished, System } from "../axon/index.ts";
import { Pipeline } from "../chassis/index.ts";
import { drive, Feed } from "../testing/index.ts";
import { ConsoleEchoer, type ConsoleEchoerOptions } from "./ConsoleEchoer.ts";
import { terminal, withoutTerminal } from "./parts.ts";

async function echoed(messages: unknown[], options: ConsoleEchoerOptions = {}): Promise<string> {
  const output = new PassThrough();
  await drive(ConsoleEchoer({ ...options, output }), { inbox: messages });
  output.end();
  return (await output.setEncoding("utf8").toArray()).join("");
}

test("ConsoleEchoer() writes text and bytes as they are", async () => {
  assert.equal(await echoed(["one\n", new TextEncoder().encode("two\n")]), "one\ntwo\n");
});
test("ConsoleEchoer() writes anything else as a program would, on a line of its own", async () => {
  assert.equal(await echoed([{ a: 1 }, 42]), "{ a: 1 }\n42\n");
});
test("ConsoleEchoer({ useRepr, tag }) writes text as a program would, after the tag", async () => {
  assert.equal(await echoed(["hi"], { useRepr: true, tag: "> " }), "> 'hi'\n");
});
test("ConsoleEchoer() goes on when something comes to its control that is no shutdown message (in the original, anything ended it)", async () => {
  const output = new PassThrough();
  const echoer = ConsoleEchoer<string>({ output });
  const system = new System();
  system.activate(echoer);
  echoer.inboxes.control.deliver("anything" as never);
  await system.run();
  echoer.inboxes.inbox.deliver("still here");
  echoer.stop(producerFinished());
  await system.run();
  assert.equal(String(output.read()), "still here");
});
test("ConsoleEchoer({ forwarder }) sends each message on, too", async () => {
  assert.deepEqual((await drive(ConsoleEchoer({ forwarder: true, output: new PassThrough() }), { inbox: [1, 2] })).outbox, [1, 2]);
});
test("ConsoleEchoer() waits for a slow console, and loses nothing", async () => {
  let taken = 0;
  const output = new Writable({
    highWaterMark: 4,
    write(chunk: Buffer, _encoding, done) {
      taken += chunk.length;
      setImmediate(done);
    },
  });
  await new System().run(Pipeline(Feed(Array.from({ length: 500 }, () => "12345")), ConsoleEchoer({ output })));
  await new Promise<void>((resolve) => output.end(resolve));
  assert.equal(taken, 2500);
});
test("ConsoleEchoer() ends quietly when whoever reads our output has gone", () => {
  const program = `
    import { Pipeline } from "kamaelia/chassis";
    import { ConsoleEchoer } from "kamaelia/util";
    import { Feed } from "kamaelia/testing";
    await Pipeline(Feed(Array.from({ length: 200_000 }, (_, i) => "line " + i + "\\n")), ConsoleEchoer()).run();
  `;
  const { stdout, stderr, status } = spawnSync(
    "sh",
    ["-c", `"$0" --input-type=module-typescript -e '${program}' | head -n 2`, process.execPath],
    { encoding: "utf8", timeout: 30_000 },
  );
  assert.deepEqual([stdout, stderr, status], ["line 0\nline 1\n", "", 0]);
});
test("ConsoleEchoer() holds whoever sends to it while the console takes nothing", async () => {
  let made = 0;
  const words = function* (): Generator<string> {
    for (; made < 1000; made++) yield `${made}\n`;
  };
  const output = new Writable({ highWaterMark: 4, write: () => {} });
  const system = new System();
  system.activate(Pipeline(Feed(words()), ConsoleEchoer({ output })));
  await new Promise<void>((resolve) => system.observe(({ type }) => type === "held" && resolve()));
  assert.ok(made < 200, `${made} were made`);
  await system.stop();
});
test("ConsoleEchoer() ends when all is written, not before", async () => {
  const log: string[] = [];
  const output = new Writable({
    write(chunk: Buffer, _encoding, done) {
      setImmediate(() => {
        log.push(chunk.toString());
        done();
      });
    },
  });
  await drive(ConsoleEchoer({ output }), { inbox: ["a", "b", "c"] });
  assert.deepEqual(log, ["a", "b", "c", ""]);
});
test("ConsoleEchoer() leaves its output open, and alone", async () => {
  const output = new PassThrough();
  const listeners = (): number[] => ["drain", "error", "close"].map((event) => output.listenerCount(event));
  const before = listeners();
  await drive(ConsoleEchoer({ output }), { inbox: ["a"] });
  assert.deepEqual([output.writableEnded, listeners()], [false, before]);
});
test("ConsoleEchoer() ends quietly when its output is closed, also while nothing comes", async () => {
  for (const early of [true, false]) {
    const system = new System();
    const output = new PassThrough();
    const echoer = ConsoleEchoer({ output });
    if (early) output.destroy();
    await system.run(echoer);
    output.destroy();
    await echoer.ended;
    assert.deepEqual([echoer.failure, system.live], [undefined, 0]);
  }
});
test("ConsoleEchoer() fails when its output does", async () => {
  const output = new Writable({ write: (_chunk, _encoding, done) => done(new Error("the disk is full")) });
  await assert.rejects(drive(ConsoleEchoer({ output }), { inbox: ["a"] }, { shutdown: false }), {
    message: "ConsoleEchoer_1 failed: Cannot write to the console: the disk is full",
  });
});
test("ConsoleEchoer() stops the system when whoever reads the standard output has gone, though the words never end", () => {
  const program = `
    import { Pipeline } from "kamaelia/chassis";
    import { ConsoleEchoer, ConsoleReader } from "kamaelia/util";
    await Pipeline(ConsoleReader(), ConsoleEchoer()).run();
    console.error("over");
  `;
  const { stdout, stderr, status } = spawnSync(
    "sh",
    ["-c", `yes | "$0" --input-type=module -e '${program}' | head -n 2`, process.execPath],
    {
      encoding: "utf8",
      timeout: 30_000,
    },
  );
  assert.deepEqual([stdout, stderr, status], ["y\ny\n", "over\n", 0]);
});

/** What Node.js looks at, besides TERM, to find out whether a terminal has colours. */
const DECIDES_COLOUR = ["NO_COLOR", "NODE_DISABLE_COLORS", "FORCE_COLOR", "CI", "TF_BUILD", "TEAMCITY_VERSION", "TMUX", "COLORTERM"];

/** What a terminal gets when these messages are echoed. */
async function shown(messages: string, options: string, env: Record<string, string> = {}): Promise<string> {
  const program = `
    import { Pipeline } from "kamaelia/chassis";
    import { Feed } from "kamaelia/testing";
    import { ConsoleEchoer } from "kamaelia/util";
    await Pipeline(Feed(${messages}), ConsoleEchoer(${options})).run();
  `;
  const { bytes, code } = await terminal(program, [], {
    ...Object.fromEntries(DECIDES_COLOUR.map((name) => [name, undefined])),
    ...env,
  });
  assert.equal(code, 0, bytes);
  return bytes.replaceAll("\r\n", "\n");
}

test("ConsoleEchoer() shows values in colour on a terminal, and text as it is", { skip: withoutTerminal }, async () => {
  assert.equal(await shown('["text\\n", { a: 1 }]', ""), "text\n{ a: \u001b[33m1\u001b[39m }\n");
  assert.equal(await shown('["text\\n", { a: 1 }]', "{ colour: false }"), "text\n{ a: 1 }\n");
});
test("ConsoleEchoer({ colour }) shows all that is text in a style, on a terminal", { skip: withoutTerminal }, async () => {
  const bytes = await shown('["a", 1, new TextEncoder().encode("c")]', '{ colour: "green", tag: "> " }');
  assert.equal(bytes, "\u001b[32m> a\u001b[39m\u001b[32m> 1\n\u001b[39m\u001b[32m> \u001b[39mc");
});
test("ConsoleEchoer({ colour }) shows no colour where NO_COLOR is set, or the terminal has none", { skip: withoutTerminal }, async () => {
  for (const env of [{ NO_COLOR: "1" }, { TERM: "dumb" }])
    assert.equal(await shown('["a\\n", { b: 1 }]', '{ colour: "red" }', env), "a\n{ b: 1 }\n");
});
test("ConsoleEchoer({ colour }) refuses a style that does not exist", () => {
  assert.throws(() => ConsoleEchoer({ colour: "greenish" as "green" }), { name: "TypeError", message: /greenish/ });
});
test("ConsoleEchoer({ colour }) writes no colour to what is no terminal", async () => {
  assert.equal(await echoed(["a\n", { b: 1 }], { colour: ["bold", "red"] }), "a\n{ b: 1 }\n");
});
test("ConsoleEchoer() may be there many times, and Node.js warns of no leak", async () => {
  const output = new PassThrough();
  const most = output.getMaxListeners();
  const warnings: Error[] = [];
  const warned = (warning: Error): void => void warnings.push(warning);
  process.on("warning", warned);
  const system = new System();
  for (let i = 0; i < 20; i++) system.activate(Pipeline(Feed([`${i % 10}`]), ConsoleEchoer({ output })));
  await system.run();
  await new Promise((resolve) => setImmediate(resolve)); // warnings come a little later
  process.off("warning", warned);
  assert.equal(String(output.read()), "01234567890123456789");
  assert.deepEqual([warnings, output.getMaxListeners(), output.listenerCount("drain")], [[], most, 0]);
});
