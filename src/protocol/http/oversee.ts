// SPDX-License-Identifier: Apache-2.0
import { type AnyComponent, type Inbox, isShutdown, producerFinished, type Shutdown, type Wait } from "../../axon/index.ts";

/** Runs a server that is a part of this component until it has ended, and answers what the component was told last. @internal */
export function* oversee(
  self: AnyComponent,
  control: Inbox<Shutdown>,
  server: AnyComponent,
  hear: (message: Shutdown) => void,
): Generator<Wait, Shutdown, boolean> {
  let told: Shutdown = producerFinished();
  server.activate();
  while (!server.isStopped) {
    for (const message of control) if (isShutdown(message)) hear((told = message));
    self.pause();
    yield;
  }
  return told;
}
