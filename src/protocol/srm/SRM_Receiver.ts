// SPDX-License-Identifier: Apache-2.0
import type { Component } from "../../axon/index.ts";
import { Pipeline } from "../../chassis/index.ts";
import { DataDeChunker, DeFramer } from "../framing/index.ts";
import { type Numbered, RecoverOrder, type RecoverOrderOptions } from "../RecoverOrder.ts";

/**
 * Puts together what {@link SRM_Sender} sent, from packets that may be lost, doubled, cut otherwise, and come in any order: each message that has come whole, with its
 * number, in order. What is missing is missing.
 *
 * @example
 * await Pipeline(Feed([Buffer.from("hello")]), SRM_Sender(), SRM_Receiver(), PureTransformer(([, data]) => data), ConsoleEchoer()).run();
 */
export function SRM_Receiver(options: RecoverOrderOptions = {}): Component<{ inbox: Uint8Array }, { outbox: Numbered<Uint8Array> }> {
  return Pipeline.with({ kind: SRM_Receiver })(DataDeChunker(), DeFramer(), RecoverOrder<Uint8Array>(options));
}
