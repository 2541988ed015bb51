// SPDX-License-Identifier: Apache-2.0
/**
 * SimpleReliableMulticast: messages over networks that lose packets.
 *
 * @module
 */
export { Annotator } from "./Annotator.ts";
export { SRM_Receiver } from "./SRM_Receiver.ts";
export { SRM_Sender } from "./SRM_Sender.ts";
