// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { Pipeline } from "../../../chassis/index.ts";
import { drive } from "../../../testing/index.ts";
import { H264Parser } from "./H264Parser.ts";
import { H264Writer } from "./H264Writer.ts";
import { bytes, hex } from "./parts.ts";

test("H264Writer() gives the stream back that an H264Parser() has read", async () => {
  const film = "00000001674200000001658804000000014188";
  const { outbox } = await drive(Pipeline(H264Parser(), H264Writer()), { inbox: [bytes(film)] });
  assert.deepEqual(outbox.map(hex), ["00000001674200000001658804", "000000014188"]);
});
