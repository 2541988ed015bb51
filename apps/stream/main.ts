// SPDX-License-Identifier: Apache-2.0
// A streaming system: plays files to a multicast group, which it announces, or to everybody who connects; and receives, plays and records that.
import { parseArgs } from "node:util";
import { producerFinished, System, tap } from "kamaelia/axon";
import { Backplane } from "kamaelia/util";
import type { Place } from "./describe.ts";
import type { Playlist } from "./playlist.ts";
import { Progress } from "./progress.ts";
import { receive } from "./receive.ts";
import { type Announcing, Station } from "./send.ts";
import { Broadcaster, Studio, type Where } from "./serve.ts";
import { type Command, invitation, SAP, usage } from "./usage.ts";

try {
  await run();
} catch (error) {
  console.error(inOneLine(error));
  process.exitCode = 1;
}

async function run(): Promise<void> {
  const { values, positionals } = parseArgs({
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
  const [word, ...files] = positionals;
  const command = commandOf(word);
  if (values.help) return void process.stdout.write(usage(command));
  const { format, name, record, reliable, from, group, host, interface: via } = values;
  const [sapAddress = "", sapPort] = values.sap.split(":");
  const announcing = { sapAddress, sapPort: Number(sapPort), via };
  if (command === "receive" && files.length <= 1 && (from === "now" || from === "start"))
    return await receive({ url: files[0], name, record, from }, announcing);
  if (command === undefined || command === "receive" || files.length === 0 || (format !== "ts" && format !== "opus"))
    throw new Error(usage(command));
  const progress = new Progress(files.length);
  const playlist: Playlist = { files, format, playing: progress.next };
  try {
    if (command === "serve") await serve(playlist, { host, port: Number(values.port ?? 5005) });
    else await send(playlist, { group, port: Number(values.port ?? 5004), name: name ?? "Kamaelia", format, reliable }, announcing);
  } finally {
    progress.end();
  }
}

/** The first cause: people want to read which file is missing, not who told whom. */
function inOneLine(error: unknown): string {
  let root = error;
  while (root instanceof Error && root.name === "ComponentFailure" && root.cause !== undefined) root = root.cause;
  return root instanceof Error ? root.message : String(root);
}

function commandOf(word: string | undefined): Command | undefined {
  return word === "send" || word === "receive" || word === "serve" ? word : undefined;
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

/** Ends when the playlist is over, and everybody has heard it. */
async function serve(playlist: Playlist, at: Where): Promise<void> {
  const system = new System();
  const server = Broadcaster("studio", playlist.format, at);
  const backplane = Backplane("studio");
  const studio = Studio(playlist, "studio");
  tap(server.outboxes.listening, ({ address, port }) => {
    const url = `tcp://${address === "0.0.0.0" ? "127.0.0.1" : address}:${port}`;
    process.stderr.write(invitation(`Serving at ${address}, port ${port}.`, url, url));
    system.activate(studio);
  });
  for (const one of [backplane, server]) system.activate(one);
  void studio.ended.then(() => [backplane, server].forEach((one) => one.stop(producerFinished())));
  await system.run();
}
