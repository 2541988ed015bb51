// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { asFileError } from "./faults.ts";
import { FileError } from "./FileError.ts";

test("FileError() says what could not be done, and why, in words", () => {
  const error = new FileError("read", "a.txt", { code: "ENOENT" });
  assert.deepEqual(
    [error.message, error.name, error.path, error.code],
    ["Cannot read a.txt: there is no such file or directory (ENOENT)", "FileError", "a.txt", "ENOENT"],
  );
});
test("FileError() leaves it to the system to explain a code that it does not know", () => {
  const cause = new Error("EWHAT: the moon is full");
  assert.equal(new FileError("read", "a", { code: "EWHAT", cause }).message, "Cannot read a: EWHAT: the moon is full");
  assert.equal(new FileError("read", "a", { code: "EWHAT" }).message, "Cannot read a: EWHAT");
});
test("FileError() is made of errors of the operating system, and of no others", () => {
  try {
    readFileSync("/nowhere/at all");
    assert.fail("it is there");
  } catch (cause) {
    const error = asFileError(["read", "/nowhere"], cause);
    assert.deepEqual([error.code, error.cause, asFileError(["write", "x"], error)], ["ENOENT", cause, error]);
  }
  const mistake = new TypeError("not a name");
  assert.throws(() => asFileError(["read", "x"], mistake), mistake);
});
