// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { at, drive } from "../../testing/index.ts";
import { SDPParser } from "./SDPParser.ts";

const session = (name: string): string[] => ["v=0", "o=- 1 1 IN IP4 127.0.0.1", `s=${name}`, "t=0 0"];

test("SDPParser() sends a description when the next one begins, and at the end", async () => {
  const { outbox } = await drive(SDPParser(), { inbox: [...session("one"), "", ...session("two").map((line) => `${line}\r\n`)] });
  assert.deepEqual(
    outbox.map(({ sessionname }) => sessionname),
    ["one", "two"],
  );
});
test("SDPParser() says what it could not read, and goes on with the next (assertions ended the original)", async () => {
  const { outbox, malformed } = await drive(SDPParser(), { inbox: ["junk", "v=1", ...session("one"), "x", ...session("two")] });
  assert.deepEqual(
    outbox.map(({ sessionname }) => sessionname),
    ["two"],
  );
  assert.deepEqual(
    malformed.map(({ error: { line, column } }) => [line, column]),
    [
      [1, 1],
      [1, 3],
      [5, 1],
    ],
  );
});
test("SDPParser() does not keep a description that is too long", async () => {
  const long = [...session("long"), ...Array.from({ length: 100 }, () => "a=x")];
  const { outbox, malformed } = await drive(SDPParser({ maxSize: 100 }), { inbox: [...long, ...session("short")] });
  assert.deepEqual([outbox.length, malformed.length], [1, 1]);
  assert.match(malformed[0]!.error.message, /more than 100 characters/);
});
test("SDPParser() sends nothing unfinished when it is told to stop at once", async () => {
  const { outbox } = await drive(
    SDPParser(),
    { inbox: at({ 0: "v=0", 1: "o=- 1 1 IN IP4 127.0.0.1", 2: "s=x" }) },
    { shutdown: "shutdownMicroprocess" },
  );
  assert.deepEqual(outbox, []);
});
