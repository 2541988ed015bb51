// SPDX-License-Identifier: Apache-2.0
import { createServer } from "node:net";
import { parseArgs } from "node:util";
import { portOf } from "../lib/commandLine.ts";

export const USAGE = "usage: npm start -- [FOLDER or FILE…] [--radio PORT] [--echo PORT] [--fortune PORT]";
const PORTS = { radio: 8000, echo: 1500, fortune: 1501 } as const;
type Name = keyof typeof PORTS;
/** Which server is where. */
export type Ports = Readonly<Record<Name, number>>;

/** What is asked for on the command line. */
export interface Asked {
  /** Files and folders with music; none: ours. */
  readonly places: readonly string[];
  /** The ports to listen on. */
  readonly ports: Ports;
  /** What had to be chosen otherwise. */
  readonly notes: readonly string[];
  /** The program that makes MP3s. */
  readonly ffmpeg: string;
}

/**
 * Reads the command line. A port that nobody asked for, and that is taken, is another one.
 *
 * @throws Error for what cannot be asked for
 */
export async function asked(): Promise<Asked | undefined> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      radio: { type: "string" },
      echo: { type: "string" },
      fortune: { type: "string" },
      ffmpeg: { type: "string", default: "ffmpeg" },
      help: { type: "boolean" },
    },
  });
  if (values.help === true) return undefined;
  const notes: string[] = [];
  const choose = async (name: Name): Promise<number> => {
    const text = values[name];
    if (text !== undefined) return portOf(name, text);
    if (await isFree(PORTS[name])) return PORTS[name];
    notes.push(`Port ${PORTS[name]} is in use: the ${name} server has another one.`);
    return 0;
  };
  const ports = { radio: await choose("radio"), echo: await choose("echo"), fortune: await choose("fortune") };
  return { places: positionals, ports, notes, ffmpeg: values.ffmpeg };
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
