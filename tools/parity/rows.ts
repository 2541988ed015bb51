// SPDX-License-Identifier: Apache-2.0

/** One part of the original. */
export interface Row {
  readonly original: string;
  /** "=" under the same name, ">" under another, "~" part of something else, "-" not kept. */
  readonly mark: "=" | ">" | "~" | "-";
  readonly entry: string;
  readonly name: string;
  readonly note: string;
}

/**
 * Reads a list: a title line `# Title`, then `Original.name mark entry Name | note` for each part.
 *
 * @throws SyntaxError for a line that is none of this, or an original that is listed twice
 */
export function parse(text: string, file: string): { title: string; rows: Row[] } {
  let title = file;
  const rows: Row[] = [];
  for (const [i, line] of text.split("\n").entries()) {
    if (line === "") continue;
    if (line.startsWith("# ")) {
      title = line.slice(2);
      continue;
    }
    const match = /^(\S+) ([=>~-])(?: (\S+) (\S+))? \|(.*)$/.exec(line);
    if (match === null) throw new SyntaxError(`Cannot read ${file}:${i + 1}: write "Original.name = entry Name | note"`);
    const [, original = "", mark, entry = "", name = "", note = ""] = match;
    if (mark !== "-" && name === "") throw new SyntaxError(`Cannot read ${file}:${i + 1}: it does not say where ${original} is`);
    if (rows.some((row) => row.original === original)) throw new SyntaxError(`Cannot read ${file}:${i + 1}: ${original} is listed already`);
    rows.push({ original, mark: mark as Row["mark"], entry, name, note: note.trim() });
  }
  return { title, rows };
}
