// SPDX-License-Identifier: Apache-2.0
// The page in a real browser: the radio plays, and says what it plays.
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { test, type TestContext } from "node:test";

const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((path) => existsSync(path));
const skip = CHROMIUM === undefined ? "no Chromium (Debian package chromium)" : false;
const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-dev-shm-usage",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--mute-audio",
  "--autoplay-policy=no-user-gesture-required",
  "--window-size=1280,900",
  "--remote-debugging-pipe",
];

type Answer = { id?: number; result?: Record<string, unknown>; error?: unknown };

/** A page in a browser, spoken to through a pair of pipes. */
class Page {
  readonly #process: ChildProcess;
  readonly #profile: string = mkdtempSync(join(tmpdir(), "kamaelia-page-"));
  readonly #answers = new Map<number, (answer: Answer) => void>();
  #count = 0;
  #rest = "";
  #session: string | undefined;
  readonly #gone: Promise<never>;

  constructor(path: string) {
    this.#process = spawn(path, [...FLAGS, `--user-data-dir=${this.#profile}`, "about:blank"], {
      stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"],
    });
    this.#gone = once(this.#process, "exit").then(([code]) => assert.fail(`the browser has gone, with code ${String(code)}`));
    this.#gone.catch(() => {}); // those who wait for an answer hear of it
    (this.#process.stdio[4] as Readable).setEncoding("utf8").on("data", (text: string) => {
      const parts = (this.#rest + text).split("\0");
      this.#rest = parts.pop()!;
      for (const part of parts) {
        const answer = JSON.parse(part) as Answer;
        if (answer.id !== undefined) this.#answers.get(answer.id)?.(answer);
      }
    });
  }

  static async open(t: TestContext, url: string): Promise<Page> {
    const page = new Page(CHROMIUM!);
    t.after(() => page.close());
    const { targetId } = await page.ask("Target.createTarget", { url });
    const { sessionId } = await page.ask("Target.attachToTarget", { targetId, flatten: true });
    page.#session = String(sessionId);
    return page;
  }

  async ask(method: string, params: object = {}): Promise<Record<string, unknown>> {
    const id = ++this.#count;
    const answered = new Promise<Answer>((resolve) => this.#answers.set(id, resolve));
    const session = this.#session === undefined ? {} : { sessionId: this.#session };
    (this.#process.stdio[3] as Writable).write(`${JSON.stringify({ id, method, params, ...session })}\0`);
    const { result = {}, error } = await Promise.race([answered, this.#gone]);
    assert.equal(error, undefined, method);
    return result;
  }

  async evaluate(expression: string): Promise<unknown> {
    const { result } = await this.ask("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
    return (result as { value?: unknown }).value;
  }

  /** Waits until something is so on the page. */
  async until(expression: string): Promise<void> {
    for (let tries = 0; (await this.evaluate(`Boolean(${expression})`)) !== true; tries++) {
      if (tries === 800) assert.fail(`waited in vain for ${expression}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** For people: `PICTURES=folder` keeps what the page looks like. */
  async picture(name: string): Promise<void> {
    const folder = process.env["PICTURES"];
    if (folder === undefined) return;
    const { data } = await this.ask("Page.captureScreenshot", { format: "png" });
    writeFileSync(join(folder, `${name}.png`), Buffer.from(String(data), "base64"));
  }

  async close(): Promise<void> {
    const gone = once(this.#process, "exit");
    this.#process.kill("SIGKILL");
    await gone;
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** The program, and where its page is. */
async function started(t: TestContext, ...words: readonly string[]): Promise<{ url: string; child: ChildProcess }> {
  const main = join(import.meta.dirname, "main.ts");
  const child = spawn(process.execPath, [main, "--radio", "0", "--echo", "0", "--fortune", "0", ...words], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  t.after(() => child.kill("SIGKILL"));
  let text = "";
  for await (const bytes of child.stdout!) {
    text += String(bytes);
    const url = /^Radio: +(http:\S+\/) /m.exec(text)?.[1];
    if (url !== undefined) {
      child.stdout!.resume();
      return { url, child };
    }
  }
  return assert.fail(text);
}

for (const [name, ...words] of [
  ["as MP3, where there is ffmpeg,"],
  ["as WAV, where there is no ffmpeg,", "--ffmpeg", "no-such-program"],
] as const) {
  test(`the page plays the radio ${name} and shows its title, its listeners and its components`, { skip, timeout: 60_000 }, async (t) => {
    const { url, child } = await started(t, ...words);
    const page = await Page.open(t, url);
    await page.until("document.readyState === 'complete' && document.getElementById('title').textContent === 'Harbour Lights'");
    await page.evaluate("document.getElementById('play').click()");
    await page.until("document.getElementById('audio').currentTime > 1");
    await page.until("document.getElementById('listeners').textContent === '1'");
    const at = Number(await page.evaluate("document.getElementById('audio').currentTime"));
    await page.until(`document.getElementById('audio').currentTime > ${at} + 1`);
    for (const kind of ["SimpleServer", "IcecastServer", "IcecastListener", "strings", "Room", "Pace"])
      await page.until(`[...document.querySelectorAll('#tree .kind')].some((one) => one.textContent === '${kind}')`);
    await page.until("document.querySelectorAll('#tree .busy').length > 2");
    await page.picture(words.length === 0 ? "light" : "wav");
    await page.ask("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: "dark" }] });
    await page.until("getComputedStyle(document.body).backgroundColor !== 'rgb(246, 243, 238)'");
    await page.picture(words.length === 0 ? "dark" : "wav-dark");
    const ended = once(child, "exit");
    const begun = performance.now();
    child.kill("SIGINT");
    assert.deepEqual(await ended, [0, null]);
    assert.ok(performance.now() - begun < 4000, "at Ctrl-C nobody waits for listeners to be ended by force");
    await page.until("document.body.classList.contains('away')");
  });
}
