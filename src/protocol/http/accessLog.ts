// SPDX-License-Identifier: Apache-2.0
import { Buffer } from "node:buffer";
import type { Answered } from "./handlers.ts";
import { httpDate } from "./dates.ts";

/**
 * A line of the "combined" log format, which every log analyser reads, as nginx writes it: what would end the line or the quotes is `\\x22`, `\\x5C`, `\\x0A`.
 * A space in a name is `_`.
 *
 * @example
 * const protocol = HTTPProtocol(() => "Hello", { log: (answered) => process.stdout.write(combinedLogLine(answered)) });
 */
export function combinedLogLine({ time, peer = "-", method, uri, version, status, bytes, referrer, agent, user = "" }: Answered): string {
  const [, day, month, year, clock] = httpDate(time).split(" ");
  const request = method === "" ? "-" : plain(`${method} ${uri} HTTP/${version === "2" ? "2.0" : version}`);
  const who = user === "" ? "-" : plain(Buffer.from(user).toString("latin1")).replaceAll(" ", "_");
  const said = `"${plain(referrer ?? "-")}" "${plain(agent ?? "-")}"`;
  return `${peer} - ${who} [${day}/${month}/${year}:${clock} +0000] "${request}" ${status} ${bytes} ${said}\n`;
}

/** A line of JSON. How long it took is rounded to microseconds. */
export function jsonLogLine(answered: Answered): string {
  return `${JSON.stringify({ ...answered, took: Math.round(answered.took * 1000) / 1000 })}\n`;
}

/** What a client says, byte for byte. */
function plain(text: string): string {
  return text.replaceAll(/["\\]|[^ -~]/g, (char) => `\\x${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`);
}
