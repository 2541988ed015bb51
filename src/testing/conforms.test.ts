// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { createServer } from "node:net";
import { test } from "node:test";
import { type Component, component, type Inbox, type Main, type Outbox, producerFinished, sleep } from "../axon/index.ts";
import { conforms } from "./conforms.ts";
import { make } from "./make.ts";
import { Echo, Feed, ToList } from "./parts.ts";
import type { ConformOptions } from "./specimen.ts";

const letters = { inbox: ["a", "b", "c", "d", "e"] };

/** An inbox, an outbox, and a `main` that may be bad. */
function Bad(main: (inbox: Inbox, outbox: Outbox, self: Component<any, any>) => Main): Component<{ inbox: string }, { outbox: string }> {
  return component(Bad, {
    inboxes: { inbox: "text" },
    outboxes: { outbox: "text" },
    main: ({ inbox }, { outbox }, self) => main(inbox, outbox, self),
  });
}

/** What is found. */
async function faults(
  main: (inbox: Inbox, outbox: Outbox, self: Component<any, any>) => Main,
  options?: ConformOptions,
): Promise<string[]> {
  return await conforms(() => Bad(main), letters, options).then(
    () => [],
    (error: Error) => error.message.split("\n- ").slice(1),
  );
}

async function assertFound(found: Promise<string[]>, ...patterns: RegExp[]): Promise<void> {
  const list = await found;
  for (const pattern of patterns)
    assert.ok(
      list.some((fault) => pattern.test(fault)),
      `${pattern} is not among:\n${list.join("\n")}`,
    );
}

