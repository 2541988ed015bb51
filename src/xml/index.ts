// SPDX-License-Identifier: Apache-2.0
/**
 * XML, as it streams by.
 *
 * @module
 */
export type { XMLAttributes, XMLEvent, XMLLimits } from "./parsing.ts";
export { SimpleXMLParser, type SimpleXMLParserOptions } from "./SimpleXMLParser.ts";
