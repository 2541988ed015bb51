// SPDX-License-Identifier: Apache-2.0
// Every @example in the documentation compiles; those that can run, do, and what their comments say is true.
import assert from "node:assert/strict";
import { fork, spawnSync } from "node:child_process";
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { after, test } from "node:test";
import { blocksOf, findBlocks, findNames, findStandIns, folderOf, isSketch, type Program, programOf, sources } from "./lib/docExamples.ts";
import { $printed, $value, print } from "./lib/exampleChecks.ts";
import { commentOf, exportsOf } from "./lib/partsTable.ts";
import type { Ending } from "./lib/runExamples.ts";

/** In our folder, so that the programs find the library by its name. */
const ROOT = `.cache/doc-examples-${process.pid}`;
after(() => rmSync(ROOT, { recursive: true, force: true }));
const all = findBlocks(sources());
const programs = await makePrograms();
const packages = Map.groupBy(
  [...programs].filter(([, { runs }]) => runs),
  ([file]) => relative(ROOT, file).split("/")[0]!,
);

test("every @example says all: nothing is left out by …", () => {
  assert.deepEqual(
    all.filter(isSketch).map(({ file, line }) => `${file}:${line}`),
    [],
  );
});

test("every exported part has an @example", () => {
  const lacking: string[] = [];
  for (const index of globSync("src/{chassis,util,file,codec,audio,xml,internet,protocol}/**/index.ts")) {
    for (const [, list, from] of readFileSync(index, "utf8").matchAll(/^export (\{[^}]*\}) from "(\.\/[^"]+)";/gm)) {
      const file = join(dirname(index), from!);
      const source = readFileSync(file, "utf8");
      const components = exportsOf(`export ${list!};`).filter((name) => new RegExp(`^export function ${name}\\b`, "m").test(source));
      for (const name of components) if (!commentOf(name, source)?.includes("@example")) lacking.push(`${file}: ${name}`);
    }
  }
  assert.deepEqual(lacking, []);
});

