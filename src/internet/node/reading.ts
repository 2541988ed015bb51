// SPDX-License-Identifier: Apache-2.0
// Reading without a fresh 64 KiB buffer for each read, which is what node:net takes, however few bytes come.
//
// A socket that gets little at a time reads into one scratch buffer that all share, and what came is copied at once into a slab, a piece of which becomes the
// message: no buffer that a message refers to is ever used again. Sockets that get a lot read as usual: copying would cost more.
//
// node:net can do that with its option `onread`, but only for sockets that connect, and not for some time only; so we set what the option sets. Where that is
// not as we know it (another version of Node.js), sockets read as usual.
import { Socket } from "node:net";

/** What node:net reads at most at once. */
const SIZE = 65_536;
/** From so many bytes on, copying costs more than a fresh buffer. */
const MUCH = 16_384;

const scratch: Buffer = Buffer.allocUnsafeSlow(SIZE);
let slab = Buffer.allocUnsafeSlow(SIZE);
let used = 0;

/** Whether a socket that got so many bytes would better read into the scratch buffer. */
export function isLittle(length: number): boolean {
  return length < MUCH;
}

/** Names of the properties that the option `onread` sets. */
const [ownBuffer, ownCallback] = ["kBuffer", "kBufferCb"].map((name) =>
  Object.getOwnPropertySymbols(new Socket()).find(({ description }) => description === name),
);

/** Gives what makes an open socket read into the scratch buffer; that answers false if it cannot. */
export function readerInto<S extends Socket>(tell: (this: S, bytes: Uint8Array) => void): (socket: Socket) => boolean {
  function callback(this: S, length: number): boolean {
    tell.call(this, piece(length));
    return true;
  }
  return (socket) => {
    const handle: { useUserBuffer?: (buffer: Uint8Array) => void } | null = Reflect.get(socket, "_handle");
    if (ownBuffer === undefined || ownCallback === undefined || handle?.useUserBuffer === undefined) return false;
    Object.assign(socket, { [ownBuffer]: scratch, [ownCallback]: callback });
    handle.useUserBuffer(scratch);
    return true;
  };
}

/** A copy of what is in the scratch buffer. */
function piece(length: number): Uint8Array {
  if (length >= MUCH) return Buffer.from(scratch.subarray(0, length));
  if (length > SIZE - used) {
    slab = Buffer.allocUnsafeSlow(SIZE);
    used = 0;
  }
  const copy = slab.subarray(used, (used += length));
  scratch.copy(copy, 0, 0, length);
  return copy;
}
