// SPDX-License-Identifier: Apache-2.0
// A reporter for node:test: a line for each file as it ends, failures in full, and at the end what was skipped for want of what, the runner's
// own counts, and one line that sums them up.
import { relative } from "node:path";
import type { TestEvent } from "node:test/reporters";

/** Turns the events of a test run into the last lines of `npm test`. */
export default async function* summary(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const skipped = new Map<string, number>();
  const counted: string[] = [];
  let total: Counts | undefined;
  for await (const event of source) {
    if (event.type === "test:pass") {
      const { skip } = event.data;
      if (skip !== undefined && skip !== false) skipped.set(String(skip), (skipped.get(String(skip)) ?? 0) + 1);
    } else if (event.type === "test:fail") {
      yield failure(event.data);
    } else if (event.type === "test:stderr" || event.type === "test:stdout") {
      if (!event.data.message.includes("ExperimentalWarning")) yield event.data.message;
    } else if (event.type === "test:diagnostic") {
      // Those of the whole run have no file: tests, suites, pass, fail, cancelled, skipped, todo, duration_ms.
      if (event.data.nesting === 0 && event.data.file === undefined) counted.push(event.data.message);
    } else if (event.type === "test:summary") {
      if (event.data.file === undefined) total = event.data.counts;
      else yield fileLine(event.data.file, event.data.counts, event.data.duration_ms);
    }
  }
  yield "\n";
  for (const [reason, count] of skipped) yield `${count} skipped: ${reason === "true" ? "no reason given" : reason}\n`;
  for (const text of counted) yield `ℹ ${text}\n`;
  if (total !== undefined) yield `${sum(total)}\n`;
}

interface Counts {
  readonly tests: number;
  readonly passed: number;
  readonly cancelled: number;
  readonly skipped: number;
  readonly todo: number;
}

function sum({ tests, passed, skipped, todo }: Counts): string {
  return `${passed} passed, ${tests - passed - skipped - todo} failed, ${skipped + todo} skipped`;
}

function fileLine(file: string, counts: Counts, milliseconds: number): string {
  return `  ${relative("", file)}: ${sum(counts).replaceAll(/, 0 \w+/g, "")} (${(milliseconds / 1000).toFixed(1)} s)\n`;
}

function failure({ name, file, line, details }: Extract<TestEvent, { type: "test:fail" }>["data"]): string {
  const { failureType } = details.error as { failureType?: string };
  if (failureType === "subtestsFailed") return "";
  const text = describe(details.error.cause ?? details.error);
  return `\nnot ok: ${name}\n  ${file === undefined ? "" : `${relative("", file)}:${line ?? 1}`}\n  ${text.replaceAll("\n", "\n  ")}\n\n`;
}

/** With the stack, and the errors it was caused by. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return (error.stack ?? error.message) + (error.cause === undefined ? "" : `\ncaused by: ${describe(error.cause)}`);
}
