// SPDX-License-Identifier: Apache-2.0
import { execFile } from "node:child_process";
import { type Component, component, settled, sleep } from "../axon/index.ts";
import { quotes } from "./quotes.ts";

/** How fast, and where cookies come from. */
export interface FortuneCookieOptions {
  /** Bits per second. Default 320, so that one can read along. */
  readonly rate?: number;
  /** Pieces per second. Default 40. */
  readonly chunkRate?: number;
  /** Gives a cookie. Default: the program `fortune`, or, where there is none, a collection of our own. */
  readonly fortune?: () => Promise<string>;
}

/**
 * Sends a random fortune cookie, slowly, then ends, which closes the connection. What the client says is not heard.
 *
 * @example
 * await SimpleServer({ port: 1501, protocol: FortuneCookieProtocol }).run(); // then: nc 127.0.0.1 1501
 */
export function FortuneCookieProtocol({ rate = 320, chunkRate = 40, fortune }: FortuneCookieOptions = {}): Component<
  { inbox: Uint8Array },
  { outbox: Uint8Array }
> {
  return component(FortuneCookieProtocol, {
    inboxes: { inbox: "bytes from the client, not heard" },
    outboxes: { outbox: "the cookie, in small pieces" },
    *main({ inbox }, { outbox }, self) {
      const give = fortune ?? (() => cookie(() => self.system.random.next()));
      const bytes = new TextEncoder().encode(yield* settled(give()));
      const step = rate / 8 / chunkRate;
      const start = self.system.clock.now();
      for (let sent = 0, chunks = 1; sent < bytes.length; chunks++) {
        const end = Math.round(step * chunks); // counted from the start, so that nothing drifts
        if (end > sent) outbox.send(bytes.slice(sent, end));
        sent = Math.max(sent, end);
        for (const _ of inbox); // so that a talkative client is not held up
        yield sleep(Math.max(0, start + (chunks * 1000) / chunkRate - self.system.clock.now()));
        if (self.toldToStop) return;
      }
    },
  });
}

/** Asks the program `fortune`; Debian keeps it where only games are. */
function cookie(random: () => number): Promise<string> {
  const env = { ...process.env, PATH: `${process.env["PATH"] ?? ""}:/usr/games:/usr/local/games` };
  return new Promise((resolve) => {
    execFile("fortune", ["-a"], { env, timeout: 5000, maxBuffer: 1 << 20 }, (error, text) => {
      if (error === null && text !== "") resolve(text);
      else resolve(`${quotes[Math.floor(random() * quotes.length)]!}\n`); // there is no fortune here
    });
  });
}
