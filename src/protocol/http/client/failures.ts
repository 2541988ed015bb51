// SPDX-License-Identifier: Apache-2.0
import type { Refused } from "../messages.ts";
import type { HTTPAsked } from "./request.ts";

/**
 * What was being done when it failed: the request was looked at, a connection opened, the request sent, the first answer awaited, the body received,
 * a redirect followed, or a file written.
 */
export type HTTPPhase = "request" | "connect" | "send" | "head" | "body" | "redirect" | "file";

/** A request that was not answered, and why. */
export interface HTTPFailure {
  readonly type: "HTTPFailure";
  readonly url: string;
  /** The text says what could not be done, why, and what may help. */
  readonly error: Error;
  /** Where it went wrong. Failures that others make may not say. */
  readonly phase?: HTTPPhase;
  /** How often it was tried. */
  readonly attempts?: number;
  /** What the server answered, if that is why. */
  readonly status?: number;
  /** What was asked for, if it was a client for several that asked. */
  readonly request?: string | HTTPAsked;
}

/** Something that went wrong with an attempt. @internal */
export class Fault extends Error {
  readonly phase: HTTPPhase;
  /** Whether another attempt may do better. */
  readonly passing: boolean;

  constructor(phase: HTTPPhase, message: string, { passing = false, cause }: { passing?: boolean; cause?: unknown } = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.phase = phase;
    this.passing = passing;
  }
}

/** Faults of a connection that will not pass: the name is wrong, or the other side is not who it should be. */
const LASTING = /^(?:ENOTFOUND|EACCES|EPERM|ERR_SSL|ERR_TLS|CERT_|UNABLE_|SELF_SIGNED|DEPTH_ZERO)/;

/** Why a connection could not be opened, or broke. @internal */
export function faultOf(phase: HTTPPhase, error: Error): Fault {
  const { cause } = error;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  const isRefusal = / the proxy (?:answers 4|does not let|wants)/.test(error.message);
  return new Fault(phase, error.message, { passing: !LASTING.test(code) && !isRefusal, cause: error });
}

/** Which options allow more than a parser does. */
const LIMITS: Readonly<Record<number, string>> = { 413: "maxBody", 414: "maxLine", 431: "maxHead and maxHeaders" };

/** Why an answer was not taken. @internal */
export function refusal({ status, reason }: Refused): Fault {
  if (LIMITS[status] !== undefined) return new Fault(status === 413 ? "body" : "head", `${reason}; allow more with ${LIMITS[status]}`);
  if (!reason.includes("breaks off")) return new Fault("head", `the server does not speak HTTP: ${reason}`);
  const isBody = reason.includes("body");
  return new Fault(isBody ? "body" : "head", isBody ? reason : "the server closed the connection before its answer was whole", {
    passing: true,
  });
}

/** A URL for people to read: without a password. @internal */
export function shown(url: string): string {
  return url.replace(/^(https?:\/\/)[^/?#]*@/i, "$1");
}

/** The message that says so. @internal */
export function failureOf(method: string, url: string, error: unknown, attempts: number): HTTPFailure {
  const reason = error instanceof Error ? error.message : String(error);
  const what = `Cannot ${method === "GET" || method === "HEAD" ? "get" : method} ${shown(url)}`;
  const often = attempts > 1 ? ` (tried ${attempts} times)` : "";
  const phase = error instanceof Fault ? error.phase : "request";
  return { type: "HTTPFailure", url, error: new Error(`${what}: ${reason}${often}`, { cause: error }), phase, attempts };
}
