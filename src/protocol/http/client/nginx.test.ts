// SPDX-License-Identifier: Apache-2.0
// nginx as the server: files, ranges, compression, redirects, connections that it closes.
import assert from "node:assert/strict";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { drive } from "../../../testing/index.ts";
import { without } from "../parts.ts";
import { HTTPClient } from "./HTTPClient.ts";
import { HTTPDownload } from "./HTTPDownload.ts";
import { freePort } from "../../../internet/parts.ts";
import { folderFor, listeningProgram, saidOf } from "./parts.ts";
import { textOf } from "./response.ts";

const skip = without("nginx");
const TEXT = "All work and no play makes Jack a dull boy.\n".repeat(2000);

async function nginx(t: TestContext): Promise<{ at: string; folder: string }> {
  const folder = folderFor(t);
  chmodSync(folder, 0o755);
  mkdirSync(join(folder, "www"));
  writeFileSync(join(folder, "www", "text.txt"), TEXT);
  writeFileSync(join(folder, "www", "small.txt"), "small");
  const port = await freePort();
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${folder}/${name};`);
  writeFileSync(
    join(folder, "nginx.conf"),
    `daemon off; master_process off; pid ${folder}/pid; error_log ${folder}/errors;
    events {}
    http {
      ${temporary.join(" ")} access_log off; types { text/plain txt; } default_type text/plain;
      gzip on; gzip_min_length 100; gzip_types text/plain; keepalive_requests 3;
      server {
        listen 127.0.0.1:${port}; root ${folder}/www;
        location /moved { return 302 /small.txt; }
        location /forever { return 301 text.txt; }
        location /busy { return 503; }
        location /drops { return 444; }
      }
    }`,
  );
  await listeningProgram(t, port, "nginx", "-c", join(folder, "nginx.conf"), "-e", join(folder, "errors"));
  return { at: `http://127.0.0.1:${port}`, folder };
}

test("HTTPClient() and HTTPDownload() get what nginx has", { skip }, async (t) => {
  const { at, folder } = await nginx(t);
  const { outbox } = await drive(HTTPClient({ ordered: true }), {
    inbox: [
      `${at}/text.txt`,
      { url: `${at}/text.txt`, headers: { Range: "bytes=4-7" } },
      { url: `${at}/text.txt`, method: "HEAD" },
      `${at}/moved`,
      `${at}/forever`,
      `${at}/nothing`,
    ],
  });
  const said = outbox.map((response) => `${response.status} ${textOf(response).length} ${response.redirects.length}`);
  assert.deepEqual(said.slice(0, 5), [`200 ${TEXT.length} 0`, "206 4 0", "200 0 0", "200 5 1", `200 ${TEXT.length} 1`]);
  assert.match(said[5]!, /^404 /);
  assert.deepEqual(
    [outbox[0]!.headers["vary"] ?? outbox[0]!.fields.some(([name]) => /content-encoding/i.test(name)), textOf(outbox[1]!)],
    [true, "work"],
  );
  const path = join(folder, "copy");
  writeFileSync(`${path}.part`, TEXT.slice(0, 1000));
  writeFileSync(`${path}.part.json`, JSON.stringify({ url: `${at}/text.txt`, validator: outbox[2]!.headers["last-modified"] }));
  const { outbox: got } = await drive(HTTPDownload(), { inbox: [{ url: `${at}/text.txt`, path }] });
  assert.deepEqual([got[0]?.resumed, got[0]?.bytes, readFileSync(path, "utf8") === TEXT], [1000, TEXT.length, true]);
});

test("HTTPClient() gets along with connections that nginx closes after three requests, and with refusals", { skip }, async (t) => {
  const { at } = await nginx(t);
  const said = await saidOf(Array<string>(50).fill(`${at}/small.txt`), { connections: 2 });
  assert.deepEqual([said.length, new Set(said)], [50, new Set(["200 small"])]);
  const [busy = "", drops = ""] = [await saidOf([`${at}/busy`]), await saidOf([`${at}/drops`])].flat();
  assert.match(busy, /^503 /);
  assert.match(drops, /^head: .*before it had answered \(tried 3 times\)/);
});
