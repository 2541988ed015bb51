// SPDX-License-Identifier: Apache-2.0
import { MIMEError } from "./faults.ts";
import { shortened } from "./headers.ts";

/** What is asked for, and how. The names are the original's. */
export interface RequestLine {
  /** What is to be done, as GET. */
  readonly method: string;
  /** How the thing is to be had, as http; empty, if that is not said. */
  readonly reqprotocol: string;
  readonly user: string;
  readonly passwd: string;
  /** Where it is, with the port, if one is said. */
  readonly domain: string;
  /** What it is called there, from the first slash on. */
  readonly url: string;
  /** How the request is written, as HTTP. */
  readonly protocol: string;
  readonly version: string;
}

/**
 * Reads the first line of a request: `GET http://user:password@domain/url HTTP/1.0`. As HTTP has it today, the place may be left out: `GET /url HTTP/1.1`.
 *
 * @throws MIMEError for what is no such line
 * @example
 * parseRequestLine("GET http://foo.bar.com/fwibble PROTO/3.3").domain; // foo.bar.com
 */
export function parseRequestLine(line: string): RequestLine {
  const match = /^(\S+) (?=\S)(?:([A-Za-z][\w+.-]*):\/\/(?:([^\s/:@]*)(?::([^\s/@]*))?@)?([^\s/@]+))?(\/\S*|\*)? ([^\s/]+)\/(\S+)$/.exec(
    line,
  );
  if (match === null) throw new MIMEError(`"${shortened(line)}" is no "METHOD protocol://domain/url PROTOCOL/version"`);
  const [, method = "", reqprotocol = "", user = "", passwd = "", domain = "", url = "", protocol = "", version = ""] = match;
  return { method, reqprotocol, user, passwd, domain, url: url === "" ? "/" : url, protocol, version };
}
