// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { component, producerFinished, shutdownMicroprocess, sleep, System } from "../axon/index.ts";
import { Graphline, Pipeline } from "../chassis/index.ts";
import { at, drive, Feed, stepper, ToList, VirtualClock } from "../testing/index.ts";
import { PromptedTurnstile } from "./PromptedTurnstile.ts";

test("PromptedTurnstile() lets nothing through before it is asked", async () => {
  const { outbox } = await drive(PromptedTurnstile<string>(), { inbox: ["a"] }, { shutdown: "shutdownMicroprocess" });
  assert.deepEqual(outbox, []);
});
test("PromptedTurnstile() lets one item through for each prompt, in order", async () => {
  const clock = new VirtualClock();
  const times: number[] = [];
  const gate = PromptedTurnstile<string>();
  const system = new System({ clock, manual: true });
  const list: string[] = [];
  system.activate(
    Graphline({ components: { gate, list: ToList(list) }, linkages: { "gate.outbox": "list.inbox", "gate.signal": "list.control" } }),
  );
  for (const item of ["a", "b", "c"]) gate.inboxes.inbox.deliver(item);
  for (let asked = 0; asked < 2; asked++) {
    gate.inboxes.next.deliver("please");
    while (system.step());
    times.push(list.length);
  }
  assert.deepEqual(
    [times, list],
    [
      [1, 2],
      ["a", "b"],
    ],
  );
});
test("PromptedTurnstile() remembers a prompt that comes too early", async () => {
  const { outbox } = await drive(
    PromptedTurnstile<string>(),
    { inbox: at({ 10: "a", 20: "b", 30: "c" }), next: [1, 2] },
    { shutdown: "shutdownMicroprocess" },
  );
  assert.deepEqual(outbox, ["a", "b"]);
});
test("PromptedTurnstile({ remembers: false }) forgets a prompt that comes too early", async () => {
  const { outbox } = await drive(
    PromptedTurnstile<string>({ remembers: false }),
    { inbox: at({ 10: "a", 20: "b" }), next: at({ 0: 1, 5: 2, 15: 3 }) },
    { shutdown: "shutdownMicroprocess" },
  );
  assert.deepEqual(outbox, ["a"]);
});
test("PromptedTurnstile() goes on after producerFinished until the last item is through", async () => {
  const inputs = { inbox: ["a", "b"], next: at({ 100: 1, 200: 2 }), control: [producerFinished("no more")] };
  const { outbox, signal } = await drive(PromptedTurnstile<string>(), inputs, { shutdown: false });
  assert.deepEqual([outbox, signal], [["a", "b"], [producerFinished("no more")]]);
});
test("PromptedTurnstile() stops at once on shutdownMicroprocess, also after producerFinished and while it is held", async () => {
  for (const before of [[], [producerFinished()]]) {
    const gate = PromptedTurnstile<number>();
    const list: number[] = [];
    const system = new System({ manual: true });
    system.activate(gate);
    const sink = system.activate(ToList(list));
    gate.link(gate.outboxes.outbox, sink.inboxes.inbox, { bound: 1 });
    for (const n of [1, 2, 3]) {
      gate.inboxes.inbox.deliver(n);
      gate.inboxes.next.deliver(n);
    }
    for (const message of before) gate.stop(message);
    stepper(system).step();
    gate.stop(shutdownMicroprocess());
    stepper(system).rest();
    assert.deepEqual([gate.isStopped, list.length <= 2], [true, true]);
  }
});
test("PromptedTurnstile() waits for room in a full sink (the original failed with NameError)", async () => {
  const items = Array.from({ length: 500 }, (_, i) => i);
  const list: number[] = [];
  await new System().run(
    Graphline({
      components: { ITEMS: Feed(items), PROMPTS: Feed(items), GATE: PromptedTurnstile<number>(), LIST: ToList(list) },
      linkages: {
        "ITEMS.outbox": "GATE.inbox",
        "ITEMS.signal": "GATE.control",
        "PROMPTS.outbox": "GATE.next",
        "GATE.outbox": "LIST.inbox",
        "GATE.signal": "LIST.control",
      },
      boxSizes: { "GATE.inbox": 3, "GATE.next": 2, "LIST.inbox": 1 },
    }),
  );
  assert.deepEqual(list, items);
});
test("PromptedTurnstile() takes no turns while it waits for a prompt", () => {
  const system = new System({ manual: true, clock: new VirtualClock({ auto: false }) });
  const gate = system.activate(PromptedTurnstile<string>());
  gate.inboxes.inbox.deliver("a");
  const { rest, advance } = stepper(system);
  rest();
  assert.deepEqual(advance(1e9), []);
});
test("PromptedTurnstile() hears shutdownMicroprocess while its reader has no room", async () => {
  const system = new System({ clock: new VirtualClock() });
  const gate = PromptedTurnstile<number>();
  const stopper = component(Feed, {
    *main() {
      for (let n = 0; n < 5; n++) {
        gate.inboxes.inbox.deliver(n);
        gate.inboxes.next.deliver(n);
      }
      yield sleep(1000);
      gate.inboxes.control.deliver(shutdownMicroprocess());
      yield sleep(1);
      assert(gate.isStopped);
    },
  });
  const busy = component(Feed, {
    inboxes: { inbox: "never read" },
    *main() {
      yield sleep(5000);
    },
  });
  system.activate(stopper);
  await system.run(Pipeline.with({ boxSize: 1 })(gate, busy));
});
