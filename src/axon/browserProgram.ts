// SPDX-License-Identifier: Apache-2.0
// What browser.test.ts runs in a browser. Everything here is the kernel's own; nothing of Node.js may be needed.
import {
  type AnyComponent,
  changes,
  component,
  FromIterable,
  handle,
  IntoWritable,
  type Main,
  sleep,
  snapshot,
  System,
  toStreams,
} from "./index.ts";

/** Makes a component for a program that needs one of a kind. */
function part(name: string, main: (inbox: any, outbox: any, self: AnyComponent) => Main): AnyComponent {
  const kind = { [name]() {} }[name]!;
  return component(kind, {
    inboxes: { inbox: "messages" },
    outboxes: { outbox: "messages" },
    *main({ inbox }, { outbox }, self) {
      yield* main(inbox, outbox, self);
    },
  }) as AnyComponent;
}

const aMoment = (system: System): Promise<void> => new Promise((resolve) => system.clock.setTimer(resolve, 0));

const double = (): AnyComponent =>
  part("Double", function* (inbox, outbox) {
    while (yield inbox) outbox.send(2 * inbox.recv());
  });

/** Source, doubler and sink, with room for few messages between them. */
async function pipeline(): Promise<unknown> {
  const system = new System();
  const got: number[] = [];
  const source = part("Source", function* (_, outbox) {
    for (let n = 0; n < 10_000; n++) {
      outbox.send(n);
      if (!(yield)) return;
    }
  });
  const middle = double();
  const sink = part("Sink", function* (inbox) {
    while (yield inbox) got.push(inbox.recv());
  });
  let peak = 0;
  const observed = system.observe(({ type }) => {
    if (type === "held") for (const { inboxes } of snapshot(system).components) peak = Math.max(peak, inboxes["inbox"]?.length ?? 0);
  });
  for (const [from, to] of [
    [source, middle],
    [middle, sink],
  ] as const) {
    sink.link([from, "outbox"], [to, "inbox"], { bound: 16 });
    sink.link([from, "signal"], [to, "control"]);
  }
  for (const each of [sink, middle, source]) system.activate(each);
  await system.run();
  observed();
  return { count: got.length, last: got.at(-1), inOrder: got.every((n, i) => n === 2 * i), isBounded: peak <= 2 * 64 };
}

async function sleeping(): Promise<unknown> {
  const system = new System();
  const start = system.clock.now();
  let woken = 0;
  const sleeper = part("Sleeper", function* () {
    for (let i = 0; i < 3; i++) if (yield sleep(5)) woken++;
  });
  await system.run(sleeper);
  return { woken, isLongEnough: system.clock.now() - start >= 15 };
}

async function holding(): Promise<unknown> {
  const system = new System();
  let sent = 0;
  const source = part("Source", function* (_, outbox) {
    for (;;) {
      outbox.send(sent++);
      if (!(yield)) return;
    }
  });
  const held = handle(source, { system, bound: 10 });
  const first = await held.get();
  while (system.held === 0) await aMoment(system);
  const sentWhenHeld = sent;
  await held.stop();
  return { first, sentWhenHeld, isStopped: source.isStopped };
}

async function failing(): Promise<unknown> {
  const failure = await new System()
    .run(
      part("Faulty", function* () {
        yield;
        throw new TypeError("broken");
      }),
    )
    .then(
      () => undefined,
      (error: Error) => error,
    );
  return { name: failure?.name, message: failure?.message, cause: (failure?.cause as Error | undefined)?.name };
}

async function stopping(): Promise<unknown> {
  const system = new System();
  const log: string[] = [];
  const polite = part("Polite", function* () {
    try {
      while (yield sleep(Infinity));
    } finally {
      log.push("polite");
    }
  });
  const stubborn = part("Stubborn", function* () {
    try {
      for (;;) yield new Promise(() => {});
    } finally {
      log.push("stubborn");
    }
  });
  for (const each of [polite, stubborn]) system.activate(each);
  const seen: string[] = [];
  const stream = changes(system);
  await aMoment(system);
  await system.stop({ within: 20 });
  for (let i = 0; i < 2; i++) seen.push((await stream.next()).value!.type);
  await stream.return!();
  return { log: log.sort(), seen };
}

async function streaming(): Promise<unknown> {
  const system = new System();
  const got: unknown[] = [];
  const source = new ReadableStream<number>({
    start(controller) {
      for (let n = 0; n < 5; n++) controller.enqueue(n);
      controller.close();
    },
  });
  const { readable } = toStreams(FromIterable(source), { system });
  const sink = IntoWritable(new WritableStream<unknown>({ write: (message) => void got.push(message) }));
  const from = FromIterable(readable.pipeThrough(toStreams(double(), { system })));
  sink.link([from, "outbox"], [sink, "inbox"]);
  sink.link([from, "signal"], [sink, "control"]);
  system.activate(from);
  await system.run(sink);
  return got;
}

(globalThis as { program?: () => Promise<unknown> }).program = async () => ({
  pipeline: await pipeline(),
  sleeping: await sleeping(),
  holding: await holding(),
  failing: await failing(),
  stopping: await stopping(),
  streaming: await streaming(),
});