test("conforms() is content with transformers, sources and sinks that leave all to the kernel", async () => {
  await conforms(() => Echo(), letters);
  await conforms(() => Feed([1, 2, 3]));
  await conforms(() => ToList<string>([]), letters);
});
test("conforms() finds one that loses what waits when the producer has finished", async () => {
  const found = faults(function* (inbox, outbox, self) {
    while (yield inbox) {
      if (self.shutdown !== undefined) return;
      outbox.send(inbox.recv());
    }
  });
  await assertFound(
    found,
    /loses what waits in inbox on producerFinished/,
    /sends something else from outbox on producerFinished: \[\] instead of/,
  );
});
test("conforms() finds one that never ends", async () => {
  const found = faults(function* (inbox, outbox) {
    for (;;) if (yield inbox) outbox.send(inbox.recv());
  });
  await assertFound(found, /fails: .*told to stop \(producerFinished\) and goes on asking/);
});
test("conforms() finds one that goes on after shutdownMicroprocess", async () => {
  const deaf = faults(function* (inbox, outbox) {
    for (let more = true; more;) {
      more = yield inbox;
      for (const message of inbox) outbox.send(message);
    }
  });
  await assertFound(deaf, /goes on reading after shutdownMicroprocess: \d more messages/);
  const slow = faults(function* (inbox, outbox) {
    while (yield inbox) outbox.send(inbox.recv());
    yield sleep(1000);
    yield sleep(1000);
  });
  await assertFound(slow, /does not end at once on shutdownMicroprocess after 1 turns: it sleeps for 1000 ms/);
});
test("conforms() finds one that waits busily, by turns or by the clock", async () => {
  const turning = faults(function* (inbox, outbox) {
    while (yield) for (const message of inbox) outbox.send(message);
    for (const message of inbox) outbox.send(message);
  });
  await assertFound(turning, /waits busily: it goes on taking turns when it has done all/);
  const polling = faults(function* (inbox, outbox) {
    while (yield sleep(10)) for (const message of inbox) outbox.send(message);
  });
  await assertFound(polling, /does not come to rest before anything has come/);
});
test("conforms() finds one that drops what a slow receiver has no room for", async () => {
  const found = faults(function* (inbox, outbox) {
    while (yield inbox) outbox.trySend(inbox.recv());
  });
  await assertFound(found, /sends something else from outbox to slow receivers: \[ 'a' \] instead of/);
});
test("conforms() finds one that sends on to a receiver that takes nothing", async () => {
  const found = faults(function* (inbox, outbox, { system: { clock } }) {
    while (yield inbox) for (const [i, message] of [...inbox].entries()) clock.setTimer(() => outbox.send(message), i);
    yield sleep(100);
  });
  await assertFound(found, /goes on sending from outbox to a receiver that takes nothing: 5 times/);
});
test("conforms() finds one that signals nothing, twice, something else, or too early", async () => {
  const words = [[], [producerFinished(), producerFinished()], ["bye"]];
  for (const [i, text] of [/signals nothing/, /signals producerFinished, producerFinished/, /signals 'bye'/].entries()) {
    const signaller = (): Component<any, any> =>
      make("Signaller", function* ({ inbox }, { outbox, signal }, { shutdown }) {
        while (yield inbox) outbox.send(inbox.recv());
        for (const word of words[i]!) signal.send(shutdown?.type === "shutdownMicroprocess" ? shutdown : word);
      }, { outboxes: ["outbox", "signal"] }); // prettier-ignore
    await assert.rejects(conforms(signaller, letters), { message: text });
  }
});
test("conforms() finds what is sent after the end, and timers, expectations and children that stay", async () => {
  const talker = faults(function* (inbox, outbox, { system: { clock } }) {
    while (yield inbox) outbox.send(inbox.recv());
    clock.setTimer(() => outbox.send("late"), 1000);
  });
  await assertFound(talker, /leaves behind when it has ended: 1 timers; messages that were sent after Bad_1 had ended/);
  const forgetful = faults(function* (inbox, outbox, { system }) {
    system.expect("Godot");
    while (yield inbox) outbox.send(inbox.recv());
  });
  await assertFound(forgetful, /1 expectations: Godot/);
  const parent = faults(function* (inbox, outbox, { system }) {
    system.activate(Echo());
    while (yield inbox) outbox.send(inbox.recv());
  });
  await assertFound(parent, /1 components: Echo_2/);
});
test("conforms() finds a handle that stays open", async () => {
  const servers: ReturnType<typeof createServer>[] = [];
  const found = await faults(function* (inbox, outbox) {
    servers.push(createServer().listen(0, "127.0.0.1"));
    while (yield inbox) outbox.send(inbox.recv());
  });
  for (const server of servers) server.close();
  assert.match(found.join(), /TCPServerWrap.* still open/);
});
test("conforms() finds an undocumented box, and a component that shows nothing", async () => {
  const silent = (): Component<any, any> => make("Silent", function* ({ inbox }) {
    while (yield inbox) inbox.recv();
  }, { outboxes: ["outbox"] }); // prettier-ignore
  await assert.rejects(conforms(silent, letters), ({ message }: Error) => {
    assert.match(message, /does not say what its outbox "outbox" is for/);
    assert.match(message, /sends nothing: give it messages that make it send something/);
    return true;
  });
});
test("conforms() says with what a component fails", async () => {
  const found = faults(function* (inbox) {
    yield inbox;
    throw new RangeError("no");
  });
  await assertFound(found, /fails: ComponentFailure: Bad_1 failed: no/);
});
test("conforms() does not mind that its folder is another one in each run", async () => {
  await conforms(({ folder }) => Feed([folder, `${folder}/a`, [{ folder }]]));
});
test("conforms({ but }) excuses what is said, and only that", async () => {
  const lossy = function* (inbox: Inbox, outbox: Outbox): Main {
    while (yield inbox) outbox.trySend(inbox.recv());
  };
  assert.deepEqual(await faults(lossy, { but: { loses: "it would rather drop than wait" } }), []);
  await assertFound(faults(lossy, { but: { floods: "no" } }), /to slow receivers/);
});
test("conforms({ but }) takes no excuse that is not needed", async () => {
  const echo = function* (inbox: Inbox, outbox: Outbox): Main {
    while (yield inbox) outbox.send(inbox.recv());
  };
  assert.deepEqual(await faults(echo, { but: { stops: "who knows" } }), ['is excused for "stops", and need not be: it conforms']);
});
test("conforms({ but: { endless }, lasts }) looks at what goes on for ever for so long", async () => {
  const ticker = (): Component<{}, { outbox: number }> =>
    component(ticker, {
      outboxes: { outbox: "numbers" },
      *main(_, { outbox }) {
        for (let i = 0; yield sleep(100); i++) outbox.send(i);
      },
    });
  await conforms(ticker, {}, { but: { endless: "a ticker" }, lasts: 1000 });
  await assert.rejects(conforms(ticker), /does not come to rest/);
});
