// SPDX-License-Identifier: Apache-2.0
import { type AnyComponent, type Inbox, isShutdown, type Main, type Outbox, type Shutdown } from "../../../axon/index.ts";
import { Engine } from "./engine.ts";
import { Feed, type HTTPAnswered } from "./feed.ts";
import type { Prepared } from "./request.ts";
import type { Settings } from "./settings.ts";

/** Asks for one thing, and sends what is answered, as it comes. `finished`: that no more will be sent to it was told. @internal */
export function* shoot(
  self: AnyComponent,
  control: Inbox<Shutdown>,
  outbox: Outbox<HTTPAnswered>,
  settings: Settings,
  request: Prepared,
  finished: () => void = () => {},
): Main {
  const engine = new Engine(self, settings);
  const feed = new Feed(() => self.unpause());
  try {
    if (hasToStop(control, finished)) return;
    feed.call = engine.ask(request, feed);
    for (;;) {
      for (const part of feed.take()) outbox.send(part);
      if (feed.isOver) return;
      const held = outbox.full;
      if (held) yield;
      if (hasToStop(control, finished)) return;
      if (held) continue; // what came meanwhile has woken nobody
      self.pause();
      feed.relax();
      yield;
    }
  } finally {
    engine.close();
  }
}

/** Whether it was told to stop now. That message stays there: the kernel passes it on. @internal */
export function hasToStop(control: Inbox<Shutdown>, finished: () => void): boolean {
  while (control.length > 0) {
    const message = control.peekNext();
    if (isShutdown(message) && message.type === "shutdownMicroprocess") return true;
    control.recv();
    finished();
  }
  return false;
}
