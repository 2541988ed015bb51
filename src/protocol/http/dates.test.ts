// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { SeededRandom } from "../../axon/index.ts";
import { seedOf } from "../../testing/index.ts";
import { httpDate, parseHTTPDate } from "./dates.ts";

test("httpDate() writes every time as the machine does, and parseHTTPDate() reads it back", () => {
  const random = new SeededRandom(seedOf());
  for (let round = 0; round < 20_000; round++) {
    const seconds = Math.floor((random.next() * 8000 - 1900) * 365.25 * 86_400);
    const text = new Date(seconds * 1000).toUTCString();
    assert.equal(httpDate(seconds * 1000 + 7), text);
    assert.equal(parseHTTPDate(text), seconds * 1000, text);
  }
});

test("parseHTTPDate() reads the three forms of RFC 9110, and nothing else", () => {
  const time = 784_111_777_000;
  assert.equal(httpDate(time), "Sun, 06 Nov 1994 08:49:37 GMT");
  for (const text of ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"])
    assert.equal(parseHTTPDate(text), time);
  for (const text of [
    "",
    "yesterday",
    "Sun, 06 Nov 1994 08:49:37",
    "Sun, 06 Foo 1994 08:49:37 GMT",
    "Sun, 00 Nov 1994 08:49:37 GMT",
    "Sun, 06 Nov 1994 24:49:37 GMT",
    "784111777",
  ])
    assert.equal(parseHTTPDate(text), undefined, text);
});
