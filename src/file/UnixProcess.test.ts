// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { type Component, handle, producerFinished, shutdownMicroprocess, System } from "../axon/index.ts";
import { Graphline, Pipeline } from "../chassis/index.ts";
import { drive, Fails, Feed, ToList } from "../testing/index.ts";
import { folderFor, Idler, noise, openFiles, sha, text } from "./parts.ts";
import { SimpleFileWriter } from "./SimpleFileWriter.ts";
import { SimpleReader } from "./SimpleReader.ts";
import { type Exit, UnixProcess } from "./UnixProcess.ts";

const skip = process.platform === "win32" ? "needs Unix" : false;
const WELL: Exit = { code: 0, signal: null };
const moment = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

/** The state of a process ("Z": it has ended, but its parent has not asked for it) and the number of its parent; nothing if there is none. */
function stateOf(pid: number | string): readonly string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ", 2);
  } catch {
    return []; // it has ended just now
  }
}

function runs(pid: number): boolean {
  return !["Z", undefined].includes(stateOf(pid)[0]);
}

/** The processes that this one has started, and that still run. */
function children(): string[] {
  if (!existsSync("/proc")) return [];
  return readdirSync("/proc").filter((name) => /^\d+$/.test(name) && stateOf(name)[1] === `${process.pid}`);
}

/** Runs a program that says its number, and gives both when it has. */
async function started(process: Component<{ inbox: string | Uint8Array }, { outbox: Uint8Array }>) {
  const system = new System();
  const held = handle(process, { system });
  const pid = Number(text([(await held.get()) ?? ""]));
  assert.ok(runs(pid));
  return { system, held, pid };
}

