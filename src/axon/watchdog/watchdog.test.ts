// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { make } from "../../testing/make.ts";
import { Feed, ToList } from "../../testing/parts.ts";
import { type Component, snapshot, System } from "../index.ts";
import { watchdog } from "./browser.ts";

const here = new URL(".", import.meta.url).href;

/** Keeps the processor busy for so many milliseconds. */
function spin(milliseconds: number): void {
  for (const end = performance.now() + milliseconds; performance.now() < end;);
}

/** A program that runs this in a system with a watchdog, and has `make`, `spin` and `System`. */
function program(code: string): string {
  return `Promise.all(["../../testing/make.ts", "../index.ts"].map((file) => import(${JSON.stringify(here)} + file))).then(async ([{ make }, { System, sleep }]) => {
    ${spin.toString()}
    ${code}
  });`;
}

test("a component in an endless loop is reported by name on stderr, once", async () => {
  const code = `
    const parent = make("Parent", function* (_, __, self) {
      const child = make("Spinner", function* () { for (;;); });
      self.addChildren(child);
      child.activate();
      yield sleep(Infinity);
    });
    await new System({ watchdog: 200 }).run(parent);`;
  const child = spawn(process.execPath, ["-e", program(code)], { stdio: ["ignore", "pipe", "pipe"] });
  let text = "";
  const timer = setTimeout(() => child.kill("SIGKILL"), 20_000);
  for await (const chunk of child.stderr) {
    text += String(chunk);
    child.kill("SIGKILL"); // it would never end
  }
  clearTimeout(timer);
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  const lines = text
    .trimEnd()
    .split("\n")
    .filter((line) => !line.startsWith("Parent_1 ")); // a process may be paused in any turn
  assert.deepEqual(lines, ["Spinner_2 (Parent_1/Spinner_2) has not yielded for 200 ms"]);
});
test("a long turn is reported on stderr once, and as a change when it is over; short ones are not", async () => {
  const code = `
    const system = new System({ watchdog: 250 });
    system.observe((change) => change.type === "stuck" && console.log(change.component.name, change.limit));
    let start = performance.now();
    let longest = 0; // of the short ones: a process may be paused in any of them
    const short = () => { longest = Math.max(longest, performance.now() - start); };
    const slow = make("Slow", function* () {
      for (let i = 0; i < 20; i++) { spin(5); short(); yield; start = performance.now(); }
      spin(1000);
      yield;
      start = performance.now();
      spin(5);
      short();
    });
    await system.run(slow);
    console.log(longest);`;
  for (;;) {
    const child = spawn(process.execPath, ["-e", program(code)], { stdio: ["ignore", "pipe", "pipe"] });
    const [out, err] = await Promise.all([child.stdout.toArray(), child.stderr.toArray(), once(child, "exit")]);
    const [longest, ...lines] = out.join("").trimEnd().split("\n").reverse();
    if (Number(longest) > 200) continue;
    assert.equal(err.join(""), "Slow_1 has not yielded for 250 ms\n");
    assert.deepEqual(lines, ["Slow_1 250"]);
    break;
  }
});
test("a watchdog keeps neither the system nor the process, and may be there again and again", async () => {
  const system = new System({ watchdog: 5000 });
  for (let i = 0; i < 3; i++) {
    const list: number[] = [];
    const [feed, toList] = [Feed([1, 2, 3]), ToList<number>(list)];
    toList.link(feed.outboxes.outbox, toList.inboxes.inbox);
    toList.link(feed.outboxes.signal, toList.inboxes.control);
    system.activate(feed);
    await system.run(toList);
    assert.deepEqual(list, [1, 2, 3]);
  }
});
test("a watchdog refuses a limit that is no time", () => {
  assert.throws(() => new System({ watchdog: 0 }), {
    name: "RangeError",
    message: "Cannot watch for components that do not yield for 0 ms: give more than 0",
  });
});
test("where no thread can look on, a long turn is reported when it is over", (context) => {
  const lines: unknown[] = [];
  context.mock.method(globalThis.console, "error", (line: unknown) => lines.push(line));
  let now = 0;
  context.mock.method(performance, "now", () => now);
  const stuck: Component<any, any>[] = [];
  const monitor = watchdog(5, (component) => stuck.push(component));
  const slow = make("Slow", function* () {});
  monitor.before(slow.microprocess);
  monitor.after(slow.microprocess);
  monitor.before(slow.microprocess);
  now += 5;
  monitor.after(slow.microprocess);
  assert.deepEqual(lines, ["Slow has not yielded for 5 ms"]);
  assert.deepEqual(stuck, [slow]);
});

test("measure adds up the CPU that each component takes, from when it is switched on until it is switched off", async (context) => {
  let now = 0;
  context.mock.method(performance, "now", () => now);
  const busyFor = (milliseconds: number): Component<any, any> =>
    make("Busy", function* () {
      do now += milliseconds;
      while (yield);
    });
  const system = new System({ manual: true, watchdog: 10_000 });
  const [busy, lazy] = [busyFor(10), busyFor(3)];
  for (const part of [busy, lazy]) system.activate(part);
  const cpu = (): (number | undefined)[] => snapshot(system).components.map((one) => one.cpu);
  system.step();
  system.step();
  assert.deepEqual(cpu(), [undefined, undefined]);
  system.measure = true;
  assert.equal(system.measure, true);
  for (let i = 0; i < 4; i++) system.step();
  assert.deepEqual(cpu(), [20, 6]);
  system.measure = false;
  for (let i = 0; i < 4; i++) system.step();
  assert.deepEqual(cpu(), [20, 6]);
  await system.stop({ within: 0 });
});
