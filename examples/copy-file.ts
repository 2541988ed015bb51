// SPDX-License-Identifier: Apache-2.0
// Copies a file, however large it is: never more than a few blocks of it are in memory. The copy appears when it is complete, and not before.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Pipeline } from "kamaelia/chassis";
import { AtomicFileWriter, SimpleReader } from "kamaelia/file";

const folder = mkdtempSync(join(tmpdir(), "copy-file-"));
const [original, copy] = [join(folder, "original"), join(folder, "copy")];
writeFileSync(original, "All work and no play makes Jack a dull boy.\n".repeat(50_000));

await Pipeline(SimpleReader(original, { readMode: "bytes" }), AtomicFileWriter(copy)).run();
console.log(`${readFileSync(copy).length} bytes, ${readFileSync(copy).equals(readFileSync(original)) ? "the same" : "others"}`);

try {
  await Pipeline(SimpleReader(join(folder, "nothing")), AtomicFileWriter(copy)).run();
} catch (error) {
  console.log(String(error).replaceAll(folder, "…"));
}
rmSync(folder, { recursive: true });

// Output:
// 2200000 bytes, the same
// ComponentFailure: Pipeline_4/SimpleReader_5 failed: Cannot read …/nothing: there is no such file or directory (ENOENT)
