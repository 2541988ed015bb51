// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((path) => existsSync(path));
const skip = CHROMIUM === undefined ? "no Chromium (Debian package chromium)" : false;

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

/** Everything a browser needs of the kernel, in one script. Fails if anything of Node.js is needed. */
async function bundle(): Promise<string> {
  const entry = fileURLToPath(new URL("browserProgram.ts", import.meta.url));
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

/** A browser, spoken to through a pair of pipes: no ports, no network. */
class Browser {
  readonly #process: ChildProcess;
  readonly #profile: string = mkdtempSync(join(tmpdir(), "kamaelia-browser-"));
  readonly #answers: Map<number, (answer: any) => void> = new Map();
  #count = 0;
  #rest = "";

  constructor(path: string) {
    this.#process = spawn(path, [...FLAGS, `--user-data-dir=${this.#profile}`, "about:blank"], {
      stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"],
    });
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
    const gone = once(this.#process, "exit").then(([code]) => assert.fail(`the browser has gone, with code ${String(code)}`));
    const { result, error } = await Promise.race([answered, gone]);
    assert.equal(error, undefined, method);
    return result;
  }

  /** Runs a script in a new page, then an expression, whose promise is waited for. */
  async evaluate(script: string, expression: string): Promise<unknown> {
    const { targetId } = await this.ask("Target.createTarget", { url: "about:blank" });
    const { sessionId } = await this.ask("Target.attachToTarget", { targetId, flatten: true });
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

test("the kernel runs in a browser: pipelines, time, back-pressure, failures, stopping, streams", { skip, timeout: 120_000 }, async () => {
  const script = await bundle();
  const browser = new Browser(CHROMIUM!);
  try {
    assert.deepEqual(await browser.evaluate(script, "program()"), {
      pipeline: { count: 10_000, last: 19_998, inOrder: true, isBounded: true },
      sleeping: { woken: 3, isLongEnough: true },
      holding: { first: 0, sentWhenHeld: 12, isStopped: true },
      failing: { name: "ComponentFailure", message: "Faulty_1 failed: broken", cause: "TypeError" },
      stopping: { log: ["polite", "stubborn"], seen: ["ended", "ended"] },
      streaming: [0, 2, 4, 6, 8],
    });
  } finally {
    await browser.close();
  }
});
test("a browser that needs components and a system gets less than 20 kB, compressed", async () => {
  const index = JSON.stringify(fileURLToPath(new URL("index.ts", import.meta.url)));
  const stdin = { contents: `export { component, System, sleep } from ${index};`, resolveDir: "." };
  const { outputFiles } = await build({ stdin, bundle: true, write: false, format: "esm", platform: "browser", minify: true });
  const { length } = gzipSync(outputFiles[0]!.contents);
  assert(length < 20_000, `${length} bytes`);
});
