// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { drive } from "../testing/index.ts";
import { EchoProtocol } from "./EchoProtocol.ts";

test("EchoProtocol() sends back what it receives, unchanged and in order", async () => {
  const pieces = [Buffer.from("hello"), new Uint8Array(0), new Uint8Array([0, 255, 13, 10])];
  const { outbox } = await drive(EchoProtocol(), { inbox: pieces });
  assert.equal(outbox.length, 3);
  outbox.forEach((piece, i) => assert.equal(piece, pieces[i]));
});

test("EchoProtocol() sends back all it has received before it ends", async () => {
  const pieces = Array.from({ length: 1000 }, (_, i) => Buffer.from([i & 255]));
  assert.equal((await drive(EchoProtocol(), { inbox: pieces }, { bound: 10 })).outbox.length, 1000);
});
