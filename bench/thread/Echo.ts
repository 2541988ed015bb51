// SPDX-License-Identifier: Apache-2.0
import { type Component, thread } from "../../src/axon/index.ts";

/** Sends back whatever comes, from a thread. */
export function Echo(): Component<{ inbox: Uint8Array }, { outbox: Uint8Array }> {
  return thread(Echo, new URL("Echo.worker.ts", import.meta.url), {
    inboxes: { inbox: "messages" },
    outboxes: { outbox: "the same messages" },
  });
}