test("every @example compiles", () => {
  const { stdout, status } = spawnSync("node_modules/.bin/tsc", ["-p", ROOT, "--pretty", "false"], { encoding: "utf8" });
  const faults = stdout.split("\n").filter((line) => /^\S/.test(line)); // without the lines that explain
  const readable = faults.map((fault) =>
    fault.replace(/^(\S+\.ts)\((\d+),\d+\)/, (all, file: string, line: string) => {
      const block = programs.get(file)?.block;
      return block === undefined ? all : `${block.file}:${block.line + Number(line) - 2}`;
    }),
  );
  // what is wrong in the sources themselves is found elsewhere
  assert.deepEqual(
    readable.filter((fault) => !/^(?:src|tools)\/\S+\(/.test(fault)),
    [],
  );
  assert.ok(status === 0 || faults.length > 0);
});

for (const [name, list] of packages) {
  test(`every @example in src/${name} runs, and what it says is true`, async (t) => {
    const endings = await runAll(list.map(([file]) => resolve(file)));
    for (const { file, time } of endings) if (time > 1000) t.diagnostic(`${placeOf(file)} takes ${Math.round(time)} ms`);
    const faults = endings.filter(({ error }) => error !== undefined);
    assert.equal(faults.map(({ file, error }) => `${placeOf(file)}: ${error!}`).join("\n"), "");
    assert.equal(endings.length, list.length);
  });
}

test("blocksOf() finds blocks with their lines, up to the next tag", () => {
  const text =
    "/**\n * Adds.\n *\n * @example\n * one();\n *   two();\n *\n * three();\n * @throws Error\n */\n  /**\n   * @example\n   * x;\n   */\n";
  assert.deepEqual(blocksOf("a.ts", text), [
    { file: "a.ts", line: 5, code: "one();\n  two();\n\nthree();" },
    { file: "a.ts", line: 13, code: "x;" },
  ]);
});

test("programOf() imports what a block uses, checks what it says, and knows what cannot run", async () => {
  const names = await findNames("./chassis");
  const make = (code: string): Program => programOf({ file: "src/axon/ipc.ts", line: 1, code }, ".cache/x", names, ["words"]);
  const imports = (code: string): string => make(code).text.split("\n")[0]!;
  const used = imports("const o: PipelineOptions = {}; Pipeline.with(o); await readFile(o.handle);");
  assert.match(
    used,
    /^import \{ type PipelineOptions, Pipeline \} from "kamaelia\/chassis"; import \{ readFile \} from "node:fs\/promises"; import \{ \$/,
  );
  assert.match(imports("isShutdown(1);"), /\{ isShutdown \} from "kamaelia\/axon"/);
  assert.ok(
    !imports('const drive = 1; // handle\nf({ at: `${drive}` }, "handle");').includes("kamaelia"),
    "declared, a property, in a comment or in a text",
  );
  assert.match(make("1 + 1; // 2\nawait x.run(); // a…").text, /\$value\(1 \+ 1, "2"\);\nawait x.run\(\); \$printed\("a…"\);/);
  const runs = ["a();", "a(words);", "a(); // until it is stopped", "yield inbox;", "function* a() { yield 1; }", 'a("x.wav");'].map(
    (code) => make(code).runs,
  );
  assert.deepEqual(runs, [true, false, false, false, true, false]);
});

test("what a comment says is compared without white space, quotes, commas and brackets", () => {
  $value([1, "a"], "[1, 'a']");
  $value(undefined, "anything");
  $value(new Map(), "anything");
  $value({ a: [1, 2, 3] }, "{ a: [1, 2…");
  assert.throws(() => $value(2, "3"), { message: 'the comment says "3", and it is "2"' });
  print("a\nb\n");
  $printed("ab");
  assert.throws(() => $printed("ab"), { message: 'the comment says "ab", and it printed ""' });
});

function placeOf(program: string): string {
  const { file, line } = programs.get(relative(".", program))!.block;
  return `${file}:${line}`;
}

/** Writes a program for each block, and says how to compile them. */
async function makePrograms(): Promise<Map<string, Program>> {
  const programs = new Map<string, Program>();
  const standIns = findStandIns();
  for (const [folder, blocks] of Map.groupBy(
    all.filter((block) => !isSketch(block)),
    ({ file }) => folderOf(ROOT, file),
  )) {
    mkdirSync(folder, { recursive: true });
    const names = await findNames(`./${relative(ROOT, folder)}`);
    for (const block of blocks) {
      const file = join(folder, `${basename(block.file, ".ts")}-${block.line}.ts`);
      const program = programOf(block, folder, names, standIns);
      programs.set(file, program);
      writeFileSync(file, program.text);
    }
  }
  const compilerOptions = { noUnusedLocals: false, noUnusedParameters: false, declaration: false, isolatedDeclarations: false };
  writeFileSync(join(ROOT, "tsconfig.json"), JSON.stringify({ extends: "../../tsconfig.json", compilerOptions, include: ["."] }));
  return programs;
}

/** One process for all; another one for the rest when one does not end. */
async function runAll(files: readonly string[]): Promise<Ending[]> {
  const endings: Ending[] = [];
  while (endings.length < files.length) {
    const before = endings.length;
    let errors = "";
    await new Promise<void>((done) => {
      const child = fork("tools/lib/runExamples.ts", files.slice(before), { execArgv: [], stdio: ["ignore", "ignore", "pipe", "ipc"] });
      child.stderr!.setEncoding("utf8").on("data", (text: string) => (errors += text));
      child.on("message", (ending: Ending) => endings.push(ending)).on("close", () => done());
    });
    if (endings.length === before) endings.push({ file: files[before]!, time: 0, error: `ended the process: ${errors}` });
  }
  return endings;
}
