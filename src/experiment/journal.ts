// SPDX-License-Identifier: Apache-2.0
import { appendFileSync, mkdirSync, readFileSync, truncateSync } from "node:fs";
import { dirname } from "node:path";
import { fileFault } from "./files.ts";
import { keyOf, type Success, type Trial } from "./plans.ts";

/**
 * A file that has a line of JSON for each run that went well, written when it is known, so that an experiment that was interrupted goes on where it was.
 * Lines of other runs in it stay, and do not matter.
 */
export class Journal<P, M> {
  readonly #path: string;
  readonly #known = new Map<string, Success<P, M>>();

  /** Makes the folder if need be. @throws SyntaxError for a line that is none of ours; FileError for a file that cannot be read or written */
  constructor(path: string) {
    this.#path = path;
    for (const [i, line] of opened(path).split("\n").entries()) {
      if (line === "") continue;
      const run = parsed<P, M>(line);
      if (run === undefined) throw new SyntaxError(`Cannot go on with ${path}: line ${i + 1} is no run; name another file`);
      this.#known.set(keyOf(run), run);
    }
  }

  /** What is known of a run. */
  find(trial: Trial<P>): Success<P, M> | undefined {
    return this.#known.get(keyOf(trial));
  }

  add(run: Success<P, M>): void {
    try {
      appendFileSync(this.#path, `${JSON.stringify(run)}\n`);
    } catch (cause) {
      throw fileFault("write", this.#path, cause);
    }
  }
}

/** Whole lines. That nothing can be written is found out before hours of work, not after them. */
function opened(path: string): string {
  try {
    mkdirSync(dirname(path), { recursive: true });
    appendFileSync(path, "");
    const bytes = readFileSync(path);
    const whole = bytes.lastIndexOf("\n") + 1;
    if (whole < bytes.length) truncateSync(path, whole); // the process has ended in the middle of a line
    return bytes.toString("utf8", 0, whole);
  } catch (cause) {
    throw fileFault("use", path, cause);
  }
}

function parsed<P, M>(line: string): Success<P, M> | undefined {
  try {
    const run: unknown = JSON.parse(line);
    return isRun<P, M>(run) ? run : undefined;
  } catch {
    return undefined; // no JSON: whoever asked says so
  }
}

function isRun<P, M>(run: unknown): run is Success<P, M> {
  return typeof run === "object" && run !== null && "parameters" in run && "repetition" in run && "seed" in run && "measures" in run;
}
