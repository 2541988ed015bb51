// SPDX-License-Identifier: Apache-2.0

/** One part of the original. */
export interface Row {
  readonly original: string;
  readonly kind: "component" | "prefab" | "class" | "function" | "application";
  /** "=" under the same name, ">" under another, "~" folded into something else, "-" not kept. */
  readonly mark: "=" | ">" | "~" | "-";
  /** An entry point ("kamaelia/util"), or a folder ("apps/grey"). */
  readonly entry: string;
  readonly name: string;
  readonly note: string;
  /** Defects of the original that are not here. */
  readonly fixes: string;
}

/** A part of the page. */
export interface List {
  readonly title: string;
  /** What is said under the title. */
  readonly intro: string;
  readonly rows: readonly Row[];
}

const LINE = /^(\S+)(?: \((prefab|class|function|application)\))? ([=>~-])(?: (\S+) (\S+))? \|([^|]*)(?:\|([^|]*))?$/;

/**
 * Reads a list: a title line `# Title`, lines of introduction `> text`, then for each part `Original.name (kind) mark entry Name | note | fixes`.
 * Kind may be left out for a component, and so may fixes.
 *
 * @throws SyntaxError for a line that is none of this, an original that is listed twice, and a mark that the names belie
 */
export function parse(text: string, file: string): List {
  let title = file;
  const intro: string[] = [];
  const rows: Row[] = [];
  for (const [i, line] of text.split("\n").entries()) {
    if (line.startsWith("# ")) title = line.slice(2);
    else if (line.startsWith("> ")) intro.push(line.slice(2));
    else if (line !== "") {
      const row = readRow(line);
      const fault = typeof row === "string" ? row : faultOf(row, rows);
      if (fault !== undefined) throw new SyntaxError(`Cannot read ${file}:${i + 1}: ${fault}`);
      rows.push(row as Row);
    }
  }
  return { title, intro: intro.join(" "), rows };
}

function readRow(line: string): Row | string {
  const match = LINE.exec(line);
  if (match === null) return 'write "Original.name = entry Name | note"';
  const [, original = "", kind = "component", mark, entry = "", name = "", note = "", fixes = ""] = match;
  return { original, kind: kind as Row["kind"], mark: mark as Row["mark"], entry, name, note: note.trim(), fixes: fixes.trim() };
}

function faultOf({ original, mark, entry, name, note }: Row, rows: readonly Row[]): string | undefined {
  const last = original.split(".").at(-1);
  if (rows.some((row) => row.original === original)) return `${original} is listed already`;
  if (mark === "-")
    return entry !== "" ? `${original} is not kept, so it is nowhere` : note === "" ? `say why ${original} is not kept` : undefined;
  if (name === "") return `it does not say where ${original} is`;
  // Axon wrote some classes in lower case; that is no other name.
  if (mark === "=" && last?.toLowerCase() !== name.toLowerCase()) return `${last} is called ${name} here: write ">" for another name`;
  if (mark === ">" && last === name) return `${name} has kept its name: write "="`;
  return undefined;
}
