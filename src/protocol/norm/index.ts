// SPDX-License-Identifier: Apache-2.0
/**
 * NORM, NACK-oriented reliable multicast (RFC 5740): objects, files and streams to any number of receivers, also to and from NRL's libnorm.
 *
 * @module
 */
export type * from "./message.ts";
export { NormCollector, type NormCollectorOptions, type NormCommandReceived, type NormStatistics } from "./NormCollector.ts";
export { NormReceiver } from "./NormReceiver.ts";
export { NormSender } from "./NormSender.ts";
export { type ForReceivers, NormSorter } from "./NormSorter.ts";
export { type NormCongestionOptions, type NormRateReport, NormTransmitter, type NormTransmitterOptions } from "./NormTransmitter.ts";
export type { NormObject } from "./outgoing.ts";
export { packNorm } from "./pack.ts";
export { parseNorm } from "./parse.ts";
export type { MissedObject, ReceivedObject, ReceivedPiece } from "./remote.ts";
export type { Confirmation } from "./sending.ts";
