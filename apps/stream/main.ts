// SPDX-License-Identifier: Apache-2.0
// A streaming system: plays files to a multicast group, which it announces, or to everybody who connects; and receives, plays and records that.
import { parseArgs } from "node:util";
import { producerFinished, System } from "kamaelia/axon";
import { SAP_ADDRESS, SAP_PORT } from "kamaelia/protocol/sap";
import { Backplane } from "kamaelia/util";
import type { Playlist } from "./playlist.ts";
import { receive } from "./receive.ts";
import { Station } from "./send.ts";
import { Broadcaster, Studio } from "./serve.ts";

const USAGE = `Usage: node apps/stream/main.ts send FILE…     play files to a multicast group, and announce it
       node apps/stream/main.ts receive [tcp://HOST:PORT]
                                              play what is announced, or served there, from now on, with ffplay
       node apps/stream/main.ts serve FILE…   play files to everybody who connects

  --format ts|opus     what is sent: an MPEG transport stream (default), or Opus; other files are read by ffmpeg
  --reliable           send: so that nothing is lost on the way (ReliableMulticast)
  --from start         receive: also what was sent before, if it is sent so
  --name NAME          what the stream is called (default "Kamaelia"), or which one to receive (default: the first)
  --record FILE        receive: write it to a file
  --group, --port      where to: 239.255.42.42 and 5004; serve: port 5005
  --interface ADDRESS  the interface by which multicast goes
  --sap ADDRESS:PORT   where announcements are: ${SAP_ADDRESS}:${SAP_PORT}
`;

try {
  await run();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
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
      interface: { type: "string" },
      sap: { type: "string", default: `${SAP_ADDRESS}:${SAP_PORT}` },
    },
  });
  const [command, ...files] = positionals;
  const { format, name, record, reliable, from, group, interface: via } = values;
  const [sapAddress = "", sapPort] = values.sap.split(":");
  const announcing = { sapAddress, sapPort: Number(sapPort), via };
  if (command === "receive" && files.length <= 1 && (from === "now" || from === "start"))
    return await receive({ url: files[0], name, record, from }, announcing);
  if ((command !== "send" && command !== "serve") || files.length === 0 || (format !== "ts" && format !== "opus")) throw new Error(USAGE);
  const playlist = { files, format } as const;
  if (command === "send") {
    const place = { group, port: Number(values.port ?? 5004), name: name ?? "Kamaelia", format, reliable } as const;
    return await Station(playlist, place, announcing).run();
  }
  await serve(playlist, Number(values.port ?? 5005));
}

/** Ends when the playlist is over, and everybody has heard it. */
async function serve(playlist: Playlist, port: number): Promise<void> {
  const system = new System();
  const server = Broadcaster("studio", playlist.format, port);
  const backplane = Backplane("studio");
  const studio = Studio(playlist, "studio");
  for (const one of [backplane, server, studio]) system.activate(one);
  void studio.ended.then(() => [backplane, server].forEach((one) => one.stop(producerFinished())));
  await system.run();
}
