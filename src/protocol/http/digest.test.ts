// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { proofOf, schemesIn } from "./digest.ts";

test("proofOf() is that of RFC 7616 3.9.1, for both algorithms", () => {
  const said = {
    user: "Mufasa",
    realm: "http-auth@example.org",
    password: "Circle of Life",
    nonce: "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
    count: "00000001",
    cnonce: "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
    method: "GET",
    uri: "/dir/index.html",
  };
  assert.equal(proofOf({ ...said, algorithm: "MD5" }), "8ca523f5e9506fed4657c9700eebdbec");
  assert.equal(proofOf({ ...said, algorithm: "SHA-256" }), "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1");
});

test("schemesIn() takes apart several schemes in one field, quoted commas and quotes in quotes", () => {
  const schemes = schemesIn('Basic realm="a, \\"b\\"", Digest realm="x" , qop="auth, auth-int",algorithm=SHA-256, Other');
  assert.deepEqual(
    schemes.map(({ scheme, words }) => [scheme, ...[...words].flat()]),
    [["basic", "realm", 'a, "b"'], ["digest", "realm", "x", "qop", "auth, auth-int", "algorithm", "SHA-256"], ["other"]],
  );
  assert.deepEqual(schemesIn(""), []);
});
