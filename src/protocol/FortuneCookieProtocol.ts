// SPDX-License-Identifier: Apache-2.0
import { execFile } from "node:child_process";
import { delimiter } from "node:path";
import { type Component, component, type Random, settled, sleep } from "../axon/index.ts";
import { quotes } from "./quotes.ts";

/** How fast, and where cookies come from. */
export interface FortuneCookieOptions {
  /** Bits per second. Default 320, so that one can read along. */
  readonly rate?: number;
  /** Pieces per second. Default 40. */
  readonly chunkRate?: number;
  /** The program that prints cookies when it is called with "-a". Where there is none, they come from a collection of our own. Default "fortune". */
  readonly program?: string;
}

/**
 * Sends a random fortune cookie, slowly, then ends, which closes the connection. What the client says is not heard.
 *
 * @throws RangeError for rates that are not above 0
 * @example
 * // then: nc 127.0.0.1 1501
 * await SimpleServer({ port: 1501, protocol: FortuneCookieProtocol }).run(); // until it is stopped
 */
export function FortuneCookieProtocol({ rate = 320, chunkRate = 40, program = "fortune" }: FortuneCookieOptions = {}): Component<
  { inbox: Uint8Array },
  { outbox: Uint8Array }
> {
  if (!(rate > 0 && chunkRate > 0))
    throw new RangeError(`Cannot send ${rate} bits in ${chunkRate} pieces per second: both have to be above 0`);
  return component(FortuneCookieProtocol, {
    inboxes: { inbox: "bytes from the client, not heard" },
    outboxes: { outbox: "the cookie, in small pieces" },
    *main({ inbox }, { outbox }, self) {
      const { clock, random } = self.system;
      const bytes = new TextEncoder().encode(yield* settled(cookie(program, random)));
      const start = clock.now();
      let sent = 0;
      for (let chunks = 1; sent < bytes.length; chunks++) {
        const end = Math.round((chunks * rate) / 8 / chunkRate); // counted from the start, as the time is, so that nothing drifts
        if (end > sent) outbox.send(bytes.slice(sent, end));
        sent = end;
        for (const _ of inbox); // so that a talkative client is not held up
        yield sleep(Math.max(0, start + (chunks * 1000) / chunkRate - clock.now()));
        if (self.toldToStop) return;
      }
    },
  });
}

/** Asks the program; Debian keeps it where only games are. */
function cookie(program: string, random: Random): Promise<string> {
  const PATH = [process.env["PATH"] ?? "", "/usr/games", "/usr/local/games"].join(delimiter);
  return new Promise((resolve) => {
    const told = (error: unknown, text = ""): void =>
      resolve(error === null && text !== "" ? text : `${quotes[random.integer(quotes.length)]}\n`);
    try {
      execFile(program, ["-a"], { env: { ...process.env, PATH }, timeout: 5000, maxBuffer: 1 << 20 }, told);
    } catch (error) {
      told(error); // some faults are thrown, as that a part of the path is no directory
    }
  });
}
