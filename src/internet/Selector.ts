// SPDX-License-Identifier: Apache-2.0
import { anyOf, type AnyComponent, type Component, component, inboxOf, serviceName, type ServiceName } from "../axon/index.ts";

/** Something of the runtime that becomes ready: a stream of Node.js, for example. */
export interface Selectable {
  once(event: string, listener: () => void): unknown;
  off(event: string, listener: () => void): unknown;
  /** Bytes that can be read at once. */
  readonly readableLength?: number;
  /** Whether it has to be waited for before more is written. */
  readonly writableNeedDrain?: boolean;
  /** Whether it is closed. */
  readonly destroyed?: boolean;
}

type Whom = readonly [component: AnyComponent, inbox: string];

/** What to tell a {@link Selector}. When it is ready, it is sent to the box, once; to be told again, ask again. */
export type SelectorRequest =
  | { readonly type: "newReader" | "newWriter" | "newExceptional"; readonly caller: Whom; readonly selectable: Selectable }
  | { readonly type: "removeReader" | "removeWriter" | "removeExceptional"; readonly selectable: Selectable };

/** Where a Selector takes requests. */
export const SELECTOR: ServiceName<SelectorRequest> = serviceName<SelectorRequest>("selector");

type Kind = "Reader" | "Writer" | "Exceptional";

/** What happens when something is ready. */
const SIGNS: Readonly<Record<Kind, readonly string[]>> = {
  Reader: ["readable", "end", "close"],
  Writer: ["drain", "close"],
  Exceptional: ["error"],
};

/**
 * Tells components when something can be read from, can be written to, or has failed: a service over the runtime's own readiness, under the name
 * {@link SELECTOR}. Nothing here needs it, because components get their bytes as messages; it is for those that bring streams of their own, and for
 * components that come from the original.
 *
 * One request at a time for each thing and kind: a second one takes the first one's place. It is told to stop on control, and ends.
 *
 * @throws ServiceAlreadyExists when the system has one already
 * @example
 * self.link(outbox, yield* self.system.services.available(SELECTOR));
 * outbox.send({ type: "newReader", caller: [self, "ready"], selectable: process.stdin });
 */
export function Selector(): Component<{ notify: SelectorRequest }, {}> {
  return component(Selector, {
    inboxes: { notify: "what to look at, and whom to tell; or to look no longer" },
    outboxes: {},
    *main({ notify }, _, self) {
      const watched = new Map<Kind, Map<Selectable, () => void>>();
      const forget = (kind: Kind, selectable: Selectable): void => {
        watched.get(kind)?.get(selectable)?.();
        watched.get(kind)?.delete(selectable);
      };
      self.system.services.registerService(SELECTOR, self, "notify");
      try {
        while (yield anyOf(notify)) {
          for (const request of notify) {
            const kind = kindOf(request);
            forget(kind, request.selectable);
            if (!("caller" in request)) continue;
            const done = self.system.expect(`something to become ready`);
            const stop = watch(kind, request.selectable, () => {
              forget(kind, request.selectable);
              inboxOf(request.caller[0], request.caller[1]).deliver(request.selectable);
            });
            const all = watched.get(kind) ?? new Map<Selectable, () => void>();
            watched.set(kind, all);
            all.set(request.selectable, () => {
              stop();
              done();
            });
          }
        }
      } finally {
        for (const all of watched.values()) for (const stop of all.values()) stop();
      }
    },
  });
}

function kindOf({ type }: SelectorRequest): Kind {
  if (type.endsWith("Reader")) return "Reader";
  return type.endsWith("Writer") ? "Writer" : "Exceptional";
}

function isReady(kind: Kind, { readableLength = 0, writableNeedDrain, destroyed = false }: Selectable): boolean {
  if (kind === "Exceptional") return false;
  return destroyed || (kind === "Reader" ? readableLength > 0 : writableNeedDrain !== true);
}

/** Calls back once, later, when it is ready. Gives what ends that. */
function watch(kind: Kind, selectable: Selectable, ready: () => void): () => void {
  let over = false;
  const stop = (): void => {
    over = true;
    for (const sign of SIGNS[kind]) selectable.off(sign, tell);
  };
  const tell = (): void => {
    if (over) return;
    stop();
    ready();
  };
  if (isReady(kind, selectable)) queueMicrotask(tell);
  else for (const sign of SIGNS[kind]) selectable.once(sign, tell);
  return stop;
}
