// SPDX-License-Identifier: Apache-2.0
// Finds the @example blocks in comments, and makes programs of them: what they use is imported, what they say comes out is checked.
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { pathToFileURL } from "node:url";

/** A block, and where it stands. */
export interface Block {
  readonly file: string;
  /** The line of its first line of code, from 1. */
  readonly line: number;
  readonly code: string;
}

/** A program made of a block. Its first line is imports; the others are those of the block. */
export interface Program {
  readonly block: Block;
  readonly text: string;
  /** It is a whole, ends by itself, and needs only what there is. */
  readonly runs: boolean;
}

/** Says that a program does not end by itself. */
const ENDLESS = "// until it is stopped";
/** A film or a piece of music, which there is not. */
const MEDIA = /"[\w/-]+\.(?:avi|drc|flac|mkv|mp[34]|ogg|opus|spx|wav|webm|y4m|yuv)"/;
/** Where names come from that are not ours. The first one wins. */
const BUILTINS = ["node:fs/promises", "node:fs", "node:path", "node:dns/promises", "node:net"];
/** What a piece of a component's `main` uses. */
const INSIDE = ["self", "inbox", "outbox"];
const KEYWORDS =
  /^(?:as|class|const|do|export|for|function|if|import|interface|let|of|return|switch|throw|try|type|typeof|var|while|yield)\b/;

/** All blocks of these files. */
export function findBlocks(files: readonly string[]): Block[] {
  return files.flatMap((file) => blocksOf(file, readFileSync(file, "utf8")));
}

/** The blocks of one text. */
export function blocksOf(file: string, text: string): Block[] {
  const blocks: Block[] = [];
  let code: string[] | undefined;
  let start = 0;
  for (const [i, line] of text.split("\n").entries()) {
    const inner = /^\s*\* ?(?!\/)(.*)$/.exec(line)?.[1];
    const ends = inner === undefined || inner.startsWith("@") || /\*\/\s*$/.test(line);
    if (code !== undefined && ends) {
      blocks.push({ file, line: start, code: code.join("\n").trimEnd() });
      code = undefined;
    } else code?.push(inner!);
    if (inner?.startsWith("@example") === true) [code, start] = [[], i + 2];
  }
  return blocks;
}

/** What may be imported: name to module, and whether it is only a type. */
export type Names = ReadonlyMap<string, { readonly from: string; readonly isType: boolean }>;

/** What the entry points of package.json export, and what Node.js does. The entry point named first comes first. */
export async function findNames(first: string = ""): Promise<Names> {
  const { exports } = JSON.parse(readFileSync("package.json", "utf8")) as { readonly exports: Record<string, unknown> };
  const names = new Map<string, { from: string; isType: boolean }>();
  const add = (name: string, from: string, isType: boolean): void => {
    if (!names.has(name)) names.set(name, { from, isType });
  };
  const entries = Object.entries(exports).filter((entry): entry is [string, string] => typeof entry[1] === "string" && entry[0] !== ".");
  for (const [name, target] of entries.toSorted(([a], [b]) => Number(b === first) - Number(a === first))) {
    const module = (await import(pathToFileURL(target).href).catch(() => ({}))) as object; // what does not load, the compiler reports
    if (!existsSync(target)) continue;
    for (const value of Object.keys(module)) add(value, join("kamaelia", name), false);
    for (const list of readFileSync(target, "utf8").matchAll(/export (type )?\{([^}]*)\}/g))
      for (const [, type] of list[2]!.matchAll(list[1] === undefined ? /\btype (\w+)/g : /(\w+)/g))
        add(type!, join("kamaelia", name), true);
  }
  for (const builtin of BUILTINS) for (const name of Object.keys((await import(builtin)) as object)) add(name, builtin, false);
  return names;
}

/** The names of the stand-ins. */
export function findStandIns(file: string = "tools/stand-ins.ts"): string[] {
  return [...readFileSync(file, "utf8").matchAll(/^export (?:declare )?(?:const|function|class|type|interface) (\w+)/gm)].map(
    ([, name]) => name!,
  );
}

