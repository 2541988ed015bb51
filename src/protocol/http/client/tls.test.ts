// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { certificates, type Papers } from "../../../internet/node/parts.ts";
import { listening, systemOf, without } from "../parts.ts";
import { WebServer } from "../WebServer.ts";
import { plain, saidOf } from "./parts.ts";

const skip = without("openssl");
const papers = skip === false ? certificates(after) : (undefined as never);

test("HTTPClient() speaks https only with servers that can prove who they are, and says what is wrong", { skip }, async (t) => {
  const server = async (tls: Papers): Promise<string> => {
    const { port } = await listening(systemOf(t), WebServer({ port: 0, tls, handler: ({ parsed }) => parsed["uri-protocol"] }));
    return `https://localhost:${port}/`;
  };
  const good = await server(papers.server);
  const { ca } = papers;
  assert.deepEqual(await saidOf([good, good], { tls: { ca } }), ["200 https", "200 https"]);
  const { at } = await plain(t, (_, response) => void response.end());
  for (const [url, options, reason] of [
    [good, {}, /authority that is not known .* give it as `ca`|not trusted/],
    [good, { tls: { ca, serverName: "www.example.com" } }, /does not match certificate's altnames/],
    [await server(papers.expired), { tls: { ca } }, /the certificate has expired/],
    [await server(papers.selfSigned), { tls: { ca } }, /signed by itself/],
    [at.replace("http", "https"), { tls: { ca } }, /does not speak TLS/],
  ] as const) {
    const [said = ""] = await saidOf([url], options);
    assert.match(said, /^connect: Cannot get https:.*Cannot speak TLS with/);
    assert.match(said, reason);
    assert.doesNotMatch(said, /tried/, "that will not pass");
  }
  assert.deepEqual(await saidOf([await server(papers.selfSigned)], { tls: { verify: false } }), ["200 https"]);
});
