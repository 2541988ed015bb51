// SPDX-License-Identifier: Apache-2.0
import type { Component, Shutdown } from "../../../axon/index.ts";
import type { FieldList, Fields, ResponseHeader } from "../messages.ts";
import type { HTTPAsked } from "./request.ts";

/** What a server has answered, whatever the status. */
export interface HTTPResponseHead {
  readonly type: "HTTPResponse";
  /** The message that asked for it. */
  readonly request: string | HTTPAsked;
  /** Where it comes from, after all redirects. */
  readonly url: string;
  readonly status: number;
  readonly reason: string;
  /** "1.1" */
  readonly version: string;
  readonly headers: Fields;
  readonly fields: FieldList;
  /** Where the redirects led. */
  readonly redirects: readonly string[];
}

/** A response that is all there. */
export interface HTTPResponse extends HTTPResponseHead {
  readonly body: Uint8Array;
  /** Fields that followed the body. */
  readonly trailers?: Fields;
}

/** Gives the body of a response, then ends. If it breaks off, it signals shutdownMicroprocess, with the Error as its message. */
export type HTTPResponseBody = Component<{}, { outbox: Uint8Array; signal: Shutdown }>;

/** A response whose body comes piece by piece. */
export interface HTTPStreamedResponse extends HTTPResponseHead {
  /**
   * Link and activate it: the server sends as fast as its bytes are taken. It counts as one that is under way until it has ended. Who does not want it calls
   * `cancel`; one that nobody touches fails after `timeout`.
   */
  readonly body: HTTPResponseBody;
  /** The body is not wanted (any more). */
  readonly cancel: () => void;
}

/** @internal */
export function responseHead(
  request: string | HTTPAsked,
  url: string,
  { responsecode, reason, version, headers, fields }: ResponseHeader,
  redirects: readonly string[],
): HTTPResponseHead {
  return { type: "HTTPResponse", request, url, status: responsecode, reason, version, headers, fields, redirects };
}

/**
 * The text of a body: as the response says that it is written, or as UTF-8.
 *
 * @example
 * const response = { headers: { "content-type": "text/plain; charset=latin1" }, body: Uint8Array.of(233) };
 * textOf(response); // é
 */
export function textOf({ headers, body }: Pick<HTTPResponse, "headers" | "body">): string {
  const [, charset = "utf-8"] = /;\s*charset\s*=\s*"?([\w.:-]+)/i.exec(headers["content-type"] ?? "") ?? [];
  try {
    return new TextDecoder(charset).decode(body);
  } catch (error) {
    if (error instanceof RangeError) return new TextDecoder().decode(body); // nobody knows that one
    throw error;
  }
}
