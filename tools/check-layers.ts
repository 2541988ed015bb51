// SPDX-License-Identifier: Apache-2.0
// A layer imports only those below it, and only through their index.ts; what is in a folder "internal" stays in the folder around it.
// The kernel imports nothing at all: what differs between Node.js and a browser is behind #host.
import { globSync, readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { dirname, join } from "node:path";

/** What each package may import, beside itself. */
const below: Readonly<Record<string, readonly string[]>> = {
  axon: [],
  chassis: ["axon"],
  testing: ["axon", "chassis"],
  util: ["axon", "chassis"],
  file: ["axon", "chassis", "util"],
  experiment: ["axon", "chassis", "file"],
  audio: ["axon", "chassis", "util"],
  xml: ["axon", "chassis", "util"],
  codec: ["axon", "chassis", "util", "file", "audio"],
  internet: ["axon", "chassis", "util", "file"],
  protocol: ["axon", "chassis", "util", "file", "audio", "codec", "internet"],
};
/** The packages of others that a package may use, which are the dependencies in package.json. */
const DEPENDENCIES: Readonly<Record<string, readonly string[]>> = { xml: ["saxes"] };
/** What differs between Node.js and a browser, beside the kernel. */
const PLATFORMS: Readonly<Record<string, RegExp>> = { protocol: /^#(websocket|events)$/ };
/** Where the kernel may use Node.js. */
const NODE_SIDE = /^src\/axon\/(host\/node\.ts|node\/|\w+\/node(\/|\.ts))/;
/** Parts of tests, which may import everything. */
const TESTS = /(\.(test|tst|worker|specimens|fuzz)|\/parts)\.ts$/;

const faults: string[] = [];
for (const file of globSync("src/*/**/*.ts")) {
  for (const target of importsOf(readFileSync(file, "utf8"))) {
    const fault = check(file, target);
    if (fault !== undefined) faults.push(`${file}: cannot import "${target}": ${fault}`);
  }
}
if (faults.length > 0) {
  console.error(faults.join("\n"));
  process.exit(1);
}

/** What a file imports, exports from, loads later, or starts as a worker. Comments may say what they like. */
function importsOf(text: string): string[] {
  const code = text.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
  const patterns = [
    /^(?:import|export)\s[^;"]*?\bfrom "([^"]+)"/gm,
    /^import "([^"]+)"/gm,
    /\bimport\("([^"]+)"\)/g,
    /\bnew URL\("([^"]+)", import\.meta\.url\)/g,
  ];
  const found = patterns.flatMap((pattern) => [...code.matchAll(pattern)].map(([, target = ""]) => target));
  return found.filter((target) => !target.includes("${")); // in a program that the file writes
}

function check(file: string, target: string): string | undefined {
  const [, layer = ""] = file.split("/");
  const allowed = below[layer];
  if (allowed === undefined) return `src/${layer} has no place among the layers; give it one in tools/check-layers.ts`;
  const inner = target.startsWith(".") ? /^(.*\/)internal\//.exec(join(dirname(file), target)) : null;
  if (inner !== null && !file.startsWith(inner[1]!)) return `only files in ${inner[1]} may; export it from an index.ts`;
  if (TESTS.test(file)) return undefined;
  if (target.startsWith("#"))
    return layer === "axon" || PLATFORMS[layer]?.test(target) === true ? undefined : "only the kernel knows what it runs on";
  if (isBuiltin(target))
    return layer !== "axon" || NODE_SIDE.test(file) ? undefined : "the kernel runs in browsers too; put it behind #host";
  if (DEPENDENCIES[layer]?.includes(target) === true) return undefined;
  if (!target.startsWith(".")) return "the library has no dependencies, and knows itself by relative paths";
  const [top, other = "", ...rest] = join(dirname(file), target).split("/");
  if (top === "src" && other === layer) return undefined;
  if (top !== "src" || !allowed.includes(other)) return `${layer} may import ${allowed.join(", ") || "nothing else"}`;
  return rest.join("/") === "index.ts" ? undefined : `import it through src/${other}/index.ts`;
}
