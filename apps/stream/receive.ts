// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from "node:child_process";
import { type Component, handle, producerFinished, tap } from "kamaelia/axon";
import { Pipeline } from "kamaelia/chassis";
import { SimpleFileWriter, UnixProcess } from "kamaelia/file";
import { type MulticastDatagram, Multicast_receiver, TCPClient } from "kamaelia/internet";
import { RecoverOrder } from "kamaelia/protocol";
import { OggFramer } from "kamaelia/protocol/ogg";
import { OpusDepacketiser, RTPDeframer, type RTPParsed, RTPSource, TSDepacketiser } from "kamaelia/protocol/rtp";
import { type SAPEvent, SAPListener } from "kamaelia/protocol/sap";
import { PureTransformer } from "kamaelia/util";
import { type Place, placeOf } from "./describe.ts";
import { ReliableReception } from "./reliable.ts";
import type { Announcing } from "./send.ts";

// #region receive
/** What is sent to a multicast group, as a file would have it: from now on, whoever joins late. */
export function Reception(place: Place, via: string | undefined, from: "start" | "now" = "now"): Component<{}, { outbox: Uint8Array }> {
  const { group, port, format, reliable } = place;
  const receiver = Pipeline(Multicast_receiver({ address: group, port, ...interfaceOf(via) }), Bytes());
  const order = RecoverOrder<RTPParsed>({ timeout: 200 });
  const content = format === "ts" ? TSDepacketiser() : Pipeline(OpusDepacketiser(), OggFramer());
  return Pipeline(reliable ? ReliableReception(place, via, from) : receiver, RTPDeframer(), RTPSource(), order, content);
}

/** Who announces what. */
export function Announcements({ sapAddress, sapPort, via }: Announcing): Component<{}, { outbox: SAPEvent }> {
  return Pipeline(Multicast_receiver({ address: sapAddress, port: sapPort, ...interfaceOf(via) }), Bytes(), SAPListener());
}
// #endregion

/** What plays. */
const PLAYER = "ffplay";

const Bytes = () => PureTransformer(([, bytes]: MulticastDatagram) => bytes);

function interfaceOf(via: string | undefined): { readonly interface?: string } {
  return via === undefined ? {} : { interface: via };
}

/** What to receive, and what to do with it. */
export interface Receiving {
  /** Who serves it; undefined: what is announced. */
  readonly server: { readonly host: string; readonly port: number } | undefined;
  /** The stream of this name; undefined: the first. */
  readonly name: string | undefined;
  /** A file to write it to; undefined: it is played. */
  readonly record: string | undefined;
  /** Also what was sent before, if the sender has it. */
  readonly from: "start" | "now";
}

/**
 * Waits for a stream, and records or plays it until it is over.
 *
 * @throws Error when there is nothing to play it with, and when it cannot be received
 */
export async function receive({ server, name, record, from }: Receiving, announcing: Announcing): Promise<void> {
  if (record === undefined && spawnSync(PLAYER, ["-version"]).error !== undefined)
    throw new Error(`Cannot play: there is no ${PLAYER} (Debian: apt install ffmpeg); --record FILE writes it to a file`);
  if (server !== undefined) return await receiveFrom(TCPClient(server), record);
  console.error("Waiting for an announcement …");
  const announcements = handle(Announcements(announcing));
  const events = announcements.messages();
  const isWanted = (place: Place | undefined): boolean => place !== undefined && (name ?? place.name) === place.name;
  const found = await first(events, ({ type, session }) => type !== "gone" && isWanted(placeOf(session)));
  const place = found && placeOf(found.session);
  if (found === undefined || place === undefined) return;
  console.error(`${record === undefined ? "Playing" : "Recording"} ${place.name}, from ${place.group}, port ${place.port}.`);
  const reception = Reception(place, announcing.via, from);
  const { sid } = found.session.origin;
  const gone = first(events, ({ type, session }) => type === "gone" && session.origin.sid === sid);
  await Promise.all([
    gone.finally(() => reception.stop(producerFinished())),
    output(reception, record)
      .run()
      .finally(() => announcements.stop()),
  ]);
}

/** The next announcement like this; undefined: there will be none. */
async function first(events: AsyncIterator<SAPEvent>, isIt: (event: SAPEvent) => boolean): Promise<SAPEvent | undefined> {
  for (;;) {
    const { value, done } = await events.next();
    if (done === true || isIt(value)) return value;
  }
}

/** @throws Error when it cannot connect, or the connection breaks */
async function receiveFrom(client: ReturnType<typeof TCPClient>, record: string | undefined): Promise<void> {
  let fault: unknown;
  tap(client.outboxes.signal, ({ message }) => (fault = message));
  await output(client, record).run();
  if (fault instanceof Error) throw fault;
}

/** Writes it to a file, or plays it. */
function output(source: Component<{}, { outbox: Uint8Array }>, record: string | undefined) {
  if (record !== undefined) return Pipeline(source, SimpleFileWriter(record));
  const player = UnixProcess(PLAYER, { args: ["-v", "error", "-autoexit", "-"] });
  void player.ended.then(() => source.stop()); // who closes its window wants no more
  return Pipeline(source, player);
}
