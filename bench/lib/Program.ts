// SPDX-License-Identifier: Apache-2.0
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";

/** Clock ticks of /proc in a second, on every Linux there is. */
const TICKS = 100;

/** Another program, with all that it starts. It ends with this process at the latest. */
export class Program {
  readonly #child: ChildProcess & { readonly stdout: Readable };
  /** Where it keeps files for a time: it is ended by force, and cannot remove them. */
  readonly #folder = mkdtempSync(join(tmpdir(), "kamaelia-bench-"));
  #startUp = 0;
  #over = false;

  constructor(command: string, ...words: string[]) {
    this.#child = spawn(command, words, {
      stdio: ["ignore", "pipe", "inherit"],
      detached: true,
      env: { ...process.env, TMPDIR: this.#folder },
    });
    process.once("exit", () => this.end());
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));
  }

  /** What it prints first. */
  async says(): Promise<string> {
    const ended = once(this.#child, "exit").then(([code]): never => {
      throw new Error(`Cannot go on: ${this.#child.spawnargs.join(" ")} ended with ${code} before it said anything`);
    });
    const [text] = (await Promise.race([once(this.#child.stdout, "data"), ended])) as [Buffer];
    this.#startUp = this.#used();
    return text.toString().trim();
  }

  /** Milliseconds of CPU it has used since it said something, to 10 ms; 0 where that is not known. */
  cpu(): number {
    return this.#used() - this.#startUp;
  }

  end(): void {
    if (this.#over) return;
    this.#over = true;
    const { pid, exitCode, signalCode } = this.#child;
    if (pid !== undefined && exitCode === null && signalCode === null) process.kill(-pid, "SIGKILL");
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }

  #used(): number {
    if (!existsSync(`/proc/${this.#child.pid}/stat`)) return 0;
    const stat = readFileSync(`/proc/${this.#child.pid}/stat`, "utf8");
    const [user, system] = stat
      .slice(stat.lastIndexOf(")") + 2)
      .split(" ")
      .slice(11, 13);
    return ((Number(user) + Number(system)) / TICKS) * 1000;
  }
}
