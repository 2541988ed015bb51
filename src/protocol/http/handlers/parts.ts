// SPDX-License-Identifier: Apache-2.0
// What the tests of handlers need.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { TestContext } from "node:test";
import { request as asked, type IncomingHttpHeaders } from "node:http";
import type { Endpoint } from "../../../axon/index.ts";
import type { Handler } from "../handlers.ts";
import { HTTPProtocol } from "../HTTPProtocol.ts";
import { serving } from "../parts.ts";
import type { HTTPServerOptions } from "../serverOptions.ts";

/** Serves with this handler until the test ends. @internal */
export function served(t: TestContext, handler: Handler, options: HTTPServerOptions = {}): Promise<Endpoint> {
  return serving(t, HTTPProtocol(handler, { failed: () => {}, ...options }));
}

/** What came back: nothing was unpacked. @internal */
export interface Got {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly text: string;
}

/** Asks, as it is. @internal */
export function get(
  { port }: Endpoint,
  path: string,
  { method = "GET", headers = {}, body }: { method?: string; headers?: Record<string, string>; body?: string | Uint8Array } = {},
): Promise<Got> {
  return new Promise((resolve, reject) => {
    const request = asked({ port, host: "127.0.0.1", path, method, headers: { ...headers }, agent: false }, (response) => {
      const pieces: Buffer[] = [];
      response.on("data", (bytes: Buffer) => pieces.push(bytes));
      response.on("error", reject);
      response.on("end", () => {
        const all = Buffer.concat(pieces);
        resolve({ status: response.statusCode!, headers: response.headers, body: all, text: all.toString() });
      });
    });
    request.on("error", reject);
    request.end(body);
  });
}

/** A folder with these files, which is removed at the end. @internal */
export function folderWith(t: TestContext, files: Readonly<Record<string, string | Uint8Array>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), "kamaelia-http-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}
