// SPDX-License-Identifier: Apache-2.0
import { type AnyComponent, type Component, component, type Outbox, type Shutdown } from "../axon/index.ts";

/** The datasheet of a Fanout: for each name an outbox, and one for what ends it. */
export type FanoutTo<T, N extends string> = Component<{ inbox: T }, { [K in N]: T } & { [K in N as `${K}_signal`]: Shutdown }>;

/**
 * Sends each message from outboxes of these names, and what ends it from `<name>_signal`, as from "signal". All get the same object: look at it, do not
 * change it. When one of them is full, it waits for that one: nothing is lost, and all get everything in order.
 * For places that come and go, take a {@link Splitter}. With a type, name the boxes in it, too, so that the compiler knows them.
 *
 * @throws RangeError when a name comes twice, or is taken: "signal"
 * @example
 * (await drive(Fanout<number, "screen" | "file">(["screen", "file"]), { inbox: [1, 2] })).file; // [1, 2]
 */
export function Fanout<T = any, const N extends string = string>(names: readonly N[]): FanoutTo<T, N> {
  const outboxes: Record<string, string> = {};
  for (const name of names) {
    for (const [box, doc] of [
      [name, "the same messages"],
      [`${name}_signal`, "the same as signal"],
    ] as const) {
      if (Object.hasOwn(outboxes, box) || box === "signal")
        throw new RangeError(`Cannot make a Fanout to "${name}": there is a box "${box}" already`);
      outboxes[box] = doc;
    }
  }
  return component(Fanout, {
    inboxes: { inbox: "what to copy" },
    outboxes,
    *main({ inbox }, boxes, self) {
      const outs = names.map((name) => boxes[name]!);
      while (yield inbox) for (const message of inbox) for (const out of outs) out.send(message);
      for (const name of names) tell(boxes[`${name}_signal`]!, self);
    },
  }) as unknown as FanoutTo<T, N>;
}

function tell(signal: Outbox<Shutdown>, { shutdown }: AnyComponent): void {
  if (shutdown !== undefined && signal.linked) signal.send(shutdown);
}
