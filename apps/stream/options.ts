// SPDX-License-Identifier: Apache-2.0
import { parseArgs } from "node:util";
import { portOf } from "../lib/commandLine.ts";
import type { Format } from "./playlist.ts";
import type { Announcing } from "./send.ts";
import { type Command, SAP } from "./usage.ts";

/** What is asked for on the command line. */
export interface Asked {
  readonly command: Command;
  /** What to send or to serve. */
  readonly files: readonly string[];
  /** Where to receive from; undefined: what is announced. */
  readonly server: { readonly host: string; readonly port: number } | undefined;
  readonly format: Format;
  readonly from: "start" | "now";
  readonly reliable: boolean;
  readonly name: string | undefined;
  readonly record: string | undefined;
  readonly group: string;
  readonly host: string;
  readonly port: number | undefined;
  readonly announcing: Announcing;
}

/** The command that this word is. */
export function commandOf(word: string | undefined): Command | undefined {
  return word === "send" || word === "receive" || word === "serve" ? word : undefined;
}

/**
 * Reads the command line; undefined: how it is used is asked for.
 *
 * @throws Error for what cannot be asked for
 */
export function asked(args: string[]): Asked | undefined {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      format: { type: "string", default: "ts" },
      name: { type: "string" },
      record: { type: "string" },
      reliable: { type: "boolean", default: false },
      from: { type: "string", default: "now" },
      group: { type: "string", default: "239.255.42.42" },
      port: { type: "string" },
      host: { type: "string", default: "127.0.0.1" },
      interface: { type: "string" },
      sap: { type: "string", default: SAP },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return undefined;
  const [word, ...files] = positionals;
  const command = commandOf(word);
  if (command === undefined) throw new RangeError(`Cannot ${word === undefined ? "start" : `do "${word}"`}: give send, receive or serve`);
  if (command !== "receive" && files.length === 0) throw new RangeError(`Cannot ${command} nothing: give a file, or several`);
  const { name, record, reliable, group, host, port } = values;
  return {
    command,
    files,
    server: command === "receive" && files.length > 0 ? serverOf(files.join(" ")) : undefined,
    format: oneOf("format", values.format, ["ts", "opus"]),
    from: oneOf("from", values.from, ["start", "now"]),
    reliable,
    name,
    record,
    group,
    host,
    port: port === undefined ? undefined : portOf("port", port),
    announcing: { ...announcingAt(values.sap), via: values.interface },
  };
}

function oneOf<T extends string>(option: string, text: string, known: readonly T[]): T {
  const found = known.find((one) => one === text);
  if (found === undefined) throw new RangeError(`Cannot use --${option} ${text}: give ${known.join(" or ")}`);
  return found;
}

function serverOf(text: string): Asked["server"] {
  const { protocol, hostname, port } = URL.parse(text) ?? {};
  if (protocol === "tcp:" && hostname && port) return { host: hostname, port: Number(port) };
  throw new RangeError(`Cannot receive ${text}: give tcp://HOST:PORT, or nothing, for what is announced`);
}

function announcingAt(text: string): Omit<Announcing, "via"> {
  const [, sapAddress, port] = /^(.+):(\d+)$/.exec(text) ?? [];
  if (sapAddress === undefined || port === undefined) throw new RangeError(`Cannot use --sap ${text}: give ADDRESS:PORT, like ${SAP}`);
  return { sapAddress, sapPort: portOf("sap", port) };
}
