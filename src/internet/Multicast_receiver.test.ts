// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { type ComponentFailure, producerFinished } from "../axon/index.ts";
import { freePort, serve, systemOf, tap, without } from "./parts.ts";
import { Multicast_receiver, type MulticastReceiverOptions } from "./Multicast_receiver.ts";
import { Multicast_sender } from "./Multicast_sender.ts";

const here = { interface: "127.0.0.1" };
const from = { localAddress: "127.0.0.1", multicastInterface: "127.0.0.1" };

/** Whether this machine is in a group, as Linux says. */
function isMember(group: string): boolean {
  const hex = Buffer.from(group.split(".").map(Number)).reverse().toString("hex").toUpperCase();
  return readFileSync("/proc/net/igmp", "utf8").includes(hex);
}

test("Multicast_receiver() hears a group: all of several on one machine, with who sent it first (as it always was)", async (t) => {
  const port = await freePort();
  const system = systemOf(t);
  const receivers = [1, 2, 3].map(() => Multicast_receiver({ address: "239.168.2.9", port, ...here }));
  const came = receivers.map(({ outboxes }) => tap(system, outboxes.outbox));
  for (const receiver of receivers) await serve(system, receiver);
  assert.ok(isMember("239.168.2.9"));
  const sender = Multicast_sender({ remoteAddress: "239.168.2.9", remotePort: port, ...from });
  const at = await serve(system, sender);
  const text = "x".repeat(3000); // more than the original's 1024
  sender.inboxes.inbox.deliver(Buffer.from(text));
  for (const { next } of came) {
    const [who, bytes] = await next();
    assert.deepEqual([who, String(bytes) === text], [at, true]);
  }
  for (const receiver of receivers) receiver.stop();
  await Promise.all(receivers.map(({ ended }) => ended));
  while (isMember("239.168.2.9")) await new Promise(setImmediate);
});

test("Multicast_receiver() with a source hears only that source", async (t) => {
  const port = await freePort();
  const system = systemOf(t);
  const all = Multicast_receiver({ address: "239.168.2.10", port, ...here });
  const one = Multicast_receiver({ address: "239.168.2.10", port, source: "127.0.0.2", ...here });
  const [heard, heardOne] = [tap(system, all.outboxes.outbox), tap(system, one.outboxes.outbox)];
  await serve(system, all);
  await serve(system, one);
  const send = async (localAddress: string, text: string): Promise<void> => {
    const sender = Multicast_sender({ remoteAddress: "239.168.2.10", remotePort: port, ...from, localAddress });
    await serve(system, sender);
    sender.inboxes.inbox.deliver(Buffer.from(text));
    assert.equal(String((await heard.next())[1]), text);
  };
  await send("127.0.0.3", "not for it");
  await send("127.0.0.2", "for it");
  const [who, bytes] = await heardOne.next();
  assert.deepEqual([who.address, String(bytes)], ["127.0.0.2", "for it"]);
  assert.equal(heardOne.list.length, 1);
});

test("Multicast_receiver() that cannot join says which group, of whom, and where", async (t) => {
  const port = await freePort();
  const ours = { address: "232.168.2.9", port, interface: "203.0.113.1" };
  for (const [options, what] of [
    [ours, "Cannot join the group 232.168.2.9 at the interface 203.0.113.1: "],
    [{ ...ours, source: "127.0.0.2" }, "Cannot join the group 232.168.2.9 of 127.0.0.2 at the interface 203.0.113.1: "],
  ] as const)
    await assert.rejects(systemOf(t).run(Multicast_receiver(options)), (failure: ComponentFailure) => {
      assert.ok(failure.cause instanceof Error && failure.cause.message.startsWith(what), String(failure.cause));
      return true;
    });
});

test("Multicast_receiver() refuses what is no group, and a source or an interface that there cannot be, where it is made", () => {
  for (const [options, message] of [
    [{ address: "127.0.0.1" }, /^Cannot hear 127\.0\.0\.1: it is no multicast group; those are 224\.0\.0\.0 to/],
    [{ address: "all-hosts" }, /^Cannot hear all-hosts: it is no multicast group/],
    [{ address: "232.1.1.1", source: "bob" }, /^Cannot hear 232\.1\.1\.1 from bob: a source is the IPv4 address of one machine$/],
    [{ address: "232.1.1.1", source: "::1" }, /from ::1: a source is the IPv4 address/],
    [{ address: "232.1.1.1", source: "232.1.1.2" }, /from 232\.1\.1\.2: a source is/],
    [{ address: "232.1.1.1", interface: "eth0" }, /^Cannot hear 232\.1\.1\.1: interface is eth0; interfaces are called by an address/],
  ] satisfies [Omit<MulticastReceiverOptions, "port">, RegExp][])
    assert.throws(() => Multicast_receiver({ port: 1, ...options }), { name: "RangeError", message });
});

test("Multicast_receiver() ends on producerFinished (the original could not be stopped)", async (t) => {
  const system = systemOf(t);
  const receiver = Multicast_receiver({ address: "239.168.2.9", port: await freePort(), ...here });
  const signals = tap(system, receiver.outboxes.signal);
  await serve(system, receiver);
  receiver.stop(producerFinished());
  assert.deepEqual(await signals.next(), producerFinished());
});

test("Multicast_receiver() hears socat", { skip: without("socat") }, async (t) => {
  const port = await freePort();
  const system = systemOf(t);
  const receiver = Multicast_receiver({ address: "239.168.2.9", port, ...here });
  const came = tap(system, receiver.outboxes.outbox);
  await serve(system, receiver);
  const socat = spawn("socat", ["-u", "-", `UDP4-DATAGRAM:239.168.2.9:${port},ip-multicast-if=127.0.0.1`], {
    stdio: ["pipe", "inherit", "inherit"],
  });
  t.after(() => socat.kill("SIGKILL"));
  socat.stdin.end("hello, group");
  assert.equal(String((await came.next())[1]), "hello, group");
});
