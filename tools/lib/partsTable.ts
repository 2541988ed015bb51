// SPDX-License-Identifier: Apache-2.0
// Tables of parts in the README of a package: each row is a link to a file, and the first sentence of its documentation.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** `| [Chooser](Chooser.ts) | Steps through a list of items. |` */
const ROW = /^\| \[(\w+)\]\((\w+\.ts)\) \|.*\|$/gm;
/** A page that says so lists all that its package exports. */
const ALL = "<!-- all parts -->";

/** The page with what the sources say now, and what is wrong with it. */
export function checkParts(page: string, text: string): { readonly text: string; readonly faults: readonly string[] } {
  const folder = dirname(page);
  const listed: string[] = [];
  const faults: string[] = [];
  const now = text.replaceAll(ROW, (row, name: string, file: string) => {
    const sentence = existsSync(join(folder, file)) ? sentenceOf(name, readFileSync(join(folder, file), "utf8")) : undefined;
    if (sentence === undefined) faults.push(`${page}: lists ${name}, which ${file} does not document`);
    if (listed.includes(name)) faults.push(`${page}: lists ${name} twice`);
    listed.push(name);
    return sentence === undefined ? row : `| [${name}](${file}) | ${sentence} |`;
  });
  if (text.includes(ALL)) {
    const exported = exportsOf(readFileSync(join(folder, "index.ts"), "utf8"));
    for (const name of exported) if (!listed.includes(name)) faults.push(`${page}: lacks ${name}`);
    for (const name of listed) if (!exported.includes(name)) faults.push(`${page}: lists ${name}, which is not exported`);
  }
  return { text: now, faults };
}

/** The first sentence of what is said about a part. */
export function sentenceOf(name: string, source: string): string | undefined {
  const sentence = /^.*?[.!?](?=\s|$)/.exec(commentOf(name, source) ?? "")?.[0];
  return sentence?.replaceAll(/\{@link (\w+)\}/g, "$1").replaceAll("|", "\\|");
}

/** What is said about a part, on one line. */
export function commentOf(name: string, source: string): string | undefined {
  const at = new RegExp(`^export (?:abstract |async )?(?:function|class|const) ${name}\\b`, "m").exec(source)?.index;
  const comment = at === undefined ? undefined : /\/\*\*((?:(?!\/\*\*)[\s\S])*?)\*\/\s*(?:\/\/.*\s*)*$/.exec(source.slice(0, at))?.[1];
  return comment
    ?.split("\n")
    .map((line) => line.replace(/^\s*\* ?/, ""))
    .join(" ")
    .trim();
}

/** What makes components, among what an index exports. */
export function exportsOf(index: string): string[] {
  const lists = [...index.matchAll(/^export \{([^}]*)\}/gm)].flatMap(([, list]) => list!.split(","));
  return lists.map((item) => item.trim()).filter((item) => /^(?:[A-Z]\w*|[a-z]\w*_\w*)$/.test(item));
}
