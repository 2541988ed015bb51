// SPDX-License-Identifier: Apache-2.0
// A file of 20 MB by ReliableMulticast. Node.js has taken the types out of the sources before: in the package there are none.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { sendFile } from "./network.ts";

const [row = "", unit = "", rate = ""] = process.argv.slice(2);
process.env["NODE_COMPILE_CACHE"] = join(import.meta.dirname, "..", ".cache", "modules");
spawnSync(process.execPath, [join(import.meta.dirname, "member.ts"), "load"]);
sendFile(row, unit, { receive: `"$NODE" "$MEMBER" receive`, send: `"$NODE" "$MEMBER" send ${rate}`, group: "090907EF" });
