// SPDX-License-Identifier: Apache-2.0
// A reporter for node:test: failures in full, what was skipped for want of what, and one line with the totals.
import type { TestEvent } from "node:test/reporters";

/** Turns the events of a test run into the last lines of `npm test`. */
export default async function* summary(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  let passed = 0;
  let failed = 0;
  const skipped = new Map<string, number>();
  for await (const event of source) {
    if (event.type === "test:pass") {
      if (event.data.details.type === "suite") continue;
      const reason = event.data.skip;
      if (reason === undefined || reason === false) passed++;
      else skipped.set(String(reason), (skipped.get(String(reason)) ?? 0) + 1);
    } else if (event.type === "test:fail") {
      if ((event.data.details.error as { failureType?: string }).failureType === "subtestsFailed") continue;
      failed++;
      const { name, file, line } = event.data;
      const cause = event.data.details.error.cause;
      const text = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause ?? event.data.details.error);
      yield `\nnot ok: ${name}\n  ${file ?? ""}:${line ?? ""}\n  ${text.replaceAll("\n", "\n  ")}\n`;
    } else if (event.type === "test:stderr" || event.type === "test:stdout") {
      if (event.data.message.includes("Warning: ")) continue;
      yield event.data.message;
    }
  }
  const total = [...skipped.values()].reduce((sum, count) => sum + count, 0);
  for (const [reason, count] of skipped) yield `\n${count} skipped: ${reason}`;
  yield `\n${passed} passed, ${failed} failed, ${total} skipped\n`;
}
