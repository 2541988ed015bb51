// SPDX-License-Identifier: Apache-2.0
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";

/** RFC 6455 4.2.2 */
const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/** What the server answers to the client's key, to show that it is not just any server. @internal */
export function acceptOf(key: string): string {
  return createHash("sha1").update(`${key}${GUID}`).digest("base64");
}

/** What a client begins with. @throws TypeError for fields that cannot be sent @internal */
export function handshake(url: URL, key: string, fields: readonly (readonly [string, string])[]): Buffer {
  const has = (name: string): boolean => fields.some(([other]) => other.toLowerCase() === name);
  const lines = [
    `GET ${url.pathname}${url.search} HTTP/1.1`,
    ...(has("host") ? [] : [`Host: ${url.host}`]),
    "Upgrade: websocket",
    "Connection: Upgrade",
    `Sec-WebSocket-Key: ${key}`,
    "Sec-WebSocket-Version: 13",
  ];
  if (url.username !== "" && !has("authorization")) {
    const who = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
    lines.push(`Authorization: Basic ${Buffer.from(who).toString("base64")}`);
  }
  for (const [name, value] of fields) lines.push(`${name}: ${value}`);
  return Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1");
}
