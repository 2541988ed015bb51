// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { test } from "node:test";
import { producerFinished } from "../axon/index.ts";
import { serve, systemOf, tap } from "./parts.ts";
import { UDPReceiver } from "./UDPReceiver.ts";

test("UDPReceiver() receives over IPv6 and IPv4 at once, and knows both by their own addresses", async (t) => {
  const system = systemOf(t);
  const receiver = UDPReceiver({ localAddress: "::" });
  const came = tap(system, receiver.outboxes.outbox);
  const { port } = await serve(system, receiver);
  const [four, six] = [createSocket("udp4"), createSocket("udp6")];
  t.after(() => [four, six].map((socket) => socket.close()));
  four.send("four", port, "127.0.0.1");
  assert.equal((await came.next())[1].address, "127.0.0.1");
  six.send("six", port, "::1");
  assert.equal((await came.next())[1].address, "::1");
});

test("UDPReceiver() ends on producerFinished (the original did not hear it)", async (t) => {
  const system = systemOf(t);
  const receiver = UDPReceiver({ localAddress: "127.0.0.1" });
  const signals = tap(system, receiver.outboxes.signal);
  await serve(system, receiver);
  receiver.stop(producerFinished());
  assert.deepEqual(await signals.next(), producerFinished());
});
