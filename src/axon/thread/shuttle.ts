// SPDX-License-Identifier: Apache-2.0
import { textOf } from "../errors.ts";
import { HELD } from "../flags.ts";
import type { Inbox } from "../Inbox.ts";
import type { Microprocess } from "../Microprocess.ts";
import type { Outbox } from "../Outbox.ts";
import type { Channel } from "./channel.ts";
import { WANTS_DATA, WANTS_ROOM } from "./memory.ts";

/** A box whose messages go to the other side. */
export interface Source {
  readonly inbox: Inbox;
  /** Its number in the channel. */
  readonly box: number;
  /** `Crunch_3.inbox`, for people to read. */
  readonly name: string;
}

/** What moves messages between the boxes of a component and the other side. */
export interface ShuttleOptions {
  readonly owner: Microprocess;
  readonly channel: Channel;
  readonly sources: readonly Source[];
  /** Where messages of the other side go, by the numbers of their boxes. */
  readonly sinks: readonly (Outbox | undefined)[];
  /** Whether messages go to the other side also while the owner is held. Default false. */
  readonly sendsWhileHeld?: boolean;
  /** What moves with a message instead of being copied. */
  readonly transfer?: (message: unknown) => readonly object[];
}

const NOTHING: readonly object[] = [];

/** Moves messages between the boxes of a component and the other side of a channel, and stops where there is no room: so the bounds of boxes hold across threads. */
export class Shuttle {
  readonly #owner: Microprocess;
  readonly #channel: Channel;
  readonly #sources: readonly Source[];
  readonly #sinks: readonly (Outbox | undefined)[];
  readonly #sendsWhileHeld: boolean;
  readonly #transfer: (message: unknown) => readonly object[];

  constructor({ owner, channel, sources, sinks, sendsWhileHeld = false, transfer = () => NOTHING }: ShuttleOptions) {
    this.#owner = owner;
    this.#channel = channel;
    this.#sources = sources;
    this.#sinks = sinks;
    this.#sendsWhileHeld = sendsWhileHeld;
    this.#transfer = transfer;
  }

  /** Whether nothing waits to be sent. */
  get emptied(): boolean {
    return this.#sources.every(({ inbox }) => inbox.length === 0);
  }

  /**
   * Sends what waits in the boxes, as far as there is room.
   *
   * @throws TypeError for a message that cannot be copied to another thread; it is gone, those before it are sent
   */
  send(): void {
    const channel = this.#channel;
    let full = false;
    try {
      for (const { inbox, box, name } of this.#sources) {
        while (inbox.length > 0 && this.#hasRoom(box, inbox)) this.#sendOne(box, inbox.recv(), name);
        full ||= channel.isHalfFull(box);
      }
    } finally {
      if (full || !this.#owner.system!.busy) channel.publish();
      else channel.publishSoon();
    }
  }

  /** Passes on what has come, until a box that it goes to is full. */
  deliver(): void {
    const channel = this.#channel;
    while ((this.#owner.flags & HELD) === 0 && channel.next()) {
      const { box } = channel;
      this.#sinks[box]!.send(channel.message);
      channel.took(box);
    }
    channel.freeRing();
  }

  /**
   * Goes to sleep until a bell rings. False: there is something to do after all.
   *
   * @param isSending whether what waits in the boxes is still to be sent
   */
  rest(told: () => boolean, isSending = true): boolean {
    const held = (this.#owner.flags & HELD) !== 0;
    const sends = isSending && (!held || this.#sendsWhileHeld);
    const wants = (held ? 0 : WANTS_DATA) | (sends ? WANTS_ROOM : 0);
    return this.#channel.listen(wants, () => told() || (!held && this.#channel.available) || (sends && this.#canSend()));
  }

  #canSend(): boolean {
    return this.#sources.some(({ inbox, box }) => inbox.length > 0 && this.#hasRoom(box, inbox));
  }

  /** Whether the next message of a box can be sent; if not, says that room is waited for. */
  #hasRoom(box: number, inbox: Inbox): boolean {
    const channel = this.#channel;
    return (channel.hasRoom(box) || channel.wantRoom(box)) && channel.fits(inbox.peekNext());
  }

  #sendOne(box: number, message: unknown, name: string): void {
    try {
      this.#channel.write(box, message, this.#transfer(message));
    } catch (error) {
      throw cannotCopy(name, error);
    }
  }
}

/** What to say of a message that cannot go to another thread. */
export function cannotCopy(name: string, error: unknown): TypeError {
  return new TypeError(`Cannot pass a message of ${name} to another thread: ${textOf(error).replace(/\.$/, "")}; send plain data`, {
    cause: error,
  });
}
