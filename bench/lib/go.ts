// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Builds a row in Go, together with what all of them share, unless that is done already. Answers the program. */
export function build(bench: string, source: string): string {
  const sources = [join(bench, "lib/measure.go"), join(bench, source)];
  const hash = createHash("sha256");
  for (const file of sources) hash.update(readFileSync(file));
  const cache = join(bench, ".cache");
  const folder = join(cache, `${source.replaceAll(/\W/g, "-")}-${hash.digest("hex").slice(0, 12)}`);
  const program = join(folder, "row");
  if (existsSync(program)) return program;
  mkdirSync(folder, { recursive: true });
  sources.forEach((file, i) => copyFileSync(file, join(folder, `${i}.go`)));
  const env = { ...process.env, GO111MODULE: "off", GOFLAGS: "", GOCACHE: join(cache, "go") };
  const { status, stderr } = spawnSync("go", ["build", "-o", program, "."], { cwd: folder, env, encoding: "utf8" });
  if (status !== 0) throw new Error(`Cannot build ${source}: ${stderr.trim()}`);
  return program;
}
