// SPDX-License-Identifier: Apache-2.0
/**
 * SDP: descriptions of multimedia sessions, RFC 8866.
 *
 * @module
 */
export { parseSDP } from "./parseSDP.ts";
export { type MalformedSDP, SDPParser, type SDPParserOptions } from "./SDPParser.ts";
export {
  type Adjustment,
  type Attribute,
  type Bandwidth,
  type Connection,
  type Media,
  type Origin,
  type Repeat,
  SDPError,
  type SDPSession,
  type Time,
  type UnknownLine,
} from "./session.ts";
export { writeSDP } from "./writeSDP.ts";
