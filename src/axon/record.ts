// SPDX-License-Identifier: Apache-2.0
import type { Inbox } from "./Inbox.ts";
import { Linkage } from "./linkage.ts";
import type { Outbox } from "./Outbox.ts";
import { tap } from "./tap.ts";

/** How to record messages. */
export interface RecordOptions<T> {
  /** How many messages are kept, the last ones. Default 10,000. */
  readonly most?: number;
  /** Makes what is kept of a message, for example `structuredClone`. Default: the message itself, which its receiver may change. */
  readonly copy?: (message: T) => T;
}

/** What was recorded; see {@link record}. */
export interface Recording<T> {
  /** The messages kept, each with the time when it passed, in milliseconds of the system's clock. */
  readonly entries: readonly (readonly [time: number, message: T])[];
  /** The messages kept. */
  readonly messages: T[];
  /** How many were left out because more came than are kept. */
  readonly missed: number;
  /** Records no more. */
  stop(): void;
}

/**
 * Keeps the messages that pass a box or a linkage, with their times, until it is stopped; see {@link tap}.
 *
 * @example
 * const echo = Echo<string>();
 * const recording = record(echo.outboxes.outbox);
 * await Pipeline(Feed(["hello", "world"]), echo).run();
 * recording.messages; // ["hello", "world"]
 */
export function record<T>(what: Inbox<T> | Outbox<T>, options?: RecordOptions<T>): Recording<T>;
export function record(what: Linkage, options?: RecordOptions<any>): Recording<any>;
export function record(
  what: Inbox | Outbox | Linkage,
  { most = 10_000, copy = (message) => message }: RecordOptions<any> = {},
): Recording<any> {
  const entries: (readonly [number, unknown])[] = [];
  const { owner } = what instanceof Linkage ? what.source : what;
  let missed = 0;
  const see = (message: unknown): void => {
    entries.push([owner.component.system.clock.now(), copy(message)]);
    if (entries.length <= most) return;
    entries.shift();
    missed++;
  };
  return {
    entries,
    get messages() {
      return entries.map(([, message]) => message);
    },
    get missed() {
      return missed;
    },
    stop: tap(what as Linkage, see),
  };
}
