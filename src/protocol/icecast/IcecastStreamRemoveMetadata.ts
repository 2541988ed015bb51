// SPDX-License-Identifier: Apache-2.0
import { type Component, component } from "../../axon/index.ts";
import type { IceIPC } from "./messages.ts";

/**
 * Sends only the sound of a stream, as bytes.
 *
 * @example
 * const url = "http://127.0.0.1:8000/radio";
 * const sound = Pipeline(IcecastClient(url), IcecastDemux(), IcecastStreamRemoveMetadata());
 * await Pipeline(sound, UnixProcess("ffplay", { args: ["-"] })).run(); // until it is stopped
 */
export function IcecastStreamRemoveMetadata(): Component<{ inbox: IceIPC }, { outbox: Uint8Array }> {
  return component(IcecastStreamRemoveMetadata, {
    inboxes: { inbox: "sound and metadata" },
    outboxes: { outbox: "the sound" },
    *main({ inbox }, { outbox }) {
      while (yield inbox) for (const message of inbox) if (message.type === "IceIPCDataChunk") outbox.send(message.data);
    },
  });
}
