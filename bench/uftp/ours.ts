// SPDX-License-Identifier: Apache-2.0
// A file of 20 MB by ReliableMulticast. The program is in one file, as one that is installed somewhere would be: there are no types to take out, and nothing that it does not use.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { sendFile } from "./network.ts";

const [row = "", unit = "", rate = ""] = process.argv.slice(2);
const [bench, cache] = [join(import.meta.dirname, ".."), join(import.meta.dirname, "../.cache")];
const program = join(cache, "uftp/member.mjs");
process.env["NODE_COMPILE_CACHE"] = join(cache, "modules");
const bundling = ["--bundle", "--platform=node", "--format=esm", "--log-level=warning", `--outfile=${program}`];
const { status, stderr } = spawnSync(join(bench, "../node_modules/.bin/esbuild"), [join(bench, "uftp/member.ts"), ...bundling], {
  encoding: "utf8",
});
if (status !== 0) throw new Error(`Cannot make one file of the program: ${stderr}`);
spawnSync(process.execPath, [program, "load"]);
sendFile(row, unit, { receive: `"$NODE" ${program} receive`, send: `"$NODE" ${program} send ${rate}`, group: "090907EF" });
