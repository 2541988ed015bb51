// SPDX-License-Identifier: Apache-2.0
/**
 * Reliable multicast: messages, streams and objects to any number of receivers over networks that lose packets.
 *
 * @module
 */
export type { Block, MissedBlocks, MulticastMessage, ReceivedBlock } from "./block.ts";
export { BlockCollector, type BlockCollectorOptions } from "./BlockCollector.ts";
export { BlockMaker, type BlockMakerOptions } from "./BlockMaker.ts";
export { BlockReader, type BlockReaderOptions, type BrokenMessage } from "./BlockReader.ts";
export type { MulticastObject } from "./objects.ts";
export { type BrokenObject, ObjectDeframer, type ObjectDeframerOptions, type ReceivedObject } from "./ObjectDeframer.ts";
export { ObjectFramer, type ObjectFramerOptions } from "./ObjectFramer.ts";
export { PacketSorter } from "./PacketSorter.ts";
export { ReliableMulticast, type ReliableMulticastOptions } from "./ReliableMulticast.ts";
export { ReliableMulticastReceiver, type ReliableMulticastReceiverOptions } from "./ReliableMulticastReceiver.ts";
export { ReliableMulticastSender, type ReliableMulticastSenderOptions } from "./ReliableMulticastSender.ts";
export { RepairStore, type RepairStoreOptions } from "./RepairStore.ts";
export { TokenBucket, type TokenBucketOptions } from "./TokenBucket.ts";
export type { Data, Nack, Report, Request, Status } from "./wire.ts";
