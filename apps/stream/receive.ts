// SPDX-License-Identifier: Apache-2.0
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

const Bytes = () => PureTransformer(([, bytes]: MulticastDatagram) => bytes);

function interfaceOf(via: string | undefined): { readonly interface?: string } {
  return via === undefined ? {} : { interface: via };
}

/** What to receive, and what to do with it. */
export interface Receiving {
  /** tcp://HOST:PORT; undefined: what is announced. */
  readonly url: string | undefined;
  /** The stream of this name; undefined: the first. */
  readonly name: string | undefined;
  /** A file to write it to; undefined: it is played. */
  readonly record: string | undefined;
  /** Also what was sent before, if the sender has it. */
  readonly from: "start" | "now";
}

/** Waits for a stream, and records or plays it until it is over. */
export async function receive(what: Receiving, announcing: Announcing): Promise<void> {
  if (what.url !== undefined) return await receiveFrom(connection(what.url), what.record);
  console.error("Waiting for an announcement …");
  const events = handle(Announcements(announcing));
  let playing: { readonly sid: string; readonly reception: Component<{}, { outbox: Uint8Array }> } | undefined;
  for await (const { type, session } of events.messages()) {
    const { sid } = session.origin;
    const place = placeOf(session);
    if (type === "gone" && sid === playing?.sid) {
      playing.reception.stop(producerFinished());
      break;
    }
    if (type === "gone" || playing !== undefined || place === undefined || (what.name ?? place.name) !== place.name) continue;
    console.error(`${what.record === undefined ? "Playing" : "Recording"} ${place.name}, from ${place.group}, port ${place.port}.`);
    const reception = Reception(place, announcing.via, what.from);
    output(reception, what.record).activate();
    playing = { sid, reception };
  }
}

/** @throws Error when it cannot connect, or the connection breaks */
async function receiveFrom(client: ReturnType<typeof connection>, record: string | undefined): Promise<void> {
  let fault: unknown;
  tap(client.outboxes.signal, ({ message }) => (fault = message));
  await output(client, record).run();
  if (fault instanceof Error) throw fault;
}

/** Writes it to a file, or plays it. */
function output(source: Component<{}, { outbox: Uint8Array }>, record: string | undefined) {
  return record === undefined ? Pipeline(source, player()) : Pipeline(source, SimpleFileWriter(record));
}

function connection(url: string) {
  const { protocol, hostname, port } = new URL(url);
  if (protocol !== "tcp:" || port === "") throw new Error(`Cannot receive ${url}: give tcp://HOST:PORT, or nothing, for what is announced`);
  return TCPClient({ host: hostname, port: Number(port) });
}

const player = () => UnixProcess("ffplay", { args: ["-v", "error", "-autoexit", "-"] });
