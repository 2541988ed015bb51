// SPDX-License-Identifier: Apache-2.0
// The names of those whom datagrams are sent to.
import { isIP } from "node:net";
import type { LookUp } from "../NodeNetwork.ts";

/** Milliseconds after which a name is looked up again. */
const FRESH = 30_000;
/** Milliseconds that an answer may take. */
const PATIENCE = 10_000;
/** Names that are remembered. */
const MOST = 1000;

type Answer = (error: Error | null, address: string, family: number) => void;

interface Known {
  address: string;
  family: number;
  /** Until when it holds. */
  until: number;
  /** Who waits for the answer. */
  waiting: Answer[] | undefined;
}

/**
 * Looks names up for a socket. A name is looked up once for all that is sent to it meanwhile, so that datagrams leave in order; and who waits does not wait for
 * ever. Addresses need no look-up, and get none: that saves an event for each datagram.
 */
export class Names {
  readonly #ipv6: boolean;
  readonly #lookUp: LookUp;
  readonly #known = new Map<string, Known>();

  /** @param ipv6 the socket is for IPv6, and for IPv4 in the form that such a socket knows */
  constructor(ipv6: boolean, lookUp: LookUp) {
    this.#ipv6 = ipv6;
    this.#lookUp = lookUp;
  }

  find(name: string, answer: Answer): void {
    const kind = isIP(name);
    if (kind === 6 && !this.#ipv6) return answer(new Error("the socket is for IPv4; bind it to :: to send to IPv6, too"), "", 0);
    if (kind !== 0) return answer(null, this.#written(name, kind), this.#ipv6 ? 6 : kind);
    const known = this.#known.get(name);
    if (known?.waiting !== undefined) known.waiting.push(answer);
    else if (known !== undefined && known.until > performance.now()) answer(null, known.address, known.family);
    else this.#ask(name, answer);
  }

  #ask(name: string, first: Answer): void {
    const asked: Known = { address: "", family: 0, until: 0, waiting: [first] };
    this.#known.set(name, asked);
    const [oldest] = this.#known.keys();
    if (this.#known.size > MOST && oldest !== undefined) this.#known.delete(oldest);
    const end = (error: Error | null): void => {
      const { waiting = [] } = asked;
      clearTimeout(late);
      asked.waiting = undefined;
      if (error !== null && this.#known.get(name) === asked) this.#known.delete(name);
      for (const answer of waiting) answer(error, asked.address, asked.family);
    };
    const late = setTimeout(() => end(Object.assign(new Error("no answer"), { code: "EAI_AGAIN" })), PATIENCE);
    this.#lookUp(name, this.#ipv6 ? 0 : 4, (error, addresses) => {
      if (asked.waiting === undefined) return; // it was too late
      const found = error === null ? addresses[0] : undefined;
      if (error !== null || found === undefined) return end(error ?? new Error("the name has no address of that kind"));
      asked.address = this.#written(found.address, found.family);
      asked.family = this.#ipv6 ? 6 : found.family;
      asked.until = performance.now() + FRESH;
      end(null);
    });
  }

  #written(address: string, family: number): string {
    return family === 4 && this.#ipv6 ? `::ffff:${address}` : address;
  }
}
