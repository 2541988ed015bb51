// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from "node:crypto";
import { algorithmOf, type DigestAlgorithm, isPlainQuality, proofOf, type Said, schemesIn } from "../digest.ts";
import type { FieldList } from "../messages.ts";
import { decoded } from "./request.ts";

/** What a server has asked with, and how often it was answered. */
interface Asked {
  readonly algorithm: DigestAlgorithm;
  readonly realm: string;
  readonly nonce: string;
  readonly opaque: string | undefined;
  count: number;
}

/** Servers that are remembered. */
const MANY = 1000;

/** Proves who we are to servers that have asked for it, RFC 7616. @internal */
export class Proving {
  readonly #asked = new Map<string, Asked>();

  /** Whether a server has asked in a way that can be answered, and not just refused the same answer. */
  hear({ origin, username }: URL, fields: FieldList, isSecond: boolean): boolean {
    if (username === "") return false;
    const said = fields.filter(([name]) => /^www-authenticate$/i.test(name)).flatMap(([, value]) => schemesIn(value));
    const offers = said.filter(({ scheme, words }) => scheme === "digest" && isPlainQuality(words) && algorithmOf(words.get("algorithm")));
    const words = (offers.find((one) => algorithmOf(one.words.get("algorithm")) === "SHA-256") ?? offers[0])?.words;
    const algorithm = algorithmOf(words?.get("algorithm"));
    if (words === undefined || algorithm === undefined || (isSecond && !isStale(words))) {
      this.#asked.delete(origin);
      return false;
    }
    if (this.#asked.size >= MANY) this.#asked.clear();
    const [realm = "", nonce = "", opaque] = ["realm", "nonce", "opaque"].map((name) => words.get(name));
    this.#asked.set(origin, { algorithm, realm, nonce, opaque, count: 0 });
    return true;
  }

  /** The field Authorization, with its line end; "" for a server that has not asked. */
  field({ origin, username, password }: URL, method: string, uri: string): string {
    const asked = this.#asked.get(origin);
    if (asked === undefined || username === "") return "";
    const { algorithm, realm, nonce, opaque } = asked;
    const count = (++asked.count).toString(16).padStart(8, "0");
    const cnonce = randomBytes(12).toString("base64url");
    const user = decoded(username);
    const proof = { algorithm, user, realm, password: decoded(password), nonce, count, cnonce, method, uri };
    const words = [
      ...Object.entries({ username: Buffer.from(user).toString("latin1"), realm, nonce, uri, response: proofOf(proof), cnonce }),
      ...(opaque === undefined ? [] : [["opaque", opaque] as const]),
    ].map(([name, value]) => `${name}="${value.replaceAll(/["\\]/g, "\\$&")}"`);
    return `Authorization: Digest ${words.join(", ")}, algorithm=${algorithm}, qop=auth, nc=${count}\r\n`;
  }
}

function isStale(words: Said["words"]): boolean {
  return words.get("stale")?.toLowerCase() === "true";
}
