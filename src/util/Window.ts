// SPDX-License-Identifier: Apache-2.0
import { anyOf, type AnyComponent, type Component, component, type Inbox, type Main, type Outbox, sleep } from "../axon/index.ts";

/** Windows of so many messages. */
export interface CountedWindow {
  /** Messages in a window. */
  readonly size: number;
  /** A window begins so many messages after the one before. Default: the size, so that windows do not overlap. */
  readonly step?: number;
}

/** Windows of so much time. */
export interface TimedWindow {
  /** Milliseconds that a window lasts. */
  readonly within: number;
  /** A window ends so many milliseconds after the one before. Default: as long as it lasts, so that windows do not overlap. */
  readonly every?: number;
}

/**
 * Sends lists of the latest messages: the last so many, or those of the last so many milliseconds. A short step makes sliding windows, which overlap;
 * a long one leaves messages out. No list is empty. At the end of the data, messages that were in no window yet are sent in a last, shorter one.
 *
 * @throws RangeError for a size or step that is not a whole number above 0, and times that are not above 0
 * @example
 * await Pipeline(DataSource([1, 2, 3, 4]), Window({ size: 3, step: 1 }), ConsoleEchoer()).run(); // [ 1, 2, 3 ] [ 2, 3, 4 ]
 */
export function Window<T = any>(options: CountedWindow | TimedWindow): Component<{ inbox: T }, { outbox: T[] }> {
  if ("size" in options) {
    const { size, step = size } = options;
    if (!(Number.isSafeInteger(size) && Number.isSafeInteger(step) && size > 0 && step > 0))
      throw new RangeError(`Cannot make windows of ${size} messages every ${step}: give whole numbers above 0`);
  } else {
    const { within, every = within } = options;
    if (!(within > 0 && within < Infinity && every > 0 && every < Infinity))
      throw new RangeError(`Cannot make windows of ${within} ms every ${every} ms: give times above 0`);
  }
  return component(Window, {
    inboxes: { inbox: "messages" },
    outboxes: { outbox: "lists of the latest" },
    main({ inbox }, { outbox }, self) {
      return "size" in options ? counted<T>(inbox, outbox, self, options) : timed<T>(inbox, outbox, self, options);
    },
  });
}

function* counted<T>(inbox: Inbox<T>, outbox: Outbox<T[]>, self: AnyComponent, { size, step = size }: CountedWindow): Main {
  let window: T[] = [];
  let skip = 0;
  let fresh = false;
  while (yield inbox)
    for (const message of inbox) {
      if (skip > 0) {
        skip--;
        continue;
      }
      window.push(message);
      fresh = window.length < size;
      if (fresh) continue;
      outbox.send(window);
      window = window.slice(step);
      skip = Math.max(0, step - size);
    }
  if (fresh && !self.toldToStop) outbox.send(window);
}

function* timed<T>(inbox: Inbox<T>, outbox: Outbox<T[]>, self: AnyComponent, { within, every = within }: TimedWindow): Main {
  const { clock } = self.system;
  const start = clock.now();
  let kept: { readonly at: number; readonly message: T }[] = [];
  let number = 1;
  let fresh = false;
  /** Windows end at multiples of the interval since the start, so that they never drift. */
  const end = (): number => start + number * every;
  /** They begin where another one ends, to the last bit, if they last a whole number of intervals: so no message falls between two, or into both. */
  const ratio = within / every;
  const intervals = Math.round(ratio) > 0 && Math.abs(ratio / Math.round(ratio) - 1) < 1e-9 ? Math.round(ratio) : ratio;
  const begin = (): number => start + (number - intervals) * every;
  const send = (): void => {
    kept = kept.filter(({ at }) => at >= begin());
    if (kept.length > 0) outbox.send(kept.map(({ message }) => message));
    fresh = false;
  };
  while (yield kept.length === 0 ? inbox : anyOf(inbox, sleep(Math.max(0, end() - clock.now())))) {
    let now = clock.now();
    for (; kept.length > 0 && end() <= now; now = clock.now()) {
      const isHeld = outbox.full;
      send();
      number++;
      if (isHeld) yield;
      if (self.toldToStop) return;
    }
    if (end() <= now) number = Math.floor((now - start) / every);
    while (end() <= now) number++;
    for (const message of inbox) {
      if (now < begin()) continue; // no window will have it
      kept.push({ at: now, message });
      fresh = true;
    }
  }
  if (fresh && !self.toldToStop) send();
}
