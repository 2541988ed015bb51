// SPDX-License-Identifier: Apache-2.0
import { type Component, handle, producerFinished } from "kamaelia/axon";
import { Pipeline } from "kamaelia/chassis";
import { SimpleFileWriter, UnixProcess } from "kamaelia/file";
import { type MulticastDatagram, Multicast_receiver } from "kamaelia/internet";
import { RecoverOrder } from "kamaelia/protocol";
import { OggFramer } from "kamaelia/protocol/ogg";
import { OpusDepacketiser, RTPDeframer, type RTPParsed, TSDepacketiser } from "kamaelia/protocol/rtp";
import { type SAPEvent, SAPListener } from "kamaelia/protocol/sap";
import { PureTransformer } from "kamaelia/util";
import { type Place, placeOf } from "./describe.ts";
import type { Announcing } from "./send.ts";

// #region receive
/** What is sent to a multicast group, as a file would have it: from now on, whoever joins late. */
export function Reception({ group, port, format }: Place, via: string | undefined): Component<{}, { outbox: Uint8Array }> {
  const receiver = Multicast_receiver({ address: group, port, ...interfaceOf(via) });
  const order = RecoverOrder<RTPParsed>({ modulo: 65_536, timeout: 200 });
  const content = format === "ts" ? TSDepacketiser() : Pipeline(OpusDepacketiser(), OggFramer());
  return Pipeline(receiver, Bytes(), RTPDeframer(), order, content);
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

/** Waits for a stream of this name, or any, and records or plays it until it is over. */
export async function receive(name: string | undefined, record: string | undefined, announcing: Announcing): Promise<void> {
  const events = handle(Announcements(announcing));
  let playing: { readonly sid: string; readonly reception: Component<{}, { outbox: Uint8Array }> } | undefined;
  for await (const { type, session } of events.messages()) {
    const { sid } = session.origin;
    const place = placeOf(session);
    if (type === "gone" && sid === playing?.sid) {
      playing.reception.stop(producerFinished());
      break;
    }
    if (type === "gone" || playing !== undefined || place === undefined || (name !== undefined && place.name !== name)) continue;
    console.error(`${record === undefined ? "Playing" : "Recording"} ${place.name}, from ${place.group}, port ${place.port}.`);
    const reception = Reception(place, announcing.via);
    const system = record === undefined ? Pipeline(reception, player()) : Pipeline(reception, SimpleFileWriter(record));
    system.activate();
    playing = { sid, reception };
  }
}

const player = () => UnixProcess("ffplay", { args: ["-v", "error", "-autoexit", "-"] });