test("UnixProcess() sends what a program writes, with what comes to the inbox as its input", { skip }, async () => {
  const { outbox, error, exit, signal } = await drive(UnixProcess("cat"), { inbox: ["one\n", Buffer.from("two\n"), "€"] });
  assert.deepEqual([text(outbox), error, exit, signal], ["one\ntwo\n€", [], [WELL], [producerFinished()]]);
});
test("UnixProcess() sends what a program complains about from error (the original threw it away)", { skip }, async () => {
  const { outbox, error } = await drive(UnixProcess("sh", { args: ["-c", "echo fine; echo bad >&2"] }));
  assert.deepEqual([text(outbox), text(error)], ["fine\n", "bad\n"]);
});
test("UnixProcess() lets complaints appear among ours if error is not linked", { skip }, () => {
  const program = `
    import { UnixProcess } from "kamaelia/file";
    await UnixProcess("sh", { args: ["-c", "echo bad >&2"] }).run();
  `;
  const { stderr, status } = spawnSync(process.execPath, ["--input-type=module", "-e", program], { encoding: "utf8", timeout: 20_000 });
  assert.deepEqual([stderr, status], ["bad\n", 0]);
});
test("UnixProcess() says how the program ended", { skip }, async () => {
  const failing = await drive(UnixProcess("sh", { args: ["-c", "exit 3"] }));
  assert.deepEqual([failing.exit, failing.signal], [[{ code: 3, signal: null }], [producerFinished(new Error("sh ended with code 3"))]]);
  const killed = await drive(UnixProcess("sh", { args: ["-c", "kill -KILL $$"] }));
  assert.deepEqual(
    [killed.exit, killed.signal],
    [[{ code: null, signal: "SIGKILL" }], [producerFinished(new Error("sh was ended by SIGKILL"))]],
  );
});
test("UnixProcess() says on exit that there is no such program, or directory; fails with it if exit is not linked", { skip }, async (t) => {
  const { exit, signal, outbox } = await drive(UnixProcess("no-such-program"), { inbox: ["x"] });
  const [{ error } = {}] = exit;
  assert.equal(error?.message, "Cannot start no-such-program: there is no such program (ENOENT); install it, or give its whole path");
  assert.deepEqual([exit, signal, outbox], [[{ code: null, signal: null, error }], [producerFinished(error)], []]);
  const elsewhere = await drive(UnixProcess("cat", { cwd: "/nowhere" }));
  assert.equal(elsewhere.exit[0]?.error?.message, "Cannot start cat: there is no directory /nowhere to start it in (ENOENT)");
  const file = join(folderFor(t), "text");
  writeFileSync(file, "text");
  assert.equal((await drive(UnixProcess(file))).exit[0]?.error?.code, "EACCES");
  assert.equal((await drive(UnixProcess("cat", { args: ["x".repeat(10_000_000)] }))).exit[0]?.error?.code, "E2BIG");
  await assert.rejects(
    new System().run(Pipeline(UnixProcess("no-such-program"), ToList<Uint8Array>([]))),
    /UnixProcess_\d+ failed: Cannot start no-such-program/,
  );
});
test("UnixProcess() gives arguments as they are: there is no shell between, unless it is asked for", { skip }, async () => {
  const word = "$HOME; echo `ls` > x & 'y' \"z\" *";
  assert.equal(text((await drive(UnixProcess("printf", { args: ["%s|", word, ""] }))).outbox), `${word}||`);
  assert.equal((await drive(UnixProcess("echo $HOME"))).exit[0]?.error?.code, "ENOENT");
  const { outbox } = await drive(UnixProcess('printf "%s|" "$1" | tr a-z A-Z; echo $2', { shell: true, args: [word, "b"] }));
  assert.equal(text(outbox), `${word.toUpperCase()}|b\n`);
  assert.equal(text((await drive(UnixProcess("echo $0", { shell: "/bin/sh" }))).outbox), "/bin/sh\n");
});
test("UnixProcess() runs in a directory, with variables", { skip }, async (t) => {
  const folder = realpathSync(folderFor(t));
  const { outbox } = await drive(
    UnixProcess('pwd; echo "$ONE-$HOME-$PATH"', { shell: true, cwd: folder, env: { ONE: "1", HOME: undefined } }),
  );
  assert.equal(text(outbox), `${folder}\n1--${process.env["PATH"]}\n`);
});
test("UnixProcess({ input: false }) gives the program no input, and drops what comes", { skip }, async () => {
  const { outbox, exit } = await drive(
    UnixProcess("cat", { input: false }),
    { inbox: Array.from({ length: 1000 }, () => "x") },
    { shutdown: false },
  );
  assert.deepEqual([outbox, exit], [[], [WELL]]);
});
test("UnixProcess() passes 50 MB through a program, in pieces of any size (the original lost some, or hung)", { skip }, async () => {
  const data = noise(50_000_000);
  for (const size of [1000, 65_536, 3_000_000]) {
    const pieces = Array.from({ length: Math.ceil(data.length / size) }, (_, i) => data.subarray(i * size, (i + 1) * size));
    const list: Uint8Array[] = [];
    await new System().run(Pipeline(Feed(pieces), UnixProcess("cat"), ToList(list)));
    assert.equal(sha(...list), sha(data), `in pieces of ${size}`);
  }
});
test("UnixProcess() from file to file: sha256sum of what was copied is the same", { skip }, async (t) => {
  const folder = folderFor(t);
  const [from, to] = [join(folder, "from"), join(folder, "to")];
  writeFileSync(from, noise(20_000_000));
  await new System().run(
    Pipeline(SimpleReader(from, { readMode: "bytes" }), UnixProcess("gzip"), UnixProcess("gunzip"), SimpleFileWriter(to)),
  );
  const [first, second] = execFileSync("sha256sum", [from, to], { encoding: "utf8" }).split("\n");
  assert.equal(first?.split(" ")[0], second?.split(" ")[0]);
});
test("UnixProcess() makes a program wait whose output nobody takes", { skip }, async (t) => {
  if (!existsSync("/proc/self/io")) return t.skip("needs /proc");
  const system = new System();
  const yes = UnixProcess("sh", { args: ["-c", "echo $$; exec yes"] });
  const sink = Idler<Uint8Array>();
  yes.link(yes.outboxes.outbox, sink.inboxes.inbox, { bound: 2 });
  system.activate(sink);
  system.activate(yes);
  while (!sink.inboxes.inbox.full) await moment();
  const pid = Number(text([sink.inboxes.inbox.peekNext()!]).split("\n")[0]);
  const written = (): number => Number(/wchar: (\d+)/.exec(readFileSync(`/proc/${pid}/io`, "utf8"))?.[1]);
  let before = -1;
  for (let same = 0; same < 20; same = written() === before ? same + 1 : 0) {
    before = written();
    await moment();
  }
  assert.ok(before < 2_000_000, `it wrote ${before} bytes, though nobody took any`);
  await system.stop();
  assert.ok(!runs(pid));
});
test("UnixProcess() holds who feeds a program that reads slowly", { skip }, async () => {
  const system = new System();
  let made = 0;
  function* blocks(): Generator<Uint8Array> {
    for (; made < 1000; made++) yield new Uint8Array(65_536);
  }
  const pipeline = system.activate(
    Pipeline(Feed(blocks()), UnixProcess("sh", { args: ["-c", "read x; cat | wc -c"] }), ToList<Uint8Array>([])),
  );
  await new Promise<void>((resolve) => system.observe(({ type }) => type === "held" && resolve()));
  for (let i = 0; i < 5; i++) await moment();
  assert.ok(made > 100 && made < 300, `${made} blocks were made`);
  await system.stop();
  assert.ok(pipeline.isStopped);
});
test("UnixProcess() ends when the program does, though it is still being fed: yes | head", { skip }, async () => {
  const list: Uint8Array[] = [];
  const head = UnixProcess("head", { args: ["-n", "2"] });
  const system = new System();
  system.activate(Pipeline(UnixProcess("yes"), head, ToList(list)));
  await head.ended;
  assert.equal(head.failure, undefined);
  await system.stop();
  assert.equal(text(list), "y\ny\n");
});
test("UnixProcess() drops what a program does not want any more, and lets its feeder go on", { skip }, async () => {
  const list: Uint8Array[] = [];
  const script = "exec 0<&-; sleep 0.2; echo done";
  await new System().run(
    Pipeline(Feed(Array.from({ length: 500 }, () => "x".repeat(10_000))), UnixProcess("sh", { args: ["-c", script] }), ToList(list)),
  );
  assert.equal(text(list), "done\n");
});
test("UnixProcess() closes the input on producerFinished, and sends all that still comes", { skip }, async () => {
  const { outbox, exit } = await drive(UnixProcess("sh", { args: ["-c", "cat; sleep 0.1; echo end"] }), { inbox: ["a\n"] });
  assert.deepEqual([text(outbox), exit], ["a\nend\n", [WELL]]);
});
test("UnixProcess() ends the program on shutdownMicroprocess (the original did not)", { skip }, async () => {
  const { system, held, pid } = await started(UnixProcess("sh", { args: ["-c", "echo $$; exec sleep 1000"] }));
  await held.stop();
  assert.deepEqual([runs(pid), system.live], [false, 0]);
  const { exit, signal } = await drive(UnixProcess("sleep", { args: ["1000"] }), {}, { shutdown: "shutdownMicroprocess" });
  assert.deepEqual([exit, signal], [[], [shutdownMicroprocess()]]); // told before it was started
});
test("UnixProcess() gives a program time to end properly; then it ends it by force", { skip }, async () => {
  const polite = await started(UnixProcess("sh", { args: ["-c", "trap 'echo bye; exit 5' TERM; echo $$; while :; do sleep 0.01; done"] }));
  await polite.held.stop();
  assert.equal(runs(polite.pid), false);
  const stubborn = await started(UnixProcess("sh", { args: ["-c", "trap '' TERM; echo $$; while :; do sleep 0.01; done"], grace: 100 }));
  const start = performance.now();
  await stubborn.held.stop();
  assert.ok(performance.now() - start >= 95);
  assert.equal(runs(stubborn.pid), false);
});
test("UnixProcess() has a program hear that it is to end, though nobody takes what it writes", { skip, timeout: 20_000 }, async () => {
  const script = `process.on("SIGTERM", () => process.exit(3)); require("fs").writeSync(1, Buffer.alloc(50e6)); setInterval(() => {}, 1000);`;
  const program = UnixProcess(process.execPath, { args: ["-e", script], grace: 60_000 });
  const idler = Idler();
  idler.link(program.outboxes.outbox, idler.inboxes.inbox, { bound: 1 });
  const system = new System();
  for (const one of [program, idler]) system.activate(one);
  while (idler.inboxes.inbox.length === 0) await moment();
  program.stop();
  await program.ended;
  await system.stop();
});
test("UnixProcess({ group }) ends what the program has started, too; a shell always is a group", { skip }, async () => {
  const line = "sleep 1000 & echo $!; wait";
  for (const process of [UnixProcess("sh", { args: ["-c", line], group: true }), UnixProcess(line, { shell: true })]) {
    const { held, pid } = await started(process);
    await held.stop();
    while (runs(pid)) await moment();
  }
});
test("UnixProcess() is ended with its component: by kill(), by a failure beside it, by the end of this process", { skip }, async () => {
  const killed = await started(UnixProcess("sh", { args: ["-c", "trap '' TERM; echo $$; while :; do sleep 0.01; done"] }));
  killed.held.component.kill();
  while (runs(killed.pid)) await moment();
  let pid = 0;
  const fails = Fails<Uint8Array>((bytes) => (pid = Number(text([bytes]))) > 0);
  await assert.rejects(new System().run(Pipeline(UnixProcess("sh", { args: ["-c", "echo $$; exec sleep 1000"] }), fails)));
  assert.equal(runs(pid), false);
  const program = `
    import { handle } from "kamaelia/axon";
    import { UnixProcess } from "kamaelia/file";
    const sleeper = handle(UnixProcess("sh", { args: ["-c", "echo $$; exec sleep 1000"] }));
    process.stdout.write(await sleeper.get());
    process.exit(0);
  `;
  const { stdout } = spawnSync(process.execPath, ["--input-type=module", "-e", program], { encoding: "utf8", timeout: 20_000 });
  assert.ok(Number(stdout) > 0);
  while (runs(Number(stdout))) await moment();
});
test("UnixProcess({ inpipes, outpipes }) has further pipes, both ways, which the program opens as files", { skip }, async () => {
  const merge = UnixProcess("sh", {
    inpipes: ["left", "right"],
    outpipes: ["copy", "count"],
    args: ({ left, right, copy, count }) => ["-c", `paste ${left} ${right} | tee ${copy} | wc -l > ${count}; cat`],
  });
  const { outbox, copy, count } = await drive(merge, { inbox: ["in"], left: ["1\n2\n"], right: ["a\n", "b\n"] });
  assert.deepEqual([text(copy), text(count).trim(), text(outbox)], ["1\ta\n2\tb\n", "2", "in"]);
});
test("UnixProcess({ inpipes, outpipes }) passes 20 MB each way at once, and holds whoever is too fast", { skip }, async () => {
  const data = noise(20_000_000);
  const pieces = Array.from({ length: 200 }, (_, i) => data.subarray(i * 100_000, (i + 1) * 100_000));
  const lists: Uint8Array[][] = [[], [], []];
  const graph = Graphline({
    components: {
      A: Feed(pieces),
      B: Feed(pieces.toReversed()),
      P: UnixProcess("sh", { inpipes: ["b"], outpipes: ["c"], args: ({ b, c }) => ["-c", `cat ${b} > ${c} & cat; wait`] }),
      OUT: ToList<Uint8Array>(lists[0]!),
      C: ToList<Uint8Array>(lists[1]!),
    },
    linkages: {
      "A.outbox": "P.inbox",
      "B.outbox": "P.b",
      "P.outbox": "OUT.inbox",
      "P.c": "C.inbox",
      "A.signal": "P.control",
      "P.signal": "OUT.control",
      "OUT.signal": "C.control",
    },
  });
  await new System().run(graph);
  assert.equal(sha(...lists[0]!), sha(data));
  assert.equal(sha(...lists[1]!), sha(...pieces.toReversed()));
});
test("UnixProcess({ inpipes, outpipes }) ends also if the program never opens them; nothing is left behind", { skip }, async (t) => {
  const folder = folderFor(t);
  const { TMPDIR } = process.env;
  process.env["TMPDIR"] = folder;
  t.after(() => {
    if (TMPDIR === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = TMPDIR;
  });
  for (let i = 0; i < 5; i++) {
    const { exit, copy } = await drive(
      UnixProcess("true", { inpipes: ["more"], outpipes: ["copy"] }),
      { more: ["x"] },
      { shutdown: false },
    );
    assert.deepEqual([exit, copy], [[WELL], []]);
  }
  const { held } = await started(UnixProcess("sh", { args: ["-c", "echo $$; exec sleep 1000"], inpipes: ["more"], outpipes: ["copy"] }));
  assert.equal(readdirSync(folder).length, 1);
  await held.stop();
  while (readdirSync(folder).length > 0) await moment();
  while (children().length > 0) await moment();
});
test("UnixProcess() closes its pipes whatever happens", { skip }, async () => {
  const pipes = (): number => ["pipe:", "socket:"].reduce((sum, kind) => sum + openFiles(kind).length, 0);
  await drive(UnixProcess("cat"), { inbox: ["x"] });
  const before = pipes();
  for (let i = 0; i < 5; i++) {
    await drive(UnixProcess("cat"), { inbox: ["x"] });
    await drive(UnixProcess("no-such-program"));
    await drive(UnixProcess("true", { inpipes: ["a"], outpipes: ["b"] }));
    const { held } = await started(UnixProcess("sh", { args: ["-c", "echo $$; exec sleep 1000"] }));
    await held.stop();
  }
  while (pipes() > before) await moment();
  assert.equal(pipes(), before);
});
test("UnixProcess() takes only bytes and text", { skip }, async () => {
  const nonsense = 42 as unknown as string;
  for (const inbox of [[nonsense], [...Array.from({ length: 100 }, () => "x".repeat(100_000)), nonsense]])
    await assert.rejects(drive(UnixProcess("cat"), { inbox }), /UnixProcess_1 failed: Cannot write 42: send bytes or text/);
});
test("UnixProcess() refuses pipes that are called like another box", () => {
  for (const options of [{ inpipes: ["inbox"] }, { inpipes: ["a"], outpipes: ["a"] }, { outpipes: ["exit"] }, { inpipes: ["control"] }])
    assert.throws(() => UnixProcess("cat", options), {
      name: "RangeError",
      message: /^Cannot run cat with a pipe "\w+": there is another box of that name/,
    });
});
test("UnixProcess() refuses a grace that is no time: it would wait for ever", () => {
  for (const grace of [NaN, -1])
    assert.throws(() => UnixProcess("cat", { grace }), { name: "RangeError", message: /^Cannot run cat and give it/ });
});
test("UnixProcess() says why it cannot be started in a directory, whatever the reason", { skip }, async (t) => {
  const circle = join(folderFor(t), "circle");
  symlinkSync("circle", circle);
  const { exit } = await drive(UnixProcess("cat", { cwd: circle }));
  assert.equal(exit[0]?.error?.message, `Cannot start cat: it cannot be started in ${circle} (ELOOP)`);
});
test("UnixProcess({ shell }) says so when it is the shell that is not there", { skip }, async () => {
  const { exit } = await drive(UnixProcess("echo one", { shell: "/nowhere/sh" }));
  assert.match(exit[0]?.error?.message ?? "", /^Cannot start \/nowhere\/sh: there is no such program/);
});
test("UnixProcess({ inpipes }) says where it cannot make pipes", { skip }, async (t) => {
  const { TMPDIR } = process.env;
  t.after(() => (TMPDIR === undefined ? delete process.env["TMPDIR"] : (process.env["TMPDIR"] = TMPDIR)));
  process.env["TMPDIR"] = "/nowhere";
  const { exit } = await drive(UnixProcess("cat", { inpipes: ["x"], args: ({ x }) => [x] }));
  assert.equal(exit[0]?.error?.message, "Cannot make pipes in /nowhere: there is no such file or directory (ENOENT)");
});
test("UnixProcess() says so when too many files are open to start a program", { skip }, () => {
  const program = `
    import { closeSync, openSync } from "node:fs";
    import { handle } from "kamaelia/axon";
    import { UnixProcess } from "kamaelia/file";
    const open = [];
    try {
      for (;;) open.push(openSync("/dev/null"));
    } catch {}
    const outcomes = [];
    for (const free of [0, 2, Infinity]) {
      for (const inpipes of [[], ["more"]]) {
        for (let i = 0; i < free && open.length > 0; i++) closeSync(open.pop());
        const cat = handle(UnixProcess("cat", { inpipes, args: ({ more }) => (more === undefined ? [] : [more]) }), { outboxes: ["exit"] });
        cat.finish();
        const { code, error } = await cat.get("exit");
        outcomes.push(code ?? error.message);
      }
    }
    console.log(JSON.stringify(outcomes));
  `;
  const line = 'ulimit -n 64; exec "$0" --input-type=module -e "$1"';
  const { stdout, stderr } = spawnSync("sh", ["-c", line, process.execPath, program], { encoding: "utf8", timeout: 20_000 });
  const told = (what: string): string => `Cannot ${what}: this process has too many files open (EMFILE)`;
  const outcomes: unknown[] = JSON.parse(stdout || "[]");
  assert.deepEqual([outcomes[0], ...outcomes.slice(-2)], [told("start cat"), 0, 0], stderr || stdout);
  for (const outcome of outcomes.slice(1, -2))
    assert.ok([told("start cat"), told("make pipes with mkfifo")].includes(String(outcome)), stdout);
});
