// SPDX-License-Identifier: Apache-2.0
import { exportsOf } from "./exports.ts";
import type { List } from "./rows.ts";

/** What is wrong with the lists as a whole: originals that several of them have, and parts that are built but that nobody can import. */
export function* faults(lists: readonly List[], entries: Readonly<Record<string, unknown>>): Generator<string> {
  const seen = new Map<string, string>();
  for (const { title, rows } of lists) {
    for (const { original, mark, entry, name } of rows) {
      const other = seen.get(original);
      if (other !== undefined) yield `${original} is listed twice: in ${other} and in ${title}`;
      seen.set(original, title);
      if (mark === "-" || !/^kamaelia(\/|$)/.test(entry) || !exportsOf(entry).has(name)) continue;
      if (!(entry.replace(/^kamaelia/, ".") in entries)) yield `${original} cannot be imported: package.json does not export ${entry}`;
    }
  }
}
