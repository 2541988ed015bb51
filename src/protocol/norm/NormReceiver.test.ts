// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { drive } from "../../testing/index.ts";
import { NormReceiver } from "./NormReceiver.ts";
import { NormTransmitter } from "./NormTransmitter.ts";

test("NormReceiver() gives what NormTransmitter() was given: objects, what is said about them, and a stream; and names what is no packet", async () => {
  const [hello, name] = [Buffer.from("hello"), Buffer.from("a name")];
  const { outbox: packets } = await drive(NormTransmitter({ id: 7, grtt: 1 }), {
    inbox: [{ bytes: hello, info: name, file: true }],
    stream: [hello, name],
  });
  const { outbox, stream, malformed } = await drive(NormReceiver(), { inbox: [...packets, Buffer.from("none")] });
  assert.deepEqual(outbox.map(({ bytes, info, file }) => [Buffer.from(bytes), Buffer.from(info!), file]), [[hello, name, true]]); // prettier-ignore
  assert.equal(Buffer.concat(stream.map(({ bytes }) => bytes)).toString(), "helloa name");
  assert.equal(malformed.length, 1);
});
