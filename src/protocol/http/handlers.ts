// SPDX-License-Identifier: Apache-2.0
import type { AnyComponent, Component } from "../../axon/index.ts";
import type { HTTPRequest } from "./request.ts";
import type { Resource } from "./resource.ts";

/**
 * A component that answers one request, as the original's handlers do: pieces of the request's body come to its inbox, and producerFinished to its control when
 * that is all; it sends {@link Resource} messages, and its end is the end of the response.
 */
export type RequestHandler = Component<{ inbox: Uint8Array }, { outbox: Resource }> | Component<{}, { outbox: Resource }>;

/**
 * The connection speaks another protocol from here on: a component gets what comes, and what it sends is sent. The connection is closed when it ends; at once,
 * if it ends because it was told to stop.
 */
export interface Upgrade {
  readonly upgrade: AnyComponent;
  /** Default 101. With a final status, all that the component sends is the body, which ends with the connection: what streams without end looks like. */
  readonly statuscode?: Resource["statuscode"];
  readonly headers?: Resource["headers"];
  /** The component says the whole response itself, from its first line on; nothing is said for it. Default false. Not with HTTP/2. */
  readonly saysHead?: boolean;
}

/** What a request is answered with. A string, bytes or a Blob are a body. */
export type Answer = Response | Resource | RequestHandler | Upgrade | string | Uint8Array | Blob;

/** Answers requests: with a Response, a resource, a component, or a promise of one. */
export type Handler = (request: HTTPRequest) => Answer | Promise<Answer>;

/** What an answered request was, for the log. */
export interface Answered {
  /** Milliseconds since 1970. */
  readonly time: number;
  /** Milliseconds it took. */
  readonly took: number;
  readonly peer: string | undefined;
  readonly method: string;
  readonly uri: string;
  readonly version: string;
  readonly status: number;
  /** Bytes of the body. */
  readonly bytes: number;
  readonly referrer: string | undefined;
  readonly agent: string | undefined;
  /** Who it was, as they say (Basic and Digest authentication). */
  readonly user: string | undefined;
}