/** Makes a program of a block, to be put into the folder. */
export function programOf(block: Block, folder: string, names: Names, standIns: readonly string[]): Program {
  const { file, code } = block;
  const used = usedIn(code);
  const imports = new Map<string, string[]>();
  const take = (name: string, from: string): void => void imports.set(from, [...(imports.get(from) ?? []), name]);
  const text = readFileSync(file, "utf8");
  const path = (to: string): string => `./${relative(folder, to)}`.replace("./../", "../");
  let borrowed = false;
  for (const name of used) {
    if (KEYWORDS.test(name)) continue;
    const known = names.get(name);
    const own = new RegExp(`^export (?:async )?(function|class|const|interface|type)\\*? ${name}\\b`, "m").exec(text)?.[1];
    const ours = known?.from.startsWith("kamaelia") === true;
    if (standIns.includes(name) && !ours) {
      borrowed = true;
      take(name, path("tools/stand-ins.ts"));
    } else if (own !== undefined && !ours) take(own === "interface" || own === "type" ? `type ${name}` : name, path(file));
    else if (known !== undefined) take(known.isType ? `type ${name}` : name, known.from);
  }
  const isPiece = INSIDE.some((name) => used.has(name)) || (used.has("yield") && !/function\*|(?<!yield)\*\w+\(/.test(code));
  if (isPiece) for (const name of ["type Inbox", "type Outbox", "type AnyComponent", "type Main"]) takeOnce(imports, name);
  take("$value, $printed", path("tools/lib/exampleChecks.ts"));
  const header = [...imports].map(([from, list]) => `import { ${list.join(", ")} } from "${from}";`).join(" ");
  const wrapped = `export function* $piece(inbox: Inbox<string>, outbox: Outbox<any>, self: AnyComponent): Main { void [inbox, outbox, self];\n${code}\n}`;
  return {
    block,
    text: isPiece ? `${header} ${wrapped}\n` : `${header}\n${checked(code)}\n`,
    runs: !isPiece && !borrowed && !code.includes(ENDLESS) && !MEDIA.test(code),
  };
}

function takeOnce(imports: Map<string, string[]>, name: string): void {
  const list = imports.get("kamaelia/axon") ?? [];
  if (!list.includes(name) && !list.includes(name.replace("type ", ""))) imports.set("kamaelia/axon", [...list, name]);
}

/** Whether something is left out: then there is no program to make. */
export function isSketch({ code }: Block): boolean {
  return bare(code).includes("…");
}

/** Without comments and texts. */
function bare(code: string): string {
  return code
    .replaceAll(/\/\/.*$/gm, "")
    .replaceAll(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g, '""')
    .replaceAll(/`(?:[^`\\]|\\.)*`/g, (text) => [...text.matchAll(/\$\{([^}]*)\}/g)].map(([, inner]) => inner).join(";"));
}

/** The names that a program uses and does not declare: those of properties and in texts do not count. */
function usedIn(code: string): Set<string> {
  const plain = bare(code);
  const declared = new Set<string>();
  for (const [, name] of plain.matchAll(/\b(?:const|let|function\*?|class|interface|type)\s+(\w+)/g)) declared.add(name!);
  for (const [, list] of plain.matchAll(/\b(?:const|let)\s+[[{]([^\]}]*)[\]}]/g))
    for (const [name] of list!.matchAll(/\w+(?=\s*(?:,|$))/g)) declared.add(name);
  for (const [, list] of plain.matchAll(/\(([^()]*)\)\s*(?::[^=]*)?=>/g))
    for (const [, name] of list!.matchAll(/(?:^|[,{\s])(\w+)(?=\s*(?:[,:}]|$))/g)) declared.add(name!);
  for (const [, name] of plain.matchAll(/\b(\w+)\s*=>/g)) declared.add(name!);
  for (const [, list] of plain.matchAll(/\*main\(([^)]*)\)/g)) for (const [name] of list!.matchAll(/\w+/g)) declared.add(name);
  const used = new Set<string>();
  for (const [, name] of plain.matchAll(/(?<![.\w$])(?:\.\.\.)?([A-Za-z_]\w*)(?!\w*\s*:(?!:))/g)) if (!declared.has(name!)) used.add(name!);
  for (const [, name] of plain.matchAll(/\?[^:?]*?\b([A-Za-z_]\w*)\s*:/g)) if (!declared.has(name!)) used.add(name!);
  return used;
}

/** Where a comment behind a statement says what is printed, or the value of an expression, that is checked. */
function checked(code: string): string {
  return code
    .split("\n")
    .map((line) => {
      const [, statement = "", comment = ""] = /^(\S.*);\s+\/\/ (.*)$/.exec(line) ?? [];
      if (comment === "" || `// ${comment}` === ENDLESS) return line;
      if (/\.run\([^;]*\)$/.test(statement)) return `${statement}; $printed(${JSON.stringify(comment)});`;
      return KEYWORDS.test(statement) || /^[})\]]/.test(statement) || / = /.test(statement)
        ? line
        : `$value(${statement}, ${JSON.stringify(comment)});`;
    })
    .join("\n");
}

/** The folder for the programs of a source file. */
export function folderOf(root: string, file: string): string {
  return join(root, relative("src", dirname(file)));
}

/** All sources that people read the documentation of. */
export function sources(): string[] {
  return globSync("src/**/*.ts", {
    exclude: (name) => /\.(test|tst|specimens|worker|program)\.ts$|\/parts\.ts$/.test(name) && name !== "src/testing/parts.ts",
  }).toSorted();
}
