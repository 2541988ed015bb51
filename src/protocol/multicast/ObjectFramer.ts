// SPDX-License-Identifier: Apache-2.0
import { component, type Component } from "../../axon/index.ts";
import { BEGIN, BEGIN_HEADER, type MulticastObject, PIECE, PIECE_HEADER } from "./objects.ts";

/** How objects are cut. */
export interface ObjectFramerOptions {
  /** Bytes of a piece. Default 65,536. */
  readonly piece?: number;
}

/**
 * Makes messages of objects, for {@link ReliableMulticast}: {@link ObjectDeframer} puts them together again.
 *
 * @throws RangeError for a size below 1
 * @example
 * const pair = Pipeline(ObjectFramer(), PureTransformer((message: Uint8Array) => ({ from: 1, message })), ObjectDeframer());
 * (await drive(pair, { inbox: [{ name: "greeting", bytes: Buffer.from("hello") }] })).outbox[0]!.name; // greeting
 */
export function ObjectFramer({ piece = 65_536 }: ObjectFramerOptions = {}): Component<{ inbox: MulticastObject }, { outbox: Uint8Array }> {
  if (!(piece >= 1)) throw new RangeError(`Cannot cut objects into pieces of ${piece} bytes: give 1 or more`);
  return component(ObjectFramer, {
    inboxes: { inbox: "objects" },
    outboxes: { outbox: "messages" },
    *main({ inbox }, { outbox }, self) {
      for (let number = 0; yield inbox; number = (number + 1) >>> 0) {
        const { name, bytes } = inbox.recv();
        outbox.send(begin(number, name, bytes.length));
        for (let at = 0; at < bytes.length; at += piece) {
          const message = new Uint8Array(PIECE_HEADER + Math.min(piece, bytes.length - at));
          message[0] = PIECE;
          new DataView(message.buffer).setUint32(1, number);
          message.set(bytes.subarray(at, at + piece), PIECE_HEADER);
          outbox.send(message);
          yield; // the first pieces of a large object leave while the others are cut
          if (self.toldToStop) return;
        }
      }
    },
  });
}

function begin(number: number, name: string, size: number): Uint8Array {
  const text = new TextEncoder().encode(name);
  const message = new Uint8Array(BEGIN_HEADER + text.length);
  const view = new DataView(message.buffer);
  message[0] = BEGIN;
  view.setUint32(1, number);
  view.setUint16(5, Math.floor(size / 2 ** 32));
  view.setUint32(7, size >>> 0);
  message.set(text, BEGIN_HEADER);
  return message;
}
