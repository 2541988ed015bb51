// SPDX-License-Identifier: Apache-2.0
// Feeds all that reads bytes from others with bytes that are nearly right. Targets are in src/**/*.fuzz.ts. What breaks one is made as short as it can be, and
// printed.
import { globSync } from "node:fs";
import { resolve } from "node:path";
import { inspect, parseArgs } from "node:util";
import { inOneLine } from "../apps/lib/commandLine.ts";
import { fuzz, type FuzzTargets } from "./lib/fuzzing.ts";

const USAGE = `Usage:
  npm run fuzz                             all targets, a minute each
  npm run fuzz -- --seconds 600 sdp http   those whose names have one of these words in them, ten minutes each
  npm run fuzz -- --seed 7                 the same inputs again
`;

const { values, positionals } = wishes();
if (values.help) {
  process.stdout.write(USAGE);
  process.exit();
}
const seed = Number(values.seed ?? Date.now() % 2 ** 31);
const seconds = Number(values.seconds);
if (!(Number.isInteger(seed) && seconds > 0)) {
  console.error(`Cannot fuzz for ${values.seconds} seconds with the seed ${values.seed}: give numbers`);
  process.exit(1);
}
console.log(`seed ${seed}`);
const names: string[] = [];
let [faults, tried] = [0, 0];
for (const file of globSync("src/**/*.fuzz.ts").toSorted()) {
  const { targets } = (await import(resolve(file))) as { targets: FuzzTargets };
  for (const [name, target] of Object.entries(targets)) {
    names.push(name);
    if (positionals.length > 0 && !positionals.some((word) => `${file} ${name}`.toLowerCase().includes(word.toLowerCase()))) continue;
    tried++;
    const began = performance.now();
    const { count, failure } = await fuzz(target, seed, () => performance.now() - began < seconds * 1000);
    console.log(
      `${failure === undefined ? "ok" : "BROKEN"}  ${name}: ${count} inputs, ${Math.round((performance.now() - began) / 1000)} s`,
    );
    if (failure === undefined) continue;
    faults++;
    console.log(`  ${file}, input ${failure.count}, made as short as it can be: ${failure.bytes.length} bytes`);
    console.log(`  ${failure.bytes.toString("hex")}\n  ${JSON.stringify(failure.bytes.toString("latin1"))}`);
    console.log(inspect(failure.error).replaceAll(/^/gm, "  "));
    console.log(`  again: npm run fuzz -- --seed ${seed} "${name}"`);
  }
}
if (tried === 0) console.error(`Cannot fuzz ${positionals.join(", ")}: there is only ${names.join("; ")}`);
process.exitCode = faults === 0 && tried > 0 ? 0 : 1;

function wishes() {
  try {
    return parseArgs({
      options: {
        seconds: { type: "string", default: "60" },
        seed: { type: "string" },
        help: { type: "boolean", default: false },
      },
      allowPositionals: true,
    });
  } catch (error) {
    console.error(`${inOneLine(error)}\n${USAGE}`);
    process.exit(2);
  }
}
