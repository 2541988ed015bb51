// SPDX-License-Identifier: Apache-2.0
// A streaming system: plays files to a multicast group, which it announces, or to everybody who connects; and receives, plays and records that.
import { System } from "kamaelia/axon";
import { inOneLine } from "../lib/commandLine.ts";
import type { Place } from "./describe.ts";
import { type Asked, asked, commandOf } from "./options.ts";
import type { Playlist } from "./playlist.ts";
import { Progress } from "./progress.ts";
import { receive } from "./receive.ts";
import { type Announcing, Station } from "./send.ts";
import { Broadcast, type Where } from "./serve.ts";
import { invitation, SAP, usage } from "./usage.ts";

const wish = understood(process.argv.slice(2));
if (wish !== undefined) {
  await run(wish).catch((error: unknown) => {
    console.error(inOneLine(error));
    process.exitCode = 1;
  });
}

/** What is asked for, if it is not how to ask. */
function understood(words: string[]): Asked | undefined {
  const command = words.map(commandOf).find((one) => one !== undefined);
  try {
    const all = asked(words);
    if (all === undefined) process.stdout.write(usage(command));
    return all;
  } catch (error) {
    process.stderr.write(`${inOneLine(error)}\n\n${usage(command)}`);
    process.exitCode = 2;
    return undefined;
  }
}

async function run(all: Asked): Promise<void> {
  const { command, files, format, announcing, group, reliable, host } = all;
  if (command === "receive") return await receive(all, announcing);
  const progress = new Progress(files.length);
  const playlist: Playlist = { files, format, playing: progress.next };
  try {
    if (command === "serve") await serve(playlist, { host, port: all.port ?? 5005 });
    else await send(playlist, { group, port: all.port ?? 5004, name: all.name ?? "Kamaelia", format, reliable }, announcing);
  } finally {
    progress.end();
  }
}

/** Ends when the playlist is over. */
async function send(playlist: Playlist, place: Place, announcing: Announcing): Promise<void> {
  const { group, port, name, format, reliable } = place;
  const station = Station(playlist, place, announcing);
  const direct = format === "ts" && !reliable ? `rtp://${group}:${port}` : undefined; // anything else needs the description
  const via = announcing.via === undefined ? [] : ["--interface", announcing.via];
  const sap = `${announcing.sapAddress}:${announcing.sapPort}`;
  const words = ["--name", JSON.stringify(name), ...via, ...(sap === SAP ? [] : ["--sap", sap])];
  process.stderr.write(invitation(`Sending ${name} to ${group}, port ${port}.`, words.join(" "), direct));
  await station.run();
}

/** Ends when the playlist is over, or Ctrl-C is pressed, and everybody has heard what was played. */
async function serve(playlist: Playlist, at: Where): Promise<void> {
  const broadcast = Broadcast(playlist, at, ({ address, port }) => {
    const url = `tcp://${address === "0.0.0.0" ? "127.0.0.1" : address}:${port}`;
    process.stderr.write(invitation(`Serving at ${address}, port ${port}.`, url, url));
  });
  await new System().run(broadcast);
}
