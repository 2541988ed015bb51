// SPDX-License-Identifier: Apache-2.0
// What `npm start` runs: a radio station with its page, an echo server and a fortune server on loopback, and a live picture of the components inside.
import { type AnyComponent, type Component, component, type Endpoint, System } from "kamaelia/axon";
import { SimpleServer } from "kamaelia/internet";
import { EchoProtocol, FortuneCookieProtocol } from "kamaelia/protocol";
import { IcecastMounts, IcecastServer } from "kamaelia/protocol/icecast";
import { inOneLine } from "../lib/commandLine.ts";
import { type Asked, asked, type Ports, USAGE } from "./options.ts";
import { Picture } from "./Picture.ts";
import { ourMusic, type Playlist, playlistOf } from "./playlist.ts";
import { Station } from "./station.ts";
import { Look, website } from "./web.ts";

const what = await asked().catch((error: unknown) => {
  console.error(`${inOneLine(error)}; ${USAGE}`);
  process.exit(2);
});
if (what === undefined) console.log(USAGE.replace(/^u/, "U"));
else {
  await run(what).catch((error: unknown) => {
    console.error(inOneLine(error));
    process.exitCode = 1;
  });
}

async function run({ places, ports, notes, ffmpeg }: Asked): Promise<void> {
  const playlist = places.length === 0 ? ourMusic(ffmpeg) : await playlistOf(places, ffmpeg);
  const system = new System();
  const picture = new Picture(system, process.stdout);
  const mounts = new IcecastMounts();
  let listening = ports;
  const look = new Look(system, mounts, () => listening, picture.notes);
  const echo = SimpleServer({ port: ports.echo, protocol: EchoProtocol });
  const fortune = SimpleServer({ port: ports.fortune, protocol: FortuneCookieProtocol });
  const radio = IcecastServer({ port: ports.radio, streams: mounts, handler: website(look, mounts) });
  const station: AnyComponent = Station(playlist, mounts, {
    report: (fault) => picture.say(fault),
    playing: (title) => {
      look.heard(title);
      picture.notes.set(station.id, `now: ${title}`);
      picture.say(`Now playing: ${title}`);
    },
  });
  const ready = WhenAllListen((at) => {
    listening = at;
    picture.notes.set(echo.id, `the echo server, port ${at.echo}`).set(fortune.id, `the fortune server, port ${at.fortune}`);
    picture.notes.set(radio.id, `the radio, port ${at.radio}`);
    picture.start([...heading(at, playlist), ...notes, ""]);
    system.activate(station);
  });
  for (const [name, server] of Object.entries({ echo, fortune, radio }))
    ready.link(server.outboxes.listening, ready.inboxes[name as keyof Ports]);
  for (const one of [ready, echo, fortune, radio]) system.activate(one);
  await system.run();
  picture.end("Stopped.");
}

/** Calls back when all servers listen. */
function WhenAllListen(callback: (at: Ports) => void): Component<{ [Name in keyof Ports]: Endpoint }, {}> {
  return component(WhenAllListen, {
    inboxes: {
      echo: "where the echo server listens",
      fortune: "where the fortune server listens",
      radio: "where the radio is",
    },
    *main({ echo, fortune, radio }) {
      if ((yield echo) && (yield fortune) && (yield radio))
        callback({ echo: echo.recv().port, fortune: fortune.recv().port, radio: radio.recv().port });
    },
  });
}

function heading({ echo, fortune, radio }: Ports, { tracks, left, format }: Playlist): string[] {
  const skipped =
    left.length === 0
      ? []
      : [`${left.length} of ${left.length + tracks.length} files need ffmpeg (Debian: apt install ffmpeg), and are left out.`];
  return [
    `Radio:           http://127.0.0.1:${radio}/    open it in a browser`,
    `  or:            ffplay http://127.0.0.1:${radio}/radio`,
    `Echo server:     nc 127.0.0.1 ${echo}    says what you say`,
    `Fortune server:  nc 127.0.0.1 ${fortune}    tells your fortune, slowly`,
    "Network testbed: npm run testbed    two minutes of a network in some seconds",
    "Ctrl-C stops all. Music of your own: npm start -- ~/Music",
    ...(format === "wav" ? ["Without ffmpeg (apt install ffmpeg) the radio sends ten times the bytes."] : []),
    ...skipped,
  ];
}
