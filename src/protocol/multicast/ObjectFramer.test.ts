// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { component, type Inbox, sleep, System } from "../../axon/index.ts";
import { Pipeline } from "../../chassis/index.ts";
import { drive, Feed, VirtualClock } from "../../testing/index.ts";
import { ObjectFramer } from "./ObjectFramer.ts";

test("ObjectFramer() writes a beginning with size and name, then the pieces", async () => {
  const objects = ["abc", ""].map((text) => ({ name: `n${text}`, bytes: new TextEncoder().encode(text) }));
  const { outbox } = await drive(ObjectFramer({ piece: 2 }), { inbox: objects });
  assert.deepEqual(
    outbox.map((message) => Buffer.from(message).toString("hex")),
    ["01000000000000000000036e616263", "02000000006162", "020000000063", "01000000010000000000006e"],
  );
});

test("ObjectFramer() cuts no more than there is room for", async () => {
  const sent: number[] = [];
  const Slow = () =>
    component(Slow, {
      inboxes: { inbox: "pieces" },
      *main({ inbox }: { inbox: Inbox<Uint8Array> }) {
        while (yield inbox) {
          sent.push(inbox.length);
          inbox.recv();
          yield sleep(1);
        }
      },
    });
  const system = new System({ clock: new VirtualClock() });
  await system.run(Pipeline(Feed([{ name: "large", bytes: new Uint8Array(1000) }]), ObjectFramer({ piece: 1 }), Slow()));
  assert.equal(sent.length, 1001);
  assert.ok(Math.max(...sent) < 200, `${Math.max(...sent)} at a time`);
});

test("ObjectFramer() refuses pieces of nothing", () => {
  assert.throws(() => ObjectFramer({ piece: 0 }), RangeError);
});
