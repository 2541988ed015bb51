// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { type DatagramOptions, producerFinished } from "../axon/index.ts";
import { freePort, serve, systemOf, tap } from "./parts.ts";
import { Multicast_transceiver, type MulticastTransceiverOptions } from "./Multicast_transceiver.ts";

const group = { remoteAddress: "239.168.2.12", interface: "127.0.0.1" };

function transceiver(port: number, more: Partial<MulticastTransceiverOptions> = {}) {
  return Multicast_transceiver({ localAddress: "0.0.0.0", localPort: port, remotePort: port, ...group, ...more });
}

test("Multicast_transceiver() hears its group, and is heard by it, itself included", async (t) => {
  const port = await freePort();
  const system = systemOf(t);
  const [one, two] = [transceiver(port), transceiver(port)];
  const [heard, heardToo] = [tap(system, one.outboxes.outbox), tap(system, two.outboxes.outbox)];
  await serve(system, one);
  await serve(system, two);
  one.inboxes.inbox.deliver(Buffer.from("hello"));
  for (const { next } of [heard, heardToo]) {
    const [from, bytes] = await next();
    assert.deepEqual([from, String(bytes)], [{ address: "127.0.0.1", port }, "hello"]);
  }
});

test("Multicast_transceiver() asks for its group, its interface, a TTL of 255, and not to hear itself, if it is told so", async (t) => {
  const asked: unknown[] = [];
  const bind = (at: unknown, _events: unknown, { groups, multicastTTL, multicastInterface, multicastLoopback }: DatagramOptions) => {
    asked.push(at, groups, multicastTTL, multicastInterface, multicastLoopback);
    return { close() {} };
  };
  const network: any = { bind };
  systemOf(t, { network }).activate(transceiver(9, { multicastLoopback: false, source: "127.0.0.2" }));
  await new Promise(setImmediate);
  const membership = { group: "239.168.2.12", source: "127.0.0.2", interface: "127.0.0.1" };
  assert.deepEqual(asked, [{ host: "0.0.0.0", port: 9 }, [membership], 255, "127.0.0.1", false]);
});

test("Multicast_transceiver() ends on producerFinished (the original could not be stopped)", async (t) => {
  const port = await freePort();
  const system = systemOf(t);
  const one = transceiver(port);
  const [heard, signals] = [tap(system, one.outboxes.outbox), tap(system, one.outboxes.signal)];
  await serve(system, one);
  one.inboxes.inbox.deliver(Buffer.from("last words"));
  one.stop(producerFinished());
  assert.deepEqual(await signals.next(), producerFinished());
  assert.ok(heard.list.length <= 1);
});
