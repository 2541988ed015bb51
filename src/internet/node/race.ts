// SPDX-License-Identifier: Apache-2.0
// Happy eyeballs (RFC 8305): connects to the first of several addresses that answers, without waiting long for any.
import { connect, type Socket, type TcpNetConnectOpts } from "node:net";

/** How long an attempt has before the next one begins beside it (RFC 8305, section 5). */
const HEAD_START = 250;

/** What a race is told. */
export interface RaceEvents {
  won(socket: Socket): void;
  /** With the error of the first attempt, or of the look-up. */
  lost(error: Error): void;
}

/** Addresses so that the two kinds take turns, beginning with the kind that the look-up put first (RFC 8305, section 4). */
export function interleaved(addresses: readonly { readonly address: string; readonly family: number }[]): string[] {
  const first = addresses.filter(({ family }) => family === addresses[0]?.family);
  const other = addresses.filter(({ family }) => family !== addresses[0]?.family);
  const order = Array.from({ length: Math.max(first.length, other.length) }, (_, i) => [first[i], other[i]]).flat();
  return order.flatMap((one) => (one === undefined ? [] : [one.address]));
}

/** Tries one address after the other, each a little after the one before, until one is connected to. Gives what ends the race. */
export function race(addresses: readonly string[], options: Omit<TcpNetConnectOpts, "host">, { won, lost }: RaceEvents): () => void {
  const attempts = new Set<Socket>();
  let next = 0;
  let timer: NodeJS.Timeout | undefined;
  let first: Error | undefined;
  const stop = (winner?: Socket): void => {
    clearTimeout(timer);
    next = Infinity;
    for (const socket of attempts) if (socket !== winner) socket.destroy();
    attempts.clear();
  };
  const attempt = (): void => {
    clearTimeout(timer);
    const host = addresses[next++];
    if (host === undefined) return;
    const socket = connect({ ...options, host });
    attempts.add(socket);
    const failed = (error: Error): void => {
      first ??= error;
      if (!attempts.delete(socket)) return;
      if (next < addresses.length) attempt();
      else if (attempts.size === 0) lost(first);
    };
    socket.on("error", failed);
    socket.on("connect", () => {
      socket.off("error", failed);
      stop(socket);
      won(socket);
    });
    timer = setTimeout(attempt, HEAD_START);
  };
  attempt();
  return stop;
}
