// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { Pipeline } from "../chassis/index.ts";
import { drive } from "../testing/index.ts";
import { DeMarshaller } from "./DeMarshaller.ts";
import { Marshaller } from "./Marshaller.ts";

const hexadecimal = {
  marshall: (n: number): string => n.toString(16),
  demarshall: (text: string): number => Number.parseInt(text, 16),
};

test("DeMarshaller() reads what Marshaller() has written", async () => {
  const { outbox } = await drive(Pipeline(Marshaller(hexadecimal), DeMarshaller(hexadecimal)), { inbox: [1, 255] });
  assert.deepEqual(outbox, [1, 255]);
});
test("DeMarshaller() fails with what the format throws", async () => {
  const json = { demarshall: (text: string): unknown => JSON.parse(text) };
  await assert.rejects(drive(DeMarshaller(json), { inbox: ["{"] }), /DeMarshaller_1 failed: .*JSON/);
});
