// SPDX-License-Identifier: Apache-2.0
// Reading without a fresh 64 KiB buffer for each read, which is what node:net takes, however few or many bytes come.
//
// A socket that gets little at a time reads into one scratch buffer that all share, and what came is copied at once into a slab, a piece of which becomes the
// message. A socket that gets more than that holds reads into a large slab of its own: nothing is copied, and there are half as many system calls, messages and
// turns. No bytes that a message refers to are ever written again.
//
// node:net can do that with its option `onread`, but only for sockets that connect, and not for some time only; so we set what the option sets. Where that is
// not as we know it (another version of Node.js), sockets read as usual.
import { Socket } from "node:net";

/** What node:net reads at most at once. */
const SIZE = 65_536;
/** What a socket with a slab of its own reads at most at once. */
const LARGE = 131_072;
/** From so many bytes on, copying costs more than a fresh buffer. */
const MUCH = 16_384;
/** How often in a row little must come before it is read in the way that is best for that. */
export const OFTEN = 3;
/** So many sockets have slabs of their own: those that got much, and then nothing, should not keep much memory. */
const MOST = 64;

const scratch: Buffer = Buffer.allocUnsafeSlow(SIZE);
let pieces = Buffer.allocUnsafeSlow(SIZE);
let used = 0;

/** Where the socket that has just read reads to next. */
let next: Buffer = scratch;
const following = (): Buffer => next;

/** Names of the properties that the option `onread` sets. */
const [ownBuffer, ownCallback, ownFollowing] = ["kBuffer", "kBufferCb", "kBufferGen"].map((name) =>
  Object.getOwnPropertySymbols(new Socket()).find(({ description }) => description === name),
);
const own = Symbol("the slab that a socket reads into");

type Reading = Socket & { [own]?: Slab | undefined };
type Handle = { useUserBuffer?: (buffer: Uint8Array) => void } | null;

/** Slabs, and which of them is to be given up for another one. */
const slabs: (Slab | undefined)[] = [];
let oldest = 0;

/** Whether a read that gave so many bytes gave little. */
export function isLittle(length: number): boolean {
  return length < MUCH;
}

/** Whether it gave as much as it could: there may be more. */
export function isMuch(length: number): boolean {
  return length >= SIZE;
}

/** Ways for an open socket to read; without any of them it reads as usual. */
export interface Ways {
  /** Reads into what all share. */
  little(socket: Socket): void;
  /** Reads into a slab of its own, for as long as much comes. */
  much(socket: Socket): void;
  /** The socket is closed. */
  over(socket: Socket): void;
}

/** @param tell what came, however it was read */
export function waysToRead<S extends Socket>(tell: (this: S, bytes: Uint8Array) => void): Ways {
  function little(this: S & Reading, length: number): boolean {
    next = scratch;
    if (length === SIZE) begin(this);
    tell.call(this, piece(scratch, length));
    return true;
  }
  function much(this: S & Reading, length: number): boolean {
    const slab = this[own]!;
    const bytes = slab.take(length);
    if (slab.littles >= OFTEN) end(this);
    else next = slab.rest;
    tell.call(this, bytes);
    return true;
  }
  /** Who has just read, or goes on with `reread`, reads into a slab from now on. */
  function begin(socket: Reading): void {
    const slab = (socket[own] = new Slab(socket));
    const given = slabs[oldest];
    if (given !== undefined) {
      end(given.socket);
      reread(given.socket, scratch);
    }
    slab.place = oldest;
    slabs[oldest] = slab;
    oldest = (oldest + 1) % MOST;
    next = slab.rest;
    Object.assign(socket, { [ownCallback!]: much, [ownFollowing!]: following });
  }
  function end(socket: Reading): void {
    slabs[socket[own]!.place] = undefined;
    socket[own] = undefined;
    next = scratch;
    Object.assign(socket, { [ownCallback!]: little });
  }
  return {
    little(socket) {
      if (reread(socket, scratch)) Object.assign(socket, { [ownCallback!]: little });
    },
    much(socket) {
      begin(socket);
      if (!reread(socket, next)) end(socket);
    },
    over(socket: Reading) {
      if (socket[own] !== undefined) end(socket);
    },
  };
}

/** Where a socket reads to from now on, outside of a read. Answers false if that cannot be said. */
function reread(socket: Socket, buffer: Buffer): boolean {
  const handle: Handle = Reflect.get(socket, "_handle");
  if (ownBuffer === undefined || ownCallback === undefined || ownFollowing === undefined || handle?.useUserBuffer === undefined)
    return false;
  Object.assign(socket, { [ownBuffer]: buffer });
  handle.useUserBuffer(buffer);
  return true;
}

/** A copy of the first bytes of a buffer that will be read into again. */
function piece(from: Buffer, length: number): Buffer {
  if (length >= MUCH) return Buffer.from(from.subarray(0, length));
  if (length > SIZE - used) {
    pieces = Buffer.allocUnsafeSlow(SIZE);
    used = 0;
  }
  const copy = pieces.subarray(used, (used += length));
  from.copy(copy, 0, 0, length);
  return copy;
}

/** What one socket reads into: pieces of it are messages. */
class Slab {
  readonly socket: Reading;
  place = 0;
  /** How often in a row little came. */
  littles = 0;
  /** What is still free of it. */
  rest: Buffer = Buffer.allocUnsafeSlow(LARGE);

  constructor(socket: Reading) {
    this.socket = socket;
  }

  /** The bytes that came, which will stay as they are. */
  take(length: number): Buffer {
    const { rest } = this;
    if (length < MUCH) {
      this.littles++;
      return piece(rest, length);
    }
    this.littles = 0;
    this.rest = rest.length - length >= SIZE ? rest.subarray(length) : Buffer.allocUnsafeSlow(LARGE);
    return rest.subarray(0, length);
  }
}
