// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import type { SeededRandom } from "../../axon/index.ts";
import { drive } from "../../testing/index.ts";
import type { FuzzTargets } from "../../../tools/lib/fuzzing.ts";
import { HTTPServer } from "./HTTPServer.ts";
import { requestParser, responseParser } from "./messageParser.ts";
import { raw, reading } from "./parts.ts";

const LIMITS = { maxLine: 400, maxHead: 1000, maxHeaders: 30, maxBody: 2000 };
const REQUESTS = [
  "GET /a%20b?c=d HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.0\r\n\r\n",
  "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhelloGET / HTTP/1.1\r\nHost: a\r\n\r\n",
  'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;x="y"\r\nhello\r\n0\r\nTrailer: x\r\n\r\n',
  "OPTIONS * HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nConnection: close, upgrade\r\nUpgrade: websocket\r\n\r\n",
].map(raw);
const RESPONSES = [
  "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhelloHTTP/1.1 204 No Content\r\n\r\n",
  "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
  "HTTP/1.0 302 Found\r\nLocation: /x\r\nSet-Cookie: a=b\r\nSet-Cookie: c=d\r\n\r\nuntil it ends",
].map(raw);

function check(bytes: Buffer, random: SeededRandom, read: (pieces: readonly Buffer[]) => string): void {
  const cut = random.integer(bytes.length + 1);
  const whole = read([bytes]);
  for (const pieces of [[bytes.subarray(0, cut), bytes.subarray(cut)], [...bytes].map((byte) => Buffer.of(byte))])
    assert.equal(read(pieces), whole);
}

export const targets: FuzzTargets = {
  "HTTP requests": { seeds: REQUESTS, run: (bytes, random) => check(bytes, random, (pieces) => reading(requestParser(LIMITS), pieces)) },
  "HTTP responses": { seeds: RESPONSES, run: (bytes, random) => check(bytes, random, (pieces) => reading(responseParser(LIMITS), pieces)) },
  "an HTTP server": {
    seeds: REQUESTS,
    run: async (bytes) => {
      const faults: unknown[] = [];
      const server = HTTPServer(async (request) => `${request.method} ${await request.text()}`, {
        ...LIMITS,
        failed: (error) => faults.push(error),
      });
      const { outbox } = await drive(server, { inbox: [bytes] });
      const text = Buffer.concat(outbox).toString("latin1");
      assert(text === "" || text.startsWith("HTTP/1.1 "), text);
    },
  },
};
