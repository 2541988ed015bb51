// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

const entries = (JSON.parse(readFileSync("package.json", "utf8")) as { exports: Record<string, string | null> }).exports;
const known = new Map<string, ReadonlySet<string>>();

/** The names, also of types, that an entry point exports; none for an entry point that is not there yet. */
export function exportsOf(entry: string): ReadonlySet<string> {
  const found = known.get(entry);
  if (found !== undefined) return found;
  const file = entries[entry === "kamaelia" ? "." : entry.replace(/^kamaelia\//, "./")];
  const names = new Set<string>();
  if (typeof file === "string" && existsSync(file)) collect(file, names);
  known.set(entry, names);
  return names;
}

/** Follows the export lines of a file; ours are plain enough to be read by pattern. */
function collect(file: string, names: Set<string>): void {
  const text = readFileSync(file, "utf8");
  for (const [, list = ""] of text.matchAll(/^export (?:type )?\{([^}]*)\}/gm)) {
    for (const item of list.split(",")) {
      const name = item
        .trim()
        .replace(/^type /, "")
        .split(" as ")
        .at(-1)!;
      if (name !== "") names.add(name);
    }
  }
  for (const [, name = ""] of text.matchAll(/^export (?:declare )?(?:abstract )?(?:function\*?|const|class|interface|type) (\w+)/gm))
    names.add(name);
  for (const [, target = ""] of text.matchAll(/^export \* from "([^"]+)"/gm)) collect(join(dirname(file), target), names);
}
