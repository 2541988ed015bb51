// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { Browser, bundle, skip } from "./browser/parts.ts";

test("the kernel runs in a browser: pipelines, time, back-pressure, failures, stopping, streams", { skip, timeout: 120_000 }, async () => {
  const script = await bundle(fileURLToPath(new URL("browserProgram.ts", import.meta.url)));
  const browser = new Browser();
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
