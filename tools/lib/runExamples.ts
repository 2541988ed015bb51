// SPDX-License-Identifier: Apache-2.0
// Runs the programs that it is given, one after the other, each in a folder where the files are that it names, with three words in each, and the same words
// as standard input.
// Tells its parent how each ended.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { setTimeout } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { defaultSystem } from "kamaelia/axon";
import { forget, print } from "./exampleChecks.ts";

/** How a program ended. */
export interface Ending {
  readonly file: string;
  /** Milliseconds that it took. */
  readonly time: number;
  /** Nothing if all went well. */
  readonly error?: string;
}

const WORDS = "alpha\nbeta\ngamma\n";
/** Milliseconds that a program may take. */
const LIMIT = 5000;

if (process.send !== undefined) {
  process.stdout.write = write as typeof process.stdout.write;
  for (const file of process.argv.slice(2)) {
    const start = performance.now();
    const error = await run(file);
    process.send({ file, time: performance.now() - start, ...(error === undefined ? {} : { error }) } satisfies Ending);
    if (error?.startsWith("does not end") === true) break; // whatever it does, it goes on doing it
  }
  process.disconnect();
  process.exit();
}

async function run(file: string): Promise<string | undefined> {
  const folder = mkdtempSync(join(tmpdir(), "kamaelia-"));
  for (const [, name = ""] of readFileSync(file, "utf8").matchAll(/"([\w-]+\.\w+)"/g)) writeFileSync(join(folder, name), WORDS);
  process.chdir(folder);
  Object.defineProperty(process, "stdin", { value: Readable.from([WORDS]), configurable: true });
  forget();
  try {
    const ended = await Promise.race([import(pathToFileURL(file).href), setTimeout(LIMIT, "late")]);
    await Promise.race([defaultSystem().stop({ within: 100 }), setTimeout(LIMIT)]);
    return ended === "late" ? `does not end within ${LIMIT} ms; if that is right, say "// until it is stopped"` : undefined;
  } catch (error) {
    await defaultSystem().stop({ within: 100 });
    return error instanceof SyntaxError ? "does not compile" : String(error);
  } finally {
    process.chdir(tmpdir());
    rmSync(folder, { recursive: true, force: true });
  }
}

function write(data: string | Uint8Array, encoding?: unknown, done: unknown = encoding): boolean {
  print(typeof data === "string" ? data : new TextDecoder().decode(data));
  if (typeof done === "function") queueMicrotask(done as () => void);
  return true;
}
