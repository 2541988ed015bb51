// SPDX-License-Identifier: Apache-2.0
// What the tests that run in a browser need.
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { build } from "esbuild";

const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((path) => existsSync(path));
/** For `skip`: why a test cannot run. @internal */
export const skip: string | false = CHROMIUM === undefined ? "no Chromium (Debian package chromium)" : false;

const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--disable-dev-shm-usage",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--remote-debugging-pipe",
];

/** A program with everything it needs, in one script. Fails if anything of Node.js is needed. @internal */
export async function bundle(entry: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: "iife",
    platform: "browser",
    target: "es2022",
  });
  return outputFiles[0]!.text;
}

/** A browser, spoken to through a pair of pipes: no ports, no network. @internal */
export class Browser {
  readonly #process: ChildProcess;
  readonly #profile: string = mkdtempSync(join(tmpdir(), "kamaelia-browser-"));
  readonly #answers: Map<number, (answer: any) => void> = new Map();
  readonly #gone: Promise<never>;
  #count = 0;
  #rest = "";

  /** @param flags more of them */
  constructor(...flags: readonly string[]) {
    this.#process = spawn(CHROMIUM!, [...FLAGS, ...flags, `--user-data-dir=${this.#profile}`, "about:blank"], {
      stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"],
    });
    this.#gone = once(this.#process, "exit").then(([code]) => assert.fail(`the browser has gone, with code ${String(code)}`));
    this.#gone.catch(() => {}); // those who ask hear of it
    (this.#process.stdio[4] as Readable).setEncoding("utf8").on("data", (text: string) => {
      const parts = (this.#rest + text).split("\0");
      this.#rest = parts.pop()!;
      for (const part of parts) {
        const answer = JSON.parse(part) as { id?: number };
        if (answer.id !== undefined) this.#answers.get(answer.id)?.(answer);
      }
    });
  }

  async ask(method: string, params: object = {}, sessionId?: string): Promise<any> {
    const id = ++this.#count;
    const answered = new Promise<any>((resolve) => this.#answers.set(id, resolve));
    (this.#process.stdio[3] as Writable).write(
      `${JSON.stringify({ id, method, params, ...(sessionId === undefined ? {} : { sessionId }) })}\0`,
    );
    const { result, error } = await Promise.race([answered, this.#gone]);
    assert.equal(error, undefined, method);
    return result;
  }

  /** Runs a script in a new page, then an expression, whose promise is waited for. */
  async evaluate(script: string, expression: string, url = "about:blank"): Promise<unknown> {
    const { targetId } = await this.ask("Target.createTarget", { url });
    const { sessionId } = await this.ask("Target.attachToTarget", { targetId, flatten: true });
    const where = { expression: "`${document.readyState} ${location.href}`" };
    for (let at = ""; at !== `complete ${url}`;) at = (await this.ask("Runtime.evaluate", where, sessionId)).result.value;
    await this.ask("Runtime.evaluate", { expression: script }, sessionId);
    const options = { awaitPromise: true, returnByValue: true };
    const { result, exceptionDetails } = await this.ask("Runtime.evaluate", { expression, ...options }, sessionId);
    assert.equal(exceptionDetails, undefined, exceptionDetails?.exception?.description);
    return result.value;
  }

  async close(): Promise<void> {
    const gone = once(this.#process, "exit");
    this.#process.kill();
    await gone;
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 5 });
  }
}
