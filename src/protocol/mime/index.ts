// SPDX-License-Identifier: Apache-2.0
/**
 * MIME: messages with headers, as in mail and in HTTP. RFC 2045, 2046, 2047 and 2231.
 *
 * @module
 */
export { MIMEError } from "./faults.ts";
export { type MIMEHeader, type MIMELimits, readHeader } from "./headers.ts";
export { type MIMEMessage, type MIMEMessageLimits, parseMIME } from "./message.ts";
export { MimeRequestComponent, type MimeRequest, type MimeRequestOptions } from "./MimeRequestComponent.ts";
export { type MultipartEvent, type MultipartOptions, MultipartParser } from "./MultipartParser.ts";
export { type Parameterised, parseParameters, writeParameters } from "./parameters.ts";
export { parseRequestLine, type RequestLine } from "./requestLine.ts";
export { decodeTransfer, encodeTransfer } from "./transfer.ts";
export { decodeWords, encodeWords } from "./words.ts";
