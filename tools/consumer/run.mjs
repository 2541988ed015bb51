// SPDX-License-Identifier: Apache-2.0
// Somebody's program that uses the published package: imports every entry point, and runs a pipeline, a part of it in a thread.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const manifest = JSON.parse(readFileSync(fileURLToPath(import.meta.resolve("kamaelia/package.json")), "utf8"));
for (const entry of Object.keys(manifest.exports)) {
  if (entry.includes("*") || entry.endsWith(".json")) continue;
  const names = Object.keys(await import(`kamaelia${entry.slice(1)}`));
  assert.ok(names.length > 0, `kamaelia${entry.slice(1)} exports nothing`);
}
await assert.rejects(import("kamaelia/internal/anything"), { code: "ERR_PACKAGE_PATH_NOT_EXPORTED" });

const { component, thread } = await import("kamaelia/axon");
const { Pipeline } = await import("kamaelia/chassis");
const { Feed, ToList } = await import("kamaelia/testing");

function Double() {
  return component(Double, {
    inboxes: { inbox: "numbers" },
    outboxes: { outbox: "twice the numbers" },
    *main({ inbox }, { outbox }) {
      while (yield inbox) outbox.send(inbox.recv() * 2);
    },
  });
}

function Triple() {
  return thread(Triple, new URL("./triple.worker.mjs", import.meta.url), {
    inboxes: { inbox: "numbers" },
    outboxes: { outbox: "three times the numbers" },
  });
}

const results = [];
await Pipeline(Feed([1, 2, 3]), Double(), Triple(), ToList(results)).run();
assert.deepEqual(results, [6, 12, 18]);
