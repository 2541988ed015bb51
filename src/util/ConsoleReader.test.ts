// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { PassThrough, Readable } from "node:stream";
import { test } from "node:test";
import { type Component, component, producerFinished, System } from "../axon/index.ts";
import { Pipeline } from "../chassis/index.ts";
import { drive, ToList } from "../testing/index.ts";
import { ConsoleReader } from "./ConsoleReader.ts";
import { terminal, withoutTerminal } from "./parts.ts";

const PROGRAM = `
  import { Pipeline } from "kamaelia/chassis";
  import { ConsoleEchoer, ConsoleReader } from "kamaelia/util";
  await Pipeline(ConsoleReader(), ConsoleEchoer()).run();
  console.log("over");
`;

test("ConsoleReader() sends each line, and the end of the input ends it (it ended the whole system in the original)", async () => {
  const input = Readable.from(["one\ntwo\nth", "ree\n"]);
  const { outbox, signal } = await drive(ConsoleReader({ input }), {}, { shutdown: false });
  assert.deepEqual([outbox, signal], [["one\n", "two\n", "three\n"], [producerFinished("end of file")]]);
});
test("ConsoleReader() sends a last line that has no end", async () => {
  assert.deepEqual((await drive(ConsoleReader({ input: Readable.from(["one\ntwo"]) }), {}, { shutdown: false })).outbox, [
    "one\n",
    "two\n",
  ]);
});
test("ConsoleReader({ eol }) ends each message as it is told", async () => {
  assert.deepEqual((await drive(ConsoleReader({ input: Readable.from(["one\n"]), eol: "" }), {}, { shutdown: false })).outbox, ["one"]);
});
test("ConsoleReader() stops on shutdownMicroprocess and on producerFinished, though the input goes on (the original waited for one more line)", async () => {
  for (const shutdown of ["shutdownMicroprocess", "producerFinished"] as const) {
    const { signal } = await drive(ConsoleReader({ input: new PassThrough() }), {}, { shutdown });
    assert.equal(signal[0]?.type, shutdown);
  }
});
test("ConsoleReader() stops reading when nobody takes the lines, and loses none", async () => {
  const lines = Array.from({ length: 5000 }, (_, i) => `${i}`);
  const list: string[] = [];
  await new System().run(Pipeline.with({ boxSize: 3 })(ConsoleReader({ input: Readable.from([lines.join("\n")]), eol: "" }), ToList(list)));
  assert.deepEqual(list, lines);
});
test("ConsoleReader() shows no prompt where nobody would see it: its output is no terminal", async () => {
  const output = new PassThrough();
  const input = Object.assign(Readable.from(["one\n"]), { isTTY: true, setRawMode: () => {} });
  assert.deepEqual((await drive(ConsoleReader({ input, output }), {}, { shutdown: false })).outbox, ["one\n"]);
  assert.equal(output.read(), null);
});
test("ConsoleReader() keeps characters whole that come in pieces, and takes the line ends of other systems", async () => {
  const text = Buffer.from("grüß Gott\r\n\r\n");
  const input = Readable.from([text.subarray(0, 3), text.subarray(3, 11), text.subarray(11)]);
  assert.deepEqual((await drive(ConsoleReader({ input }), {}, { shutdown: false })).outbox, ["grüß Gott\n", "\n"]);
});
test("ConsoleReader() leaves its input alone when it has ended", async () => {
  const input = new PassThrough();
  await drive(ConsoleReader({ input }));
  assert.deepEqual([input.isPaused(), input.listenerCount("error"), input.listenerCount("data")], [true, 0, 0]);
});
test("ConsoleReader() reads little ahead of those who take its lines", async () => {
  let made = 0;
  const input = Readable.from(
    (function* () {
      for (; made < 2000; made++) yield Buffer.from(`${made}\n`);
    })(),
  );
  const Ahead = (): Component<{ inbox: string }, { outbox: number }> =>
    component(Ahead, {
      inboxes: { inbox: "lines" },
      outboxes: { outbox: "how many more had been made by then" },
      *main({ inbox }, { outbox }) {
        for (let taken = 0; yield inbox; taken++) {
          inbox.recv();
          outbox.send(made - taken);
        }
      },
    });
  const { outbox } = await drive(Pipeline.with({ boxSize: 10 })(ConsoleReader({ input }), Ahead()), {}, { shutdown: false });
  assert.equal(outbox.length, 2000);
  assert.ok(Math.max(...outbox) < 100, `${Math.max(...outbox)} lines were read ahead`);
});
test("ConsoleReader() fails when the input does", async () => {
  const input = new Readable({
    read() {
      this.destroy(new Error("the dog ate it"));
    },
  });
  await assert.rejects(new System().run(ConsoleReader({ input })), {
    message: "ConsoleReader_1 failed: Cannot read from the console: the dog ate it",
  });
});
test("ConsoleReader() shows its prompt on a terminal after what was answered, and Ctrl-D ends it", { skip: withoutTerminal }, async () => {
  const { screen, code } = await terminal(PROGRAM, [
    [">>> ", "hello\r"],
    ["hello\nhello\n>>> ", "\u0004"],
  ]);
  assert.equal(screen, ">>> hello\nhello\n>>> \nover\n");
  assert.equal(code, 0);
});
test("ConsoleReader() leaves Ctrl-C to the system: it stops, and the program goes on", { skip: withoutTerminal }, async () => {
  const { screen, code } = await terminal(PROGRAM, [[">>> ", "\u0003"]]);
  assert.equal(screen, ">>> \nover\n");
  assert.equal(code, 0);
});
test("ConsoleReader() goes back to earlier lines with the arrow keys, each kept once", { skip: withoutTerminal }, async () => {
  const UP = "\u001b[A";
  const { screen, code } = await terminal(PROGRAM, [
    [">>> ", "one\r"],
    ["one\none\n>>> ", "two\r"],
    ["two\ntwo\n>>> ", "two\r"],
    ["two\ntwo\n>>> ", `${UP}${UP}\r`],
    ["one\n>>> ", "\u0004"],
  ]);
  assert.match(screen, /one\none\n>>> \nover\n$/);
  assert.equal(code, 0);
});
test("ConsoleReader({ history: 0 }) remembers no lines", { skip: withoutTerminal }, async () => {
  const { screen } = await terminal(PROGRAM.replace("ConsoleReader()", "ConsoleReader({ history: 0 })"), [
    [">>> ", "one\r"],
    ["one\none\n>>> ", "\u001b[Atwo\r"],
    ["two\ntwo\n>>> ", "\u0004"],
  ]);
  assert.equal(screen, ">>> one\none\n>>> two\ntwo\n>>> \nover\n");
});
test("ConsoleReader() refuses a history of less than nothing", () => {
  assert.throws(() => ConsoleReader({ history: -1 }), { name: "RangeError", message: "Cannot remember -1 lines: give 0 or more" });
});
test("ConsoleReader() ends when its input is cut off, now or before, without an end", { timeout: 10_000 }, async () => {
  const input = new PassThrough();
  input.write("one\ntw");
  const list: string[] = [];
  const run = new System().run(Pipeline(ConsoleReader({ input }), ToList(list)));
  while (list.length === 0) await new Promise((resolve) => setImmediate(resolve));
  input.destroy();
  await run;
  await new System().run(Pipeline(ConsoleReader({ input }), ToList(list)));
  assert.deepEqual([list, input.listenerCount("close")], [["one\n"], 0]);
});
