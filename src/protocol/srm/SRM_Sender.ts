// SPDX-License-Identifier: Apache-2.0
import type { Component } from "../../axon/index.ts";
import { Pipeline } from "../../chassis/index.ts";
import { DataChunker, Framer } from "../framing/index.ts";
import { Annotator } from "./Annotator.ts";

/**
 * Numbers, frames and chunks messages, so that {@link SRM_Receiver} can put together what has come over a network that loses packets and changes their order.
 * It is as reliable as that: what is lost stays lost. The bytes are the original's.
 *
 * @example
 * await Pipeline(Feed([Buffer.from("hello")]), SRM_Sender(), SRM_Receiver(), PureTransformer(([, data]) => data), ConsoleEchoer()).run();
 */
export function SRM_Sender(): Component<{ inbox: Uint8Array }, { outbox: Uint8Array }> {
  return Pipeline.with({ kind: SRM_Sender })(Annotator<Uint8Array>(), Framer(), DataChunker());
}
