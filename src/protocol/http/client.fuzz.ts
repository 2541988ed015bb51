// SPDX-License-Identifier: Apache-2.0
import type { SeededRandom } from "../../axon/index.ts";
import type { FuzzTargets } from "../../../tools/lib/fuzzing.ts";
import { CookieJar } from "./client/CookieJar.ts";
import { ANSWERS, outcome, streamed } from "./client/said/parts.ts";
import { raw } from "./parts.ts";

/** In pieces of any size. */
function cut(bytes: Buffer, random: SeededRandom): Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = 1 + random.integer(random.next() < 0.5 ? 4 : bytes.length);
    pieces.push(bytes.subarray(at, at + length));
    at += length;
  }
  return pieces;
}

const COOKIES = [
  "a=b; Expires=Wed, 21 Oct 2015 07:28:00 GMT; Path=/; Domain=.example.org; Max-Age=1; HttpOnly",
  "__Host-id=1; Secure; Path=/; SameSite=Lax",
  "x=y; expires=21-oct-99 7:28:0; domain=www.example.org; secure",
].map(raw);

export const targets: FuzzTargets = {
  "an HTTP client": {
    seeds: ANSWERS,
    run: async (bytes, random) => void (await outcome(cut(bytes, random), random.next() < 0.3, random.next() < 0.2 ? "HEAD" : "GET")),
  },
  "an HTTP client that streams": {
    seeds: ANSWERS,
    run: async (bytes, random) => void (await streamed(cut(bytes, random), random.next() < 0.3)),
  },
  cookies: {
    seeds: COOKIES,
    run: (bytes) => {
      const jar = new CookieJar();
      const at = "https://www.example.org/a/b";
      if (!jar.set(at, bytes.toString("latin1"), 0)) return;
      if (/[^\t\x20-\x7e\x80-\xff]/.test(jar.get(at, 0))) throw new Error(`Cannot send ${JSON.stringify(jar.get(at, 0))}`);
      new CookieJar({ cookies: jar.toJSON() });
    },
  },
};
