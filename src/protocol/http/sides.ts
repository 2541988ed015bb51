// SPDX-License-Identifier: Apache-2.0
// What serving requests needs of a protocol: HTTP/1.1 has a parser and a writer for them, HTTP/2 a stream.
import type { ParsedHTTP, RequestHeader } from "./messages.ts";
import type { Resource, ResourceHeaders } from "./resource.ts";

/** Where requests come from, piece by piece. @internal */
export interface RequestSource {
  readonly isIdle: boolean;
  readonly isDead: boolean;
  push(bytes: Uint8Array): void;
  finish(): void;
  rest(): Uint8Array;
  pull(): ParsedHTTP<RequestHeader> | undefined;
}

/** Says one response. @internal */
export interface Responding {
  readonly started: boolean;
  ended: boolean;
  status: number;
  readonly bytes: number;
  close: boolean;
  sayContinue(): void;
  switchTo(statuscode: number | string, headers: ResourceHeaders | undefined, now: number): void;
  whole(resource: Resource, data: string | Uint8Array | undefined, now: number): void;
  head(
    statuscode: Resource["statuscode"],
    headers: ResourceHeaders | undefined,
    length: number | undefined,
    now: number,
    isText?: boolean,
  ): void;
  data(data: string | Uint8Array): void;
  end(trailers?: ResourceHeaders): void;
}
