// SPDX-License-Identifier: Apache-2.0
import { Buffer } from "node:buffer";
import type { ClientSecurity } from "../../axon/index.ts";
import { pairsOf } from "../http/resource.ts";
import { authorizationOf, type Credentials } from "../http/credentials.ts";
import type { IcecastSourceOptions } from "./IcecastSource.ts";

/** Where a source sends to. */
export interface Destination {
  /** The URL without the password. */
  readonly name: string;
  readonly host: string;
  readonly port: number;
  /** "example.org:8000" */
  readonly authority: string;
  readonly mount: string;
  readonly credentials: Credentials;
  readonly tls: ClientSecurity | undefined;
  readonly timeout: number;
  readonly method: "PUT" | "SOURCE" | undefined;
  /** What is said of the stream. */
  readonly fields: readonly (readonly [name: string, value: string])[];
}

/** @throws TypeError, RangeError */
export function destinationOf(url: string, options: IcecastSourceOptions): Destination {
  const { tls = {}, timeout = 10_000, method } = options;
  const match = /^(icecasts?|https?):(\/\/.*)$/i.exec(url);
  const at = match === null ? null : URL.parse(`http:${match[2]}`); // the URLs of others than http are not taken apart
  if (match === null || at === null || at.pathname === "/" || at.search !== "")
    throw new TypeError(`Cannot send to ${url}: give icecast://source:password@host:port/mount`);
  if (!(timeout > 0)) throw new RangeError(`Cannot wait for ${timeout} ms: give more than 0`);
  const { bitrate = 0 } = options;
  if (!(bitrate >= 0)) throw new RangeError(`Cannot send with bitrate ${bitrate}: it is kilobits per second, 0 or more`);
  if (at.password === "")
    throw new TypeError(`Cannot send to ${url}: there is no password in it; give icecast://source:password@host:port/mount`);
  const scheme = match[1]!.toLowerCase();
  const isSecure = scheme === "icecasts" || scheme === "https";
  const port = at.port === "" ? (scheme.startsWith("icecast") ? 8000 : isSecure ? 443 : 80) : Number(at.port);
  const credentials = { user: decodeURIComponent(at.username) || "source", password: decodeURIComponent(at.password) };
  const authority = `${at.hostname}:${port}`;
  return {
    name: `${scheme}://${authority}${at.pathname}`,
    host: at.hostname.replace(/^\[(.*)\]$/, "$1"),
    port,
    authority,
    mount: at.pathname,
    credentials,
    tls: isSecure ? tls : undefined,
    timeout,
    method,
    fields: pairsOf(fieldsOf(options)),
  };
}

/** The head of the request that begins a stream. */
export function headOf({ mount, authority, credentials, fields }: Destination, method: "PUT" | "SOURCE"): Uint8Array {
  const lines = [`${method} ${mount} HTTP/${method === "PUT" ? "1.1" : "1.0"}`, `Host: ${authority}`];
  lines.push(`Authorization: ${authorizationOf(credentials)}`, "User-Agent: Kamaelia");
  for (const [name, value] of fields) lines.push(`${name}: ${value}`);
  if (method === "PUT") lines.push("Expect: 100-continue");
  return Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1");
}

function fieldsOf({
  contenttype = "audio/mpeg",
  name,
  description,
  genre,
  page,
  bitrate,
  ...rest
}: IcecastSourceOptions): [string, string][] {
  const said = { "Ice-Name": name, "Ice-Description": description, "Ice-Genre": genre, "Ice-URL": page, "Ice-Bitrate": bitrate };
  const fields: [string, string][] = [
    ["Content-Type", contenttype],
    ["Ice-Public", rest.public === true ? "1" : "0"],
  ];
  for (const [field, value] of Object.entries(said))
    if (value !== undefined) fields.push([field, Buffer.from(String(value)).toString("latin1")]);
  return fields;
}
