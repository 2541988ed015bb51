// SPDX-License-Identifier: Apache-2.0
import type { Answered } from "./handlers.ts";
import { httpDate } from "./dates.ts";

/**
 * A line of the "combined" log format, which every log analyser reads.
 *
 * @example
 * const protocol = HTTPProtocol(() => "Hello", { log: (answered) => process.stdout.write(combinedLogLine(answered)) });
 */
export function combinedLogLine({ time, peer = "-", method, uri, version, status, bytes, referrer, agent, user }: Answered): string {
  const [, day, month, year, clock] = httpDate(time).split(" ");
  const request = method === "" ? "-" : `${method} ${uri} HTTP/${version}`;
  return `${peer} - ${user === undefined || user === "" ? "-" : plain(user).replaceAll(" ", "_")} [${day}/${month}/${year}:${clock} +0000] "${plain(request)}" ${status} ${bytes === 0 ? "-" : bytes} "${plain(referrer ?? "-")}" "${plain(agent ?? "-")}"\n`;
}

/** A line of JSON. */
export function jsonLogLine(answered: Answered): string {
  return `${JSON.stringify(answered)}\n`;
}

/** What a client says must not end the line, or the quotes. */
function plain(text: string): string {
  return text.replaceAll(/["\\]|[^ -~]/g, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, "0")}`);
}
