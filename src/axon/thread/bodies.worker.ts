// SPDX-License-Identifier: Apache-2.0
// Bodies for the tests of threads. The component's name says which one is meant.
import { parentPort, threadId, workerData } from "node:worker_threads";
import { anyOf, component, type Component, sleep, thread, type ThreadBody, worker } from "../index.ts";

type Body = ThreadBody<(...options: any[]) => Component<any, any>>;

const gate = new Int32Array(new SharedArrayBuffer(4));

const bodies: Readonly<Record<string, Body>> = {
  echo({ inbox }, { outbox }) {
    for (const message of inbox!) outbox!.send(message);
  },

  /** Sends ten numbers, and ends. */
  ten(_, { outbox }) {
    for (let i = 0; i < 10; i++) outbox!.send(i);
  },

  /** Answers with the thread's number. */
  who(_, { outbox }) {
    outbox!.send(threadId);
  },

  /** Sends the first inbox's messages from the second outbox, and the other way round, whatever comes first. */
  cross({ a, b }, { x, y }, self) {
    while (self.wait(a!, b!)) {
      while (a!.length > 0) y!.send(a!.recv());
      while (b!.length > 0) x!.send(b!.recv());
    }
  },

  /** Takes as many messages as "take" says. */
  taker({ inbox, take }) {
    for (const count of take!) for (let i = 0; i < (count as number); i++) inbox!.recv();
  },

  /** Sends numbers until it is told to stop, and counts in shared memory those that were sent. */
  source({ inbox }, { outbox }, self) {
    const count = new Int32Array(inbox!.recv() as SharedArrayBuffer);
    for (let i = 0; !self.toldToStop; i++) {
      outbox!.send(i);
      Atomics.store(count, 0, i + 1);
    }
  },

  /** Says when it begins, and never ends. */
  endless(_, { outbox }) {
    outbox!.send("started");
    for (;;);
  },

  /** Says when it begins, and sleeps for ever in a way that nothing but force ends. */
  stuck(_, { outbox }) {
    outbox!.send("started");
    Atomics.wait(gate, 0, 0);
  },

  /** Says when it begins, when it is told to stop, and how its wait ends. */
  obedient({ inbox }, { outbox }, self) {
    outbox!.send("started");
    outbox!.send([self.wait(inbox!, sleep(600_000)), self.toldToStop]);
  },

  /** The first message makes it wait until it is told to stop; says what it reads after that. */
  busy({ inbox }, { outbox }, self) {
    outbox!.send(inbox!.recv());
    while (!self.toldToStop);
    for (const message of inbox!) outbox!.send(message);
    outbox!.send("end");
  },

  /** What its waits are answered. */
  waits({ inbox, other }, { outbox }, self) {
    outbox!.send(["nothing", self.wait()]);
    outbox!.send(["inbox", self.wait(inbox!, other!), inbox!.length, other!.length]);
    inbox!.recv();
    outbox!.send(["time", self.wait(other!, sleep(1)), other!.length]);
    outbox!.send(["sleep", self.wait(sleep(1))]);
    outbox!.send(["finished", self.wait(inbox!, other!, sleep(600_000)), self.wait()]);
    inbox!.recv();
    outbox!.send("never");
  },

  throws({ inbox }, { outbox }) {
    for (const message of inbox!) {
      outbox!.send(message);
      if (message === "now") throw new RangeError("cannot go on");
    }
  },

  throwsText() {
    throw "just text";
  },

  exits({ inbox }, { outbox }) {
    for (const message of inbox!) outbox!.send(message);
    process.exit(3);
  },

  hungry() {
    const kept: number[][] = [];
    for (;;) kept.push(new Array<number>(10_000).fill(1));
  },

  /** Tries to send what cannot be copied. */
  uncopyable(_, { outbox }) {
    outbox!.send("before");
    try {
      outbox!.send(() => 0);
    } catch (error) {
      outbox!.send((error as Error).message);
    }
    outbox!.send("after");
  },

  /** Gives its buffers away. */
  gives({ inbox }, { outbox }) {
    for (const message of inbox!) {
      const bytes = message as Uint8Array;
      outbox!.send(bytes, [bytes.buffer]);
      outbox!.send(bytes.length);
    }
  },

  garbage(inboxes, outboxes, self) {
    for (let i = 0; i < 10; i++) parentPort!.postMessage({ garbage: i });
    return bodies["echo"]!(inboxes, outboxes, self);
  },

  /** Reads "control" and writes "signal" itself. */
  governs({ inbox, control }, { outbox, signal }, self) {
    while (self.wait(inbox!, control!)) {
      while (inbox!.length > 0) outbox!.send(inbox!.recv());
      if (control!.length === 0) continue;
      signal!.send({ type: "producerFinished", message: control!.recv() });
      return;
    }
  },

  async async({ inbox }, { outbox }) {
    for await (const message of inbox!) {
      await new Promise((resolve) => setImmediate(resolve));
      outbox!.send(message);
    }
  },

  /** Two that wait at the same time. */
  async both({ a, b }, { x, y }) {
    const pass = async (from: AsyncIterable<unknown>, to: { send(message: unknown): void }): Promise<void> => {
      for await (const message of from) to.send(message);
    };
    await Promise.all([pass(a!, y!), pass(b!, x!)]);
  },

  async rejects({ inbox }) {
    for await (const message of inbox!) throw new RangeError(`cannot take ${String(message)}`);
  },

  async never({ inbox }) {
    for await (const _ of inbox!) await new Promise(() => {});
  },
};

/** Ordinary components, run in the thread. */
const components: Readonly<Record<string, () => Component<any, any>>> = {
  component: function Worker() {
    return component(Worker, {
      inboxes: { inbox: "" },
      outboxes: { outbox: "" },
      *main({ inbox }, { outbox }) {
        while (yield inbox) for (const message of inbox!) outbox!.send(message);
      },
    });
  },

  componentThatFails: function Failing() {
    return component(Failing, {
      inboxes: { inbox: "" },
      outboxes: { outbox: "" },
      *main({ inbox }, { outbox }) {
        while (yield inbox) {
          outbox!.send(inbox!.recv());
          throw new RangeError("cannot go on");
        }
      },
    });
  },

  /** Says what it was told. */
  componentThatTells: function Telling() {
    return component(Telling, {
      inboxes: { inbox: "" },
      outboxes: { outbox: "" },
      *main({ inbox }, { outbox }, self) {
        outbox!.send("started");
        while (yield anyOf(inbox!, sleep(600_000))) outbox!.send(inbox!.recv());
        outbox!.send(self.toldToStop);
      },
    });
  },

  /** Threads in threads. */
  nested: function Nested() {
    return thread(bodies["echo"]!, new URL("./bodies.worker.ts", import.meta.url), { inboxes: { inbox: "" }, outboxes: { outbox: "" } });
  },
};

const which = (workerData as { "kamaelia:thread": { data: { name: string } } })["kamaelia:thread"].data.name.replace(/_\d+$/, "");
if (which === "twice") {
  worker(() => {});
  worker(() => {});
} else if (components[which] !== undefined) worker(components[which]());
else if (bodies[which] !== undefined) worker(bodies[which]);
