// SPDX-License-Identifier: Apache-2.0
import { component, type Component } from "../../axon/index.ts";
import type { MulticastMessage } from "./block.ts";
import { BEGIN, BEGIN_HEADER, type MulticastObject, PIECE, PIECE_HEADER } from "./objects.ts";

/** What is accepted. */
export interface ObjectDeframerOptions {
  /** Bytes that an object may have. Default 256 MiB. */
  readonly largest?: number;
  /** Senders whose unfinished objects are kept. Default 64. */
  readonly senders?: number;
}

/** An object that came whole, and whose it is. */
export interface ReceivedObject extends MulticastObject {
  readonly from: number;
}

/** An object that did not come whole. */
export interface BrokenObject {
  readonly from: number;
  /** Undefined where not even that has come. */
  readonly name: string | undefined;
  readonly reason: string;
}

interface Unfinished {
  readonly number: number;
  readonly name: string;
  readonly size: number;
  readonly pieces: Uint8Array[];
  have: number;
}

/**
 * Puts objects together from the messages of {@link ObjectFramer}, those of several senders at the same time. Those of which something is missing are told on "broken".
 *
 * @throws RangeError for sizes below 1
 * @example
 * const pair = Pipeline(ObjectFramer(), PureTransformer((message: Uint8Array) => ({ from: 1, message })), ObjectDeframer());
 * (await drive(pair, { inbox: [{ name: "greeting", bytes: Buffer.from("hello") }] })).outbox[0]!.name; // greeting
 */
export function ObjectDeframer({ largest = 256 << 20, senders = 64 }: ObjectDeframerOptions = {}): Component<
  { inbox: MulticastMessage },
  { outbox: ReceivedObject; broken: BrokenObject }
> {
  if (!(largest >= 1 && senders >= 1))
    throw new RangeError(`Cannot take objects of ${largest} bytes of ${senders} senders: give 1 or more`);
  return component(ObjectDeframer, {
    inboxes: { inbox: "messages, and whose they are" },
    outboxes: { outbox: "objects", broken: "objects that did not come whole, and why" },
    *main({ inbox }, { outbox, broken }, self) {
      const unfinished = new Map<number, Unfinished>();
      const drop = (from: number, reason: string): void => {
        broken.send({ from, name: unfinished.get(from)?.name, reason: `Cannot put an object together: ${reason}` });
        unfinished.delete(from);
      };
      const receive = ({ from, message }: MulticastMessage): void => {
        const type = message[0];
        if (type === BEGIN && message.length >= BEGIN_HEADER) {
          if (unfinished.has(from)) drop(from, "another one begins before it is whole");
          const begun = begin(message);
          if (begun.size > largest) return void broken.send({ from, name: begun.name, reason: tooLarge(begun.size, largest) });
          if (unfinished.size >= senders)
            for (const [first] of unfinished) if (unfinished.size >= senders) drop(first, "too many senders have begun one");
          unfinished.set(from, begun);
        } else if (type !== PIECE || !add(unfinished.get(from), message)) return drop(from, "a message is none of its pieces");
        const whole = unfinished.get(from)!;
        if (whole.have < whole.size) return;
        unfinished.delete(from);
        outbox.send({ from, name: whole.name, bytes: join(whole) });
      };
      while (yield inbox) for (const message of inbox) receive(message);
      if (!self.toldToStop) for (const from of [...unfinished.keys()]) drop(from, "no more comes");
    },
  });
}

function begin(message: Uint8Array): Unfinished {
  const view = new DataView(message.buffer, message.byteOffset, message.length);
  const size = view.getUint16(5) * 2 ** 32 + view.getUint32(7);
  return { number: view.getUint32(1), name: new TextDecoder().decode(message.subarray(BEGIN_HEADER)), size, pieces: [], have: 0 };
}

/** False if it is no piece of this. */
function add(to: Unfinished | undefined, message: Uint8Array): boolean {
  if (to === undefined || message.length < PIECE_HEADER) return false;
  const number = new DataView(message.buffer, message.byteOffset).getUint32(1);
  const piece = message.subarray(PIECE_HEADER);
  if (number !== to.number || to.have + piece.length > to.size) return false;
  to.pieces.push(piece);
  to.have += piece.length;
  return true;
}

function join({ pieces, size }: Unfinished): Uint8Array {
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

function tooLarge(size: number, largest: number): string {
  return `Cannot put an object together: it has ${size} bytes, and ${largest} is the most`;
}
