// SPDX-License-Identifier: Apache-2.0
import { addInbox, type AnyComponent, type Inbox, type Outbox, type Wait } from "../axon/index.ts";

/** The boxes of a component that rather loses messages than waits. */
export interface LossyBoxes<T> {
  readonly inbox: Inbox<T>;
  readonly outbox: Outbox<T>;
  readonly dropped: Outbox<T>;
}

/** What to do with one message too many. */
export interface LossyOptions {
  /** How many messages wait here, besides those in the box that is sent to. */
  readonly buffer: number;
  /** Which one goes; "end" gives up instead. */
  readonly drop: "oldest" | "newest" | "end";
  /** Called whenever the component looks at its boxes. */
  readonly look?: () => void;
}

/**
 * Passes messages on while there is room, keeps some while there is none, and drops one for each further one. It is never held by the box that it sends to.
 * On producerFinished it sends what it has kept as soon as there is room.
 *
 * @returns whether it has given up, because one message too many came
 */
export function* lossily<T>(
  self: AnyComponent,
  { inbox, outbox, dropped }: LossyBoxes<T>,
  { buffer, drop, look = () => {} }: LossyOptions,
): Generator<Wait, boolean, boolean> {
  const kept = addInbox<T>(self, "_kept", { bound: Infinity, doc: "what waits for room" });
  let waits = false;
  const goOn = (): void => {
    waits = false;
    self.unpause();
  };
  const take = (): boolean => {
    while (kept.length > 0 && !outbox.full) outbox.send(kept.recv());
    for (const message of inbox) {
      if (!outbox.full) outbox.send(message);
      else if (kept.length < buffer) kept.deliver(message);
      else if (drop === "end") return false;
      else if (drop === "newest") dropped.send(message);
      else {
        dropped.send(kept.recv());
        kept.deliver(message);
      }
    }
    return true;
  };
  for (let goesOn = !self.toldToStop; goesOn; goesOn = yield) {
    look();
    if (!take()) return true;
    if (kept.length > 0 && !waits) {
      waits = true;
      outbox.whenRoom(goOn);
    }
    self.pause();
  }
  while (!self.toldToStop && (inbox.length > 0 || kept.length > 0)) {
    if (!take()) return true;
    for (const message of kept) outbox.send(message); // held as anybody else, now that nothing more can come too fast
    yield;
  }
  return false;
}
