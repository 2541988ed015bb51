// SPDX-License-Identifier: Apache-2.0
// A radio station and a listener in one program, over a real connection: Icecast, with titles.
import { type Component, component, type Endpoint } from "kamaelia/axon";
import { Tone } from "kamaelia/audio";
import { Carousel, Graphline, Pipeline } from "kamaelia/chassis";
import { IcecastClient, IcecastDemux, IcecastMount, IcecastMounts, IcecastServer, type IceIPC } from "kamaelia/protocol/icecast";
import { ConsoleEchoer, Fanout, FlatMap, ForwardIteratingChooser, PureTransformer } from "kamaelia/util";

/** What is played: a title, and a tone. */
interface Song {
  readonly title: string;
  readonly frequency: number;
}

const songs: readonly Song[] = [
  { title: "Kamaelia - Low", frequency: 220 },
  { title: "Kamaelia - Higher; it's fine", frequency: 330 },
  { title: "Kamaelia - Highest", frequency: 440 },
];

// #region station
const streams = new IcecastMounts();
const station = Graphline({
  components: {
    CHOOSER: ForwardIteratingChooser(songs),
    BOTH: Fanout<Song, "song" | "name">(["song", "name"]),
    PLAYER: Carousel(({ frequency }: Song) => Tone({ frequency, duration: 0.6, paced: true })),
    TITLES: PureTransformer(({ title }: Song) => title),
    MOUNT: IcecastMount(streams, "/radio", { name: "Tones" }),
  },
  linkages: {
    "PLAYER.requestNext": "CHOOSER.inbox",
    "CHOOSER.outbox": "BOTH.inbox",
    "BOTH.song": "PLAYER.next",
    "BOTH.name": "TITLES.inbox",
    "TITLES.outbox": "MOUNT.metadata",
    "PLAYER.outbox": "MOUNT.inbox",
    "CHOOSER.signal": "PLAYER.control",
    "PLAYER.signal": "MOUNT.control",
    "MOUNT.signal": "BOTH.control",
    "BOTH.name_signal": "TITLES.control",
  },
});
// #endregion

// #region listener
function Listener({ port }: Endpoint) {
  const sound = Pipeline(IcecastClient(`http://127.0.0.1:${port}/radio`, { backoff: { first: 50 }, attempts: 3 }), IcecastDemux());
  const titles = FlatMap((message: IceIPC) =>
    message.type === "IceIPCMetadata" ? [`Now playing: ${message.metadata["StreamTitle"]}\n`] : [],
  );
  return Pipeline(sound, titles, ConsoleEchoer());
}
// #endregion

// #region run
await Graphline({
  components: {
    STATION: station,
    SERVER: IcecastServer({ port: 0, streams }),
    LISTENER: Carousel(Listener),
    DOOR: CloseAfter(1),
  },
  linkages: {
    "SERVER.listening": "LISTENER.next",
    "LISTENER.requestNext": "DOOR.inbox",
    "DOOR.signal": "SERVER.control",
    "SERVER.signal": "LISTENER.control",
  },
}).run();
// #endregion

/** Ends after so many messages. */
function CloseAfter(count: number): Component<{ inbox: unknown }, {}> {
  return component(CloseAfter, {
    inboxes: { inbox: "messages to count" },
    *main({ inbox }) {
      for (let i = 0; i < count && (yield inbox); i++) inbox.recv();
    },
  });
}

// Output:
// Now playing: Kamaelia - Low
// Now playing: Kamaelia - Higher; it's fine
// Now playing: Kamaelia - Highest
