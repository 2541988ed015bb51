// SPDX-License-Identifier: Apache-2.0
// A layer imports only those below it, and only through their index.ts. The kernel imports nothing at all.
import { globSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { dirname, join } from "node:path";

/** What each package may import, beside itself. */
const below: Readonly<Record<string, readonly string[]>> = {
  axon: [],
  chassis: ["axon"],
  testing: ["axon", "chassis"],
  util: ["axon", "chassis"],
  internet: ["axon", "chassis", "util"],
  protocol: ["axon", "chassis", "util", "internet"],
};
const faults: string[] = [];
for (const file of globSync("src/*/**/*.ts")) {
  const [, layer = ""] = file.split("/");
  const isTest = /\.(test|tst|worker)\.ts$/.test(file);
  for (const [, target = ""] of readFileSync(file, "utf8").matchAll(/^(?:import|export)\s[^;]*?from "([^"]+)"|^import "([^"]+)"/gm)) {
    if (isTest) continue;
    const fault = check(file, layer, target);
    if (fault !== undefined) faults.push(`${file}: cannot import "${target}": ${fault}`);
  }
}
if (faults.length > 0) {
  console.error(faults.join("\n"));
  process.exit(1);
}

function check(file: string, layer: string, target: string): string | undefined {
  const allowed = below[layer];
  if (allowed === undefined) return `src/${layer} has no place among the layers; give it one in tools/check-layers.ts`;
  if (target.startsWith("#")) return layer === "axon" ? undefined : "only the kernel knows what it runs on";
  if (target.startsWith("node:") || builtinModules.includes(target)) {
    const free = layer !== "axon" || /^src\/axon\/(host\/node|[a-z]+\/node)/.test(file) || file.startsWith("src/axon/node/");
    return free ? undefined : "the kernel runs in browsers too; what differs is behind #host";
  }
  if (!target.startsWith(".")) return "the library has no dependencies";
  const [, other = "", ...rest] = join(dirname(file), target).split("/");
  if (other === layer) return undefined;
  if (!allowed.includes(other)) return `${layer} may import ${allowed.length === 0 ? "nothing else" : allowed.join(", ")}`;
  return rest.join("/") === "index.ts" ? undefined : `import it through src/${other}/index.ts`;
}
