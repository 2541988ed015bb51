// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { Pipeline } from "../../chassis/index.ts";
import { drive } from "../../testing/index.ts";
import { HTTPMakePostRequest } from "./HTTPMakePostRequest.ts";
import { HTTPProtocol } from "./HTTPProtocol.ts";
import { serving } from "./parts.ts";
import { SimpleHTTPClient } from "./SimpleHTTPClient.ts";

test("HTTPMakePostRequest() makes messages requests, which SimpleHTTPClient sends", async (t) => {
  const { port } = await serving(
    t,
    HTTPProtocol(async (request) => `${request.method} ${await request.text()}`),
  );
  const { outbox } = await drive(Pipeline(HTTPMakePostRequest(`http://127.0.0.1:${port}/`), SimpleHTTPClient()), {
    inbox: ["a", Buffer.from("b")],
  });
  assert.deepEqual(
    outbox.map((body) => Buffer.from(body).toString()),
    ["POST a", "POST b"],
  );
});
