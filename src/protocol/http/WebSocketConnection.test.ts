// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Component, component, SeededRandom } from "../../axon/index.ts";
import { drive, Echo, Fails, seedOf } from "../../testing/index.ts";
import type { WebSocketMessage } from "../websocket/messages.ts";
import type { WebSocketOptions } from "../websocket/options.ts";
import { clientFrame as frame, framesOf } from "../websocket/parts.ts";
import { WebSocketConnection, type WebSocketProtocol } from "./WebSocketConnection.ts";

/** What the server sends back, frame by frame. */
async function talk(
  said: readonly Buffer[],
  options: WebSocketOptions = {},
  protocol: WebSocketProtocol = Echo<WebSocketMessage>(),
): Promise<string[]> {
  const { outbox } = await drive(WebSocketConnection(protocol, options), { inbox: said.map((one) => Buffer.from(one)) });
  return framesOf(Buffer.concat(outbox));
}

const close = frame(0x88, Buffer.of(3, 232));

test("WebSocketConnection() carries text and bytes of every size", async () => {
  for (const size of [0, 1, 125, 126, 127, 65_535, 65_536, 200_000]) {
    const text = "ä".repeat(size / 2).padEnd(size / 2, "x");
    assert.deepEqual(await talk([frame(0x81, text), frame(0x82, text), close]), [`text ${text}`, `binary ${text}`, "close 1000"]);
  }
});

test("WebSocketConnection() puts pieces together, with control frames between them, however they are split", async () => {
  const said = Buffer.concat([
    frame(0x01, "Hä".slice(0, 1)),
    frame(0x89, "ping"),
    frame(0x00, Buffer.of(0xc3)),
    frame(0x8a, "pong"),
    frame(0x00, ""),
    frame(0x80, Buffer.of(0xa4)),
    frame(0x81, "!"),
    close,
  ]);
  const wanted = ["pong ping", "text Hä", "text !", "close 1000"];
  assert.deepEqual(await talk([said]), wanted);
  for (let cut = 1; cut < said.length; cut++)
    assert.deepEqual((await talk([said.subarray(0, cut), said.subarray(cut)])).toSorted(), wanted.toSorted(), `at ${cut}`);
  assert.deepEqual((await talk([...said].map((byte) => Buffer.of(byte)))).toSorted(), wanted.toSorted());
});

test("WebSocketConnection() closes as it was closed, RFC 6455 5.5.1 and 7.4", async () => {
  const codes = (code: number): Buffer => Buffer.of(code >> 8, code & 255);
  for (const code of [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1014, 3000, 3999, 4000, 4999])
    assert.deepEqual(await talk([frame(0x88, codes(code))]), [`close ${code}`]);
  for (const code of [0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535])
    assert.deepEqual(await talk([frame(0x88, codes(code))]), ["close 1002"], `${code}`);
  assert.deepEqual(await talk([frame(0x88)]), ["close"]);
  assert.deepEqual(await talk([frame(0x88, Buffer.of(3))]), ["close 1002"]);
  assert.deepEqual(await talk([frame(0x88, Buffer.from([3, 232, 0xff]))]), ["close 1007"]);
  assert.deepEqual(await talk([close, frame(0x81, "more")]), ["close 1000"]);
});

test("WebSocketConnection() closes on what must not be", async () => {
  for (const [what, bytes, code] of [
    ["a reserved bit", frame(0xc1, "a"), 1002],
    ["another reserved bit", frame(0xa1, "a"), 1002],
    ["a third reserved bit", frame(0x91, "a"), 1002],
    ...[3, 4, 5, 6, 7, 11, 12, 13, 14, 15].map((opcode) => [`the kind ${opcode}`, frame(0x80 | opcode, "a"), 1002] as const),
    ["no mask", frame(0x81, "a", { masked: false }), 1002],
    ["a ping of 126 bytes", frame(0x89, "a".repeat(126)), 1002],
    ["a ping in pieces", frame(0x09, "a"), 1002],
    ["a piece of nothing", frame(0x80, "a"), 1002],
    ["a message within a message", Buffer.concat([frame(0x01, "a"), frame(0x81, "b")]), 1002],
    ["a length in two bytes that fits into one", frame(0x81, "a", { size: 2 }), 1002],
    ["a length in eight bytes that fits into two", frame(0x81, "a".repeat(200), { size: 8 }), 1002],
    ["a length that there cannot be", Buffer.from([0x81, 255, 128, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4]), 1002],
    ["a long length", frame(0x81, "", { length: 1001, size: 2 }), 1009],
    ["pieces that are too long together", Buffer.concat([frame(0x01, "a".repeat(600)), frame(0x80, "a".repeat(600))]), 1009],
    ...[[0xff], [0xc3], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xf5]].map(
      (bad) => [`the bytes ${bad.join()}`, frame(0x81, Buffer.from(bad)), 1007] as const,
    ),
    ["bad text over two pieces", Buffer.concat([frame(0x01, Buffer.of(0xc3)), frame(0x80, "a")]), 1007],
  ] as [string, Buffer, number][])
    assert.deepEqual(
      (await talk([Buffer.concat([frame(0x81, "fine"), bytes, frame(0x81, "more")])], { maxMessage: 1000 })).slice(-1),
      [`close ${code}`],
      what,
    );
});

test("WebSocketConnection() closes with 1000 when the protocol ends, and with 1011 when it fails", async () => {
  const { outbox } = await drive(WebSocketConnection(Once()), { inbox: [frame(0x81, "a"), frame(0x81, "b")] }, { shutdown: false });
  assert.deepEqual(framesOf(Buffer.concat(outbox)), ["text a", "close 1000"]);
  await assert.rejects(
    drive(WebSocketConnection(Fails<WebSocketMessage>()), { inbox: [frame(0x81, "a")] }, { shutdown: false }),
    /cannot take a/,
  );
});

test("WebSocketConnection() keeps nothing of a flood of empty pieces", async () => {
  const flood = Array.from({ length: 10_000 }, () => frame(0x00));
  assert.deepEqual(await talk([frame(0x01, "a"), Buffer.concat(flood), frame(0x80, "b"), close]), ["text ab", "close 1000"]);
});

test("WebSocketConnection() survives anything", async () => {
  const random = new SeededRandom(seedOf());
  const seeds = [frame(0x81, "abc"), frame(0x01, "a"), frame(0x80, "b"), frame(0x89, "x"), frame(0x82, "y".repeat(130)), close];
  for (let round = 0; round < 500; round++) {
    const bytes = Buffer.concat(Array.from({ length: 1 + random.integer(5) }, () => seeds[random.integer(seeds.length)]!));
    for (let change = random.integer(3); change > 0; change--) bytes[random.integer(bytes.length)] = random.integer(256);
    await talk([bytes]);
  }
});

test("WebSocketConnection() refuses sizes that there cannot be", () => {
  assert.throws(() => WebSocketConnection(Echo<WebSocketMessage>(), { maxMessage: -1 }), RangeError);
});

/** Says one message again, then ends. */
function Once(): Component<{ inbox: WebSocketMessage }, { outbox: WebSocketMessage }> {
  return component(Once, {
    inboxes: { inbox: "messages" },
    outboxes: { outbox: "the first of them" },
    *main({ inbox }, { outbox }) {
      if (yield inbox) outbox.send(inbox.recv());
    },
  });
}
