// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { producerFinished } from "../axon/index.ts";
import { freePort, systemOf, tap, without } from "./parts.ts";
import { Multicast_sender } from "./Multicast_sender.ts";

const from = { localAddress: "127.0.0.1", multicastInterface: "127.0.0.1" };

test(
  "Multicast_sender() is heard by socat, sends what is in its inbox, and ends (the original did not)",
  { skip: without("socat") },
  async (t) => {
    const port = await freePort();
    const socat = spawn("socat", ["-d", "-d", "-u", `UDP4-RECV:${port},ip-add-membership=239.168.2.11:127.0.0.1`, "-"], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    t.after(() => socat.kill("SIGKILL"));
    await once(socat.stderr, "data"); // it is there
    const text = once(socat.stdout, "data");
    const system = systemOf(t);
    const sender = Multicast_sender({ remoteAddress: "239.168.2.11", remotePort: port, ...from });
    const signals = tap(system, sender.outboxes.signal);
    sender.inboxes.inbox.deliver(Buffer.from("hello, group"));
    sender.stop(producerFinished());
    system.activate(sender);
    assert.equal(String((await text)[0]), "hello, group");
    assert.deepEqual(await signals.next(), producerFinished());
  },
);

test("Multicast_sender() sends with a TTL of 10, or as it is told", async (t) => {
  const asked: number[] = [];
  for (const options of [{}, { multicastTTL: 3 }]) {
    const network = {
      bind: (_at: unknown, _events: unknown, { multicastTTL }: { multicastTTL?: number }) => {
        asked.push(multicastTTL ?? NaN);
        return { close() {} };
      },
    };
    const system = systemOf(t, { network: network as never });
    system.activate(Multicast_sender({ remoteAddress: "239.168.2.11", remotePort: 9, ...options }));
    await new Promise(setImmediate);
  }
  assert.deepEqual(asked, [10, 3]);
});

test("Multicast_sender() refuses a port that there cannot be", () => {
  assert.throws(() => Multicast_sender({ remoteAddress: "239.168.2.11", remotePort: 0 }), RangeError);
});
