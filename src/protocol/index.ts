// SPDX-License-Identifier: Apache-2.0
/**
 * Protocols: components that say what the bytes of a connection mean.
 *
 * @module
 */
export { EchoProtocol } from "./EchoProtocol.ts";
export { FortuneCookieProtocol, type FortuneCookieOptions } from "./FortuneCookieProtocol.ts";
