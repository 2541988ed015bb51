// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { ClientSecurity, ServerSecurity } from "../../axon/index.ts";
import { drive } from "../../testing/index.ts";
import { client, fateOf, serve, systemOf, tap, without } from "../parts.ts";
import { TCPClient } from "../TCPClient.ts";
import { TCPServer } from "../TCPServer.ts";
import { certificates } from "./parts.ts";

const skip = without("openssl");
const papers = skip === false ? certificates(after) : (undefined as never);
const { ca, server: identity } = papers ?? {};

test("TLS: what would fail at each handshake, or be overlooked, is refused where a component is made", { skip }, () => {
  const { cert, key } = identity;
  const own = { cert, key };
  const cut = ca.slice(0, 100);
  for (const [tls, message] of [
    [{}, /^TypeError: Cannot speak TLS: a server must show a certificate; give cert and key$/],
    [{ cert }, /^TypeError: Cannot speak TLS: there is a certificate, but no key; give both/],
    [{ ...own, names: { "a.org": { key } } }, /^TypeError: Cannot speak TLS: there is a key for a\.org, but no certificate/],
    [{ ...own, names: { "a.org": {} } }, /^TypeError: Cannot speak TLS: there is no certificate for a\.org; give cert and key$/],
    [{ ...own, clientCertificates: "required" as never }, /^RangeError: .*it is "require" or "ask", or left out$/],
    [
      { cert: "server.pem", key },
      /^Error: Cannot speak TLS: cert has no certificate in it, as PEM; give what is in the file, not its name$/,
    ],
    [{ cert, key: "server.key" }, /^Error: Cannot speak TLS: key has no private key in it, as PEM; give what is in the file/],
    [{ cert, key: papers.client.key }, /^Error: Cannot speak TLS: key values mismatch \(ERR_\w+\); give certificates and keys as PEM/],
  ] satisfies [ServerSecurity, RegExp][])
    for (const options of [{ tls }, { startTLS: tls }]) assert.throws(() => TCPServer({ port: 0, ...options }), message);
  const broken = `${ca.slice(0, 200)}${ca.slice(210)}`;
  for (const [tls, message] of [
    [{ ca: "garbage" }, /^Error: Cannot speak TLS: ca has no certificate in it, as PEM; give what is in the file, not its name$/],
    [{ ca: papers.caFile }, /ca has no certificate in it/],
    [{ ca: [] }, /ca has no certificate in it/],
    [{ ca: [ca, Buffer.from("garbage")] }, /ca has no certificate in it/],
    [{ ca: cut }, /ca has no certificate in it/],
    [{ ca: broken }, /^Error: Cannot speak TLS: a certificate in ca cannot be read: [^\n]*; give what is in the file/],
    [{ minVersion: "TLSv1" as never }, /^RangeError: Cannot speak TLS: minVersion is "TLSv1"; it is "TLSv1\.2" or "TLSv1\.3"/],
    [{ minVersion: "SSLv3" as never }, /^RangeError: .*minVersion is "SSLv3"/],
    [{ alpn: [""] }, /^RangeError: Cannot speak TLS: the ALPN protocol "" has 0 bytes; it has 1 to 255$/],
    [{ alpn: ["h2", "x".repeat(300)] }, /has 300 bytes; it has 1 to 255$/],
  ] satisfies [ClientSecurity, RegExp][]) {
    for (const options of [{ tls }, { startTLS: tls }]) assert.throws(() => TCPClient({ host: "h", port: 1, ...options }), message);
    assert.throws(() => TCPServer({ port: 0, tls: { ...own, ...tls } }), message);
  }
  TCPClient({
    host: "h",
    port: 1,
    tls: { ca: [`# ours\n${ca}\n# another\n${papers.selfSigned.cert}`, Buffer.from(ca)], alpn: ["x".repeat(255)] },
  });
});

test("TLS: why a handshake failed is told in one line, without what OpenSSL's makers want to know", { skip }, async (t) => {
  const system = systemOf(t);
  const server = TCPServer({ port: 0, tls: { ...identity, alpn: ["h2"] } });
  const refused = tap(system, server.outboxes.refused);
  const at = await serve(system, server);
  for (const bytes of ["160301000401000000", "1503010002022a", "16030100020100", "00"]) {
    const socket = await client(t, at);
    socket.end(Buffer.from(bytes, "hex"));
    await fateOf(socket.resume());
  }
  for (const tls of [{ ca, alpn: ["smtp"] }, { ca: papers.selfSigned.cert }])
    await drive(TCPClient({ host: "localhost", port: at.port, tls }), {});
  const reasons: string[] = [];
  for (let i = 0; i < 6; i++) {
    const [, why] = /^Cannot [^:]+(?: with 127\.0\.0\.1:\d+)?: (.+)$/.exec((await refused.next()).error.message) ?? []; // a dot is no line end
    reasons.push(why ?? "");
  }
  assert.deepEqual(reasons.slice(0, 2), ["length too short (ERR_SSL_LENGTH_TOO_SHORT)", "unexpected message (ERR_SSL_UNEXPECTED_MESSAGE)"]);
  for (const reason of reasons) assert.match(reason, /^(?!.*(openssl|routines|error:[0-9A-F]))./, reason);
});
