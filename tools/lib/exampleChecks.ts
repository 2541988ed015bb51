// SPDX-License-Identifier: Apache-2.0
// What the programs made of @example blocks call, to check what the comments in them say.
import assert from "node:assert/strict";
import { inspect } from "node:util";

/** What was printed since it was last looked at. */
let output = "";

export function print(text: string): void {
  output += text;
}

/** Forgets what was printed. */
export function forget(): string {
  const text = output;
  output = "";
  return text;
}

/** The comment says what the program has printed. */
export function $printed(comment: string): void {
  compare(forget(), comment, "printed");
}

/** The comment says what the value is. Nothing is compared where there is none, or where it is more than data. */
export function $value<T>(value: T, comment: string): void {
  if (value === undefined || !isData(value)) return;
  compare(typeof value === "string" ? value : inspect(value, { breakLength: Infinity, maxArrayLength: null }), comment, "is");
}

function compare(actual: string, comment: string, verb: string): void {
  const [is, says] = [plain(actual), plain(comment)];
  const same = says.endsWith("…") ? is.startsWith(says.slice(0, -1)) : is === says;
  assert.ok(same, `the comment says "${comment}", and it ${verb} ${JSON.stringify(actual)}`);
}

/** What is left when it does not matter how a thing is written. */
function plain(text: string): string {
  return text.replaceAll(/(Array)\(\d+\)/g, "$1").replaceAll(/[\s,'"`[\]{}_]/g, "");
}

function isData(value: unknown): boolean {
  if (typeof value === "function") return false;
  return (
    typeof value !== "object" ||
    value === null ||
    Array.isArray(value) ||
    Object.getPrototypeOf(value) === Object.prototype ||
    ArrayBuffer.isView(value)
  );
}
