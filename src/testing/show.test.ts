// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { Echo } from "./index.ts";
import { show } from "./show.ts";

test("show() writes messages as they are written in programs, in one line", () => {
  assert.equal(show("a\nb"), "'a\\nb'");
  assert.equal(show({ type: "producerFinished" }), "{ type: 'producerFinished' }");
  assert.equal(show([1n, undefined]), "[ 1n, undefined ]");
});
test("show() shows bytes as text where they are text, and how many there are", () => {
  assert.equal(show(new TextEncoder().encode("GET /\r\n")), '7 bytes: "GET /\\r\\n"');
  assert.equal(show(Uint8Array.of(0, 255)), "2 bytes: 00 ff");
  assert.equal(show(new Uint8Array(100)), `100 bytes: ${Array(24).fill("00").join(" ")}…`);
  assert.equal(show(new Uint8Array(0)), "0 bytes");
});
test("show() cuts what is long", () => {
  assert(show("x".repeat(1000)).length < 200);
  assert(show({ text: "x".repeat(100), more: "y".repeat(100) }).length < 200);
});
test("show() names components, and does not show all that belongs to them", () => {
  assert.equal(show({ component: Echo(), reason: "finished" }), "{ component: Echo, reason: 'finished' }");
  assert.equal(show(Echo()), "Echo");
});
test("show() takes what refers to itself", () => {
  const ring: unknown[] = [];
  ring.push(ring);
  assert.match(show(ring), /Circular/);
});
test("show() says what an error says", () => {
  assert.equal(show(new RangeError("too far")), "RangeError: too far");
});
test("show() takes bytes that were given away", () => {
  const bytes = Uint8Array.of(1, 2);
  structuredClone(bytes, { transfer: [bytes.buffer] });
  assert.equal(show(bytes), "0 bytes");
});
