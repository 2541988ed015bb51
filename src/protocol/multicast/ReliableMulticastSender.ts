// SPDX-License-Identifier: Apache-2.0
import type { Component } from "../../axon/index.ts";
import { Graphline } from "../../chassis/index.ts";
import { BlockMaker, type BlockMakerOptions } from "./BlockMaker.ts";
import { RepairStore, type RepairStoreOptions } from "./RepairStore.ts";
import { TokenBucket } from "./TokenBucket.ts";
import type { Nack, Report } from "./wire.ts";

/** How a sender cuts, repairs, and how fast it sends. */
export interface ReliableMulticastSenderOptions extends BlockMakerOptions, RepairStoreOptions {
  /** Bits per second, with headers. Default 10 million. */
  readonly rate?: number;
  /** Bytes that may leave at once after a pause. Default: what the rate allows in 10 ms, but 6000 at least. */
  readonly burst?: number;
}

/** Packets that wait for their turn: what comes next is decided late, so that repairs need not wait. */
const IN_LINE = 4;

/**
 * The sending half of {@link ReliableMulticast}: {@link BlockMaker}, {@link RepairStore} and {@link TokenBucket}. What receivers ask for comes to "feedback", from a PacketSorter.
 * After producerFinished everything is sent, and repaired, before it ends.
 *
 * @throws RangeError for what its parts refuse
 * @example
 * const { outbox } = await drive(ReliableMulticastSender({ rate: 1e6 }), { inbox: [Buffer.from("hello")] });
 * outbox[0]!.length < 100; // true
 */
export function ReliableMulticastSender({ rate = 10e6, burst, ...options }: ReliableMulticastSenderOptions = {}): Component<
  { inbox: Uint8Array; feedback: Nack | Report },
  { outbox: Uint8Array; statistics: Report }
> {
  return Graphline({
    components: {
      MAKER: BlockMaker(options),
      STORE: RepairStore(options),
      BUCKET: TokenBucket<Uint8Array>({ rate, ...(burst === undefined ? {} : { burst }) }),
    },
    linkages: {
      "self.inbox": "MAKER.inbox",
      "MAKER.outbox": "STORE.inbox",
      "self.feedback": "STORE.feedback",
      "STORE.outbox": "BUCKET.inbox",
      "STORE.statistics": "self.statistics",
      "BUCKET.outbox": "self.outbox",
      "self.control": "MAKER.control",
      "MAKER.signal": "STORE.control",
      "STORE.signal": "BUCKET.control",
      "BUCKET.signal": "self.signal",
    },
    boxSizes: { "BUCKET.inbox": IN_LINE, "STORE.inbox": 1 },
  });
}
