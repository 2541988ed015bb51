// SPDX-License-Identifier: Apache-2.0
// What the tests of threads have in common.
import { readdirSync } from "node:fs";
import { component, type Component, sleep, type System, thread, type ThreadDefinition } from "../index.ts";

type Names = { readonly inboxes?: readonly string[]; readonly outboxes?: readonly string[] };
type Options = Omit<ThreadDefinition<never, never, any, any>, "inboxes" | "outboxes">;

/** A component with one of the bodies of bodies.worker.ts. */
export function inThread(
  body: string,
  { inboxes = ["inbox"], outboxes = ["outbox"], ...options }: Names & Options = {},
): Component<any, any> {
  const docs = (names: readonly string[]): Record<string, string> => Object.fromEntries(names.map((box) => [box, `for ${box}`]));
  const kind = { [body]() {} }[body]!;
  return thread(kind, new URL("./bodies.worker.ts", import.meta.url), {
    ...options,
    inboxes: docs(inboxes),
    outboxes: docs(outboxes),
  }) as Component<any, any>;
}

/** A sink that keeps what it gets in a list, and calls back each time. */
export function Keep(list: unknown[], callback: () => void = () => {}): Component<{ inbox: any }, {}> {
  return component(Keep, {
    inboxes: { inbox: "messages to keep" },
    *main({ inbox }) {
      while (yield inbox) {
        list.push(inbox.recv());
        callback();
      }
    },
  });
}

/** Sends each of these from its outbox, one each turn, and then stays until it is told to stop. */
export function Source(items: Iterable<unknown>, sent: { count: number } = { count: 0 }): Component<{}, { outbox: any }> {
  return component(Source, {
    outboxes: { outbox: "the items" },
    *main(_, { outbox }) {
      for (const item of items) {
        outbox.send(item);
        sent.count++;
        if (!(yield)) return;
      }
      yield sleep(Infinity);
    },
  });
}

/** Never reads. */
export function Deaf(): Component<{ inbox: any }, {}> {
  return component(Deaf, {
    inboxes: { inbox: "nobody looks here" },
    *main() {
      while (yield sleep(Infinity));
    },
  });
}

/** Activates components, links one's outbox to the next one's inbox, and answers them. */
export function chain(system: System, ...parts: readonly Component<any, any>[]): void {
  parts.forEach((part, i) => {
    if (i > 0) part.link(parts[i - 1]!.outboxes["outbox"]!, part.inboxes["inbox"]!);
  });
  for (const part of parts) system.activate(part);
}

/** How many threads of the operating system this process has. */
export function countThreads(): number {
  return readdirSync("/proc/self/task").length;
}
