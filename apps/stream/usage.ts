// SPDX-License-Identifier: Apache-2.0
import { SAP_ADDRESS, SAP_PORT } from "kamaelia/protocol/sap";

/** Where announcements are, if nobody says otherwise. */
export const SAP: string = `${SAP_ADDRESS}:${SAP_PORT}`;

export type Command = "send" | "receive" | "serve";

/** What each command is given, what it does, and which options are for it. */
const COMMANDS: Readonly<Record<Command, readonly [words: string, what: string, options: readonly string[]]>> = {
  send: [
    "send FILE…",
    "plays files to a multicast group, and announces it",
    ["format", "reliable", "name", "group", "port", "interface", "sap"],
  ],
  receive: [
    "receive [tcp://HOST:PORT]",
    "plays what is announced, or served there, from now on, with ffplay",
    ["name", "from", "record", "interface", "sap"],
  ],
  serve: ["serve FILE…", "plays files to everybody who connects", ["format", "host", "port"]],
};

const OPTIONS: Readonly<Record<string, readonly [words: string, what: string]>> = {
  format: ["--format ts|opus", "what is sent: an MPEG transport stream (default), or Opus; other files are read by ffmpeg"],
  reliable: ["--reliable", "so that nothing is lost on the way (ReliableMulticast)"],
  from: ["--from start", "also what was sent before, if it is sent with --reliable"],
  name: ["--name NAME", 'what the stream is called (default "Kamaelia"), or which one to receive (default: the first)'],
  record: ["--record FILE", "writes it to a file, and does not play it"],
  group: ["--group ADDRESS", "the multicast group (default 239.255.42.42)"],
  port: ["--port PORT", "where to (default 5004 to send, 5005 to serve)"],
  host: ["--host ADDRESS", "where to listen (default 127.0.0.1); 0.0.0.0 is for everybody in the network"],
  interface: ["--interface ADDRESS", "the interface by which multicast goes"],
  sap: ["--sap ADDRESS:PORT", `where announcements are (default ${SAP})`],
};

const PROGRAM = "npx node apps/stream/main.ts";

/** How one command is used, or all of them. */
export function usage(command?: Command): string {
  const all: readonly Command[] = command === undefined ? ["send", "receive", "serve"] : [command];
  const names = Object.keys(OPTIONS).filter((name) => all.some((one) => COMMANDS[one][2].includes(name)));
  const rows = names.map((name): string => {
    const [words, what] = OPTIONS[name]!;
    const whose = (["send", "receive", "serve"] as const).filter((one) => COMMANDS[one][2].includes(name));
    return `  ${words.padEnd(20)} ${command === undefined ? `${whose.join(", ")}: ` : ""}${what}\n`;
  });
  const commands = all.map((one, i) => `${i === 0 ? "Usage:" : "      "} ${PROGRAM} ${COMMANDS[one][0].padEnd(26)} ${COMMANDS[one][1]}\n`);
  return `${commands.join("")}\n${rows.join("")}`;
}

/** How to hear what is sent or served, for who looks at the terminal. */
export function invitation(what: string, receive: string, ffplay?: string): string {
  return `${what}\nTo hear it: ${PROGRAM} receive ${receive}${ffplay === undefined ? "" : `\n        or: ffplay ${ffplay}`}\n`;
}
