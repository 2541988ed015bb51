// SPDX-License-Identifier: Apache-2.0
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

const known = new Map<string, ReadonlySet<string>>();

/** The names, also of types, that the source of an entry point exports; none for an entry point that is not there yet. */
export function exportsOf(entry: string): ReadonlySet<string> {
  const found = known.get(entry);
  if (found !== undefined) return found;
  const file = join("src", entry.replace(/^kamaelia\/?/, ""), "index.ts");
  const names = new Set<string>();
  if (existsSync(file)) collect(file, names, new Set());
  known.set(entry, names);
  return names;
}

/** Whether a part is there: exported by an entry point, or, in a folder that is not of the library, in a file that is called after it. */
export function isThere(entry: string, name: string): boolean {
  if (/^kamaelia(\/|$)/.test(entry)) return exportsOf(entry).has(name);
  return globSync(`${entry}/**/${name}.{ts,md,html}`, { exclude: (path) => path.includes("node_modules") }).length > 0;
}

/** Follows the export lines of a file; ours are plain enough to be read by pattern. */
function collect(file: string, names: Set<string>, seen: Set<string>): void {
  if (seen.has(file)) return;
  seen.add(file);
  for (const name of namesIn(readFileSync(file, "utf8"))) {
    if (name.startsWith(".")) collect(join(dirname(file), name), names, seen);
    else names.add(name);
  }
}

/** What a module's text exports; for `export * from`, the path of the module that it re-exports. */
export function* namesIn(text: string): Generator<string> {
  for (const [, list = ""] of text.matchAll(/^export (?:type )?\{([^}]*)\}/gm)) {
    for (const item of list.replaceAll(/\/\*.*?\*\/|\/\/.*/g, "").split(",")) {
      const name = item
        .trim()
        .replace(/^type /, "")
        .split(" as ")
        .at(-1)!;
      if (name !== "") yield name;
    }
  }
  const declared = /^export (?:declare )?(?:abstract |async )*(?:function\*?|const|let|class|interface|type|enum|namespace) (\w+)/gm;
  for (const [, name = ""] of text.matchAll(declared)) yield name;
  for (const [, name = ""] of text.matchAll(/^export (?:type )?\* as (\w+) from/gm)) yield name;
  for (const [, target = ""] of text.matchAll(/^export (?:type )?\* from "(\.[^"]+)"/gm)) yield target;
}
