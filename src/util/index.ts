// SPDX-License-Identifier: Apache-2.0
/**
 * The toy box: small parts that fit everywhere.
 *
 * @module
 */
export { type Choice, Chooser, type ChooserOptions } from "./Chooser.ts";
export { ConsoleEchoer, type ConsoleEchoerOptions } from "./ConsoleEchoer.ts";
export { ConsoleReader, type ConsoleReaderOptions } from "./ConsoleReader.ts";
