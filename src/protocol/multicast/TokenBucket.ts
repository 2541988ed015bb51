// SPDX-License-Identifier: Apache-2.0
import { component, type Component, sleep } from "../../axon/index.ts";

/** How fast messages may leave. */
export interface TokenBucketOptions {
  /** Bits per second. */
  readonly rate: number;
  /** Bytes that may leave at once after a pause. Default: what the rate allows in 10 ms, but 6000 at least. */
  readonly burst?: number;
  /** Bytes that each message has in addition on its way. Default 28: headers of UDP and IPv4. */
  readonly overhead?: number;
}

/**
 * Lets messages through as fast as the rate allows, and no faster: a token bucket, by the system's clock. Whoever sends faster is held, as always.
 *
 * @throws RangeError for rates that are not above 0, and sizes below 0
 * @example
 * await Pipeline(Feed([Buffer.from("slow")]), TokenBucket({ rate: 1e6 }), ConsoleEchoer()).run(); // slow
 */
export function TokenBucket<T extends { readonly length: number } = Uint8Array>({
  rate,
  burst = Math.max(6000, rate / 800),
  overhead = 28,
}: TokenBucketOptions): Component<{ inbox: T }, { outbox: T }> {
  if (!(rate > 0 && burst >= 0 && overhead >= 0))
    throw new RangeError(
      `Cannot send ${rate} bits per second, ${burst} bytes at once, with ${overhead} more each: give more than 0, 0, and 0`,
    );
  return component(TokenBucket, {
    inboxes: { inbox: "messages" },
    outboxes: { outbox: "the same, no faster than the rate" },
    *main({ inbox }, { outbox }, self) {
      const { clock } = self.system;
      const perMs = rate / 8000;
      let tokens = burst;
      let last = clock.now();
      while (yield inbox) {
        const message = inbox.recv();
        outbox.send(message);
        const now = clock.now();
        tokens = Math.min(burst, tokens + (now - last) * perMs) - message.length - overhead;
        last = now;
        if (tokens < 0) yield sleep(-tokens / perMs);
        if (self.toldToStop) return;
      }
    },
  });
}
