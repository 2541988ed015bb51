// SPDX-License-Identifier: Apache-2.0
// Writes the package that is published into dist/: JavaScript and declarations of what the entry points reach, and a package.json that names them.
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { packagePage } from "./lib/packagePage.ts";

type Target = string | null | { readonly [condition: string]: Target };
type Json = Readonly<Record<string, unknown>>;

/** The file that a worker runs, where it is not an example in a comment or in the text of an error. */
const WORKER = /^((?!\s*(?:\/?\*|\/\/))[^'\n]*new URL\("\.[^"]+)\.ts(", import\.meta\.url\))/gm;
const own = JSON.parse(readFileSync("package.json", "utf8")) as Json & Record<"exports" | "imports", Record<string, Target>>;

rmSync("dist", { recursive: true, force: true });
compile();
pointWorkersAtJavaScript();
writeFileSync("dist/package.json", `${JSON.stringify(manifest(), undefined, 2)}\n`);
const pages = ["README.md", "CHANGELOG.md"];
copyFileSync("LICENSE", "dist/LICENSE");
for (const page of pages)
  writeFileSync(
    join("dist", page),
    packagePage(readFileSync(page, "utf8"), (path) => path === "LICENSE" || pages.includes(path)),
  );
console.log(`dist/: ${globSync("dist/**/*.js").length} modules`);

function compile(): void {
  const files = [...new Set([...filesOf(own.exports), ...filesOf(own.imports), ...workers()])];
  const config = ".cache/tsconfig.build.json";
  mkdirSync(".cache", { recursive: true });
  writeFileSync(config, JSON.stringify({ extends: "../tools/tsconfig.build.json", files: files.map((file) => join("..", file)) }));
  const { status } = spawnSync("node_modules/.bin/tsc", ["-p", config], { stdio: "inherit" });
  if (status !== 0) fail("Cannot build: see the compiler's messages above; `npm run check` shows them too");
}

/** The files that workers run: nobody imports them. */
function workers(): string[] {
  const sources = globSync("src/**/*.ts").filter((file) => !/\.(test|tst)\.ts$/.test(file));
  return sources.flatMap((file) => workersOf(readFileSync(file, "utf8")).map((name) => join(dirname(file), name)));
}

/** The compiler rewrites imports, but not the names of files that workers run. */
function pointWorkersAtJavaScript(): void {
  for (const file of globSync("dist/**/*.js")) {
    const text = readFileSync(file, "utf8");
    for (const name of workersOf(text)) {
      const js = join(dirname(file), name.replace(/\.ts$/, ".js"));
      if (!existsSync(js)) fail(`Cannot build: ${file} starts ${js}, which is not in the package`);
    }
    writeFileSync(file, text.replaceAll(WORKER, "$1.js$2"));
  }
}

function workersOf(text: string): string[] {
  return [...text.matchAll(WORKER)].map(([, before = ""]) => `${before.slice(before.lastIndexOf('"') + 1)}.ts`);
}

/** Our package.json without what only we need, its paths pointing at what was built. */
function manifest(): Json {
  const { private: _private, scripts: _scripts, devDependencies: _dev, optionalDependencies: _optional, ...rest } = own;
  return {
    ...rest,
    sideEffects: false,
    exports: { ...mapped(own.exports), "./package.json": "./package.json" },
    imports: mapped(own.imports),
  };
}

function mapped(targets: Readonly<Record<string, Target>>): Record<string, Target> {
  return Object.fromEntries(Object.entries(targets).map(([name, target]) => [name, built(target)]));
}

function built(target: Target): Target {
  if (target === null) return null;
  if (typeof target !== "string") return mapped(target);
  const path = `./${relative("src", target).replace(/\.ts$/, "")}`;
  if (!existsSync(join("dist", `${path}.js`))) fail(`Cannot build: package.json names ${target}, which is not there`);
  return { types: `${path}.d.ts`, default: `${path}.js` };
}

function filesOf(targets: Readonly<Record<string, Target>>): string[] {
  return Object.values(targets).flatMap((target) => (target === null ? [] : typeof target === "string" ? [target] : filesOf(target)));
}

function fail(why: string): never {
  console.error(why);
  process.exit(1);
}
