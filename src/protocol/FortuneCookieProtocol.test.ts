// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { producerFinished, shutdownMicroprocess } from "../axon/index.ts";
import { drive, VirtualClock } from "../testing/index.ts";
import { FortuneCookieProtocol } from "./FortuneCookieProtocol.ts";
import { quotes } from "./quotes.ts";

const needsFortune = existsSync("/usr/games/fortune") ? false : "needs fortune";

/** A program that prints this. */
function says(t: TestContext, text: string, code = 0): string {
  const folder = mkdtempSync(join(tmpdir(), "fortune-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const program = join(folder, "fortune");
  writeFileSync(program, `#!/bin/sh\n[ "$1" = -a ] && printf '%s' '${text}'\nexit ${code}\n`, { mode: 0o755 });
  return program;
}

test("FortuneCookieProtocol() sends 40 characters a second, one at a time, then ends", async (t) => {
  const clock = new VirtualClock();
  const text = "Begin at the beginning, and go on till you come to the end: then stop.\n".repeat(10);
  const { outbox, signal } = await drive(FortuneCookieProtocol({ program: says(t, text) }), {}, { clock, shutdown: false });
  assert.equal(Buffer.concat(outbox).toString(), text);
  assert.deepEqual([outbox.length, clock.now(), signal], [710, 17_750, [producerFinished()]]);
});

test("FortuneCookieProtocol({ rate, chunkRate }) does not drift", async (t) => {
  const clock = new VirtualClock();
  const program = says(t, "x".repeat(1000));
  const { outbox } = await drive(FortuneCookieProtocol({ program, rate: 800, chunkRate: 30 }), {}, { clock });
  assert.deepEqual(
    outbox.slice(0, 6).map((piece) => piece.length),
    [3, 4, 3, 3, 4, 3],
  );
  assert.deepEqual([Buffer.concat(outbox).length, outbox.length, clock.now()], [1000, 300, 10_000]);
});

test("FortuneCookieProtocol() goes on after the client has no more to say", async (t) => {
  const { outbox } = await drive(FortuneCookieProtocol({ program: says(t, "to the end") }), {}, { shutdown: "producerFinished" });
  assert.equal(Buffer.concat(outbox).toString(), "to the end");
});

test("FortuneCookieProtocol() stops at once when it is told to", async (t) => {
  const clock = new VirtualClock({ auto: false });
  const component = FortuneCookieProtocol({ program: says(t, "cut off") });
  const driven = drive(component, {}, { clock, shutdown: false });
  while (component.outboxes.outbox.sent === 0) await new Promise(setImmediate);
  component.stop();
  const { outbox, signal } = await driven;
  assert.deepEqual([Buffer.concat(outbox).toString(), clock.now(), signal], ["c", 0, [shutdownMicroprocess()]]);
});

test("FortuneCookieProtocol() is not held up by a talkative client", async (t) => {
  const component = FortuneCookieProtocol({ program: says(t, "patience") });
  const inbox = Array.from({ length: 500 }, () => Buffer.from("hello?"));
  assert.equal(Buffer.concat((await drive(component, { inbox })).outbox).toString(), "patience");
  assert.equal(component.inboxes.inbox.length, 0);
});

test("FortuneCookieProtocol() has cookies of its own where there is no program, or it fails: the same ones for the same seed", async (t) => {
  const cookie = async (program: string, seed: number): Promise<string> =>
    Buffer.concat((await drive(FortuneCookieProtocol({ program }), {}, { seed })).outbox).toString();
  const [none, nowhere, fails, empty] = ["/nonexistent/fortune", `${import.meta.filename}/fortune`, says(t, "half a cook", 1), says(t, "")];
  const cookies = await Promise.all([cookie(none, 1), cookie(fails, 1), cookie(empty, 1), cookie(none, 2), cookie(nowhere, 1)]);
  for (const text of cookies) assert.ok(quotes.includes(text.trimEnd()), text);
  assert.deepEqual([cookies[1], cookies[2], cookies[4]], [cookies[0], cookies[0], cookies[0]]);
  assert.notEqual(cookies[3], cookies[0]);
});

test("FortuneCookieProtocol() runs the real fortune, wherever it is kept", { skip: needsFortune }, async () => {
  const text = Buffer.concat((await drive(FortuneCookieProtocol())).outbox).toString();
  assert.match(text, /\S[^]*\n$/);
  assert.ok(!quotes.includes(text.trimEnd()));
});

test("FortuneCookieProtocol() refuses rates at which nothing would ever come", () => {
  assert.throws(() => FortuneCookieProtocol({ rate: 0 }), {
    name: "RangeError",
    message: "Cannot send 0 bits in 40 pieces per second: both have to be above 0",
  });
});

test("quotes are a hundred or more, all different, each with its author, none too long to read slowly", () => {
  assert.ok(quotes.length >= 100, String(quotes.length));
  assert.equal(new Set(quotes).size, quotes.length);
  for (const quote of quotes) assert.match(quote, /^\S[^\n]{4,200}\n\t\t-- \S[^\n]{2,60}$/, quote);
});
