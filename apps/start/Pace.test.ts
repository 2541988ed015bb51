// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { Pipeline } from "kamaelia/chassis";
import { at, drive, VirtualClock } from "kamaelia/testing";
import { Tap } from "kamaelia/util";
import { Pace } from "./Pace.ts";

const sounds = (count: number) => Array.from({ length: count }, (_, n) => ({ bytes: Buffer.from([n]), duration: 50 }));

test("Pace() takes as long to send as it takes to hear, and loses nothing", async () => {
  const clock = new VirtualClock();
  const { outbox } = await drive(Pace({ lead: 1000 }), { inbox: sounds(200) }, { clock });
  assert.deepEqual(
    [...Buffer.concat(outbox)],
    sounds(200).map(({ bytes }) => bytes[0]),
  );
  assert.ok(Math.abs(clock.now() - 9000) <= 250, `${clock.now()} ms`);
  assert.ok(outbox.length < 50, "in few pieces");
});
test("Pace() sends sound that is made no faster than it is heard, too", async () => {
  const clock = new VirtualClock();
  const times: number[] = [];
  const inbox = at(Object.fromEntries(sounds(200).map((sound, n) => [n * 50, sound])));
  const heard = Tap<Uint8Array>(() => times.push(clock.now()));
  await drive(Pipeline(Pace(), heard), { inbox }, { clock });
  const silences = times.map((time, n) => time - (times[n - 1] ?? 0));
  assert.ok(Math.max(...silences) <= 250, `silent for ${Math.max(...silences)} ms`);
});
test("Pace() says what is played when its turn comes", async () => {
  const inbox = [{ title: "a" }, ...sounds(3), { title: "b" }, ...sounds(3)];
  const { outbox, title } = await drive(Pace(), { inbox });
  assert.deepEqual(title, ["a", "b"]);
  assert.deepEqual(outbox, [Buffer.from([0, 1, 2]), Buffer.from([0, 1, 2])]);
});
