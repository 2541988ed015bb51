// SPDX-License-Identifier: Apache-2.0
// Digest authentication, RFC 7616, for both sides: the password is proved, not sent.
import { createHash } from "node:crypto";

/** How it is proved: SHA-256, or, for those that know nothing else, MD5. */
export type DigestAlgorithm = "SHA-256" | "MD5";

/** What a field of authentication says in one scheme. @internal */
export interface Said {
  /** In lower case: "digest". */
  readonly scheme: string;
  /** Names in lower case. */
  readonly words: ReadonlyMap<string, string>;
}

/** What is proved. @internal */
export interface Proof {
  readonly algorithm: DigestAlgorithm;
  readonly user: string;
  readonly realm: string;
  readonly password: string;
  readonly nonce: string;
  /** "00000001" */
  readonly count: string;
  readonly cnonce: string;
  readonly method: string;
  readonly uri: string;
}

const WORD = /([\w!#$%&'*+.^`|~-]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+)))?/g;

/** What a field says: each word without a value begins a scheme. @internal */
export function schemesIn(field: string): Said[] {
  const schemes: { scheme: string; words: Map<string, string> }[] = [];
  for (const [, name = "", quoted, plain] of field.matchAll(WORD)) {
    const value = quoted?.replaceAll(/\\(.)/g, "$1") ?? plain;
    if (value === undefined) schemes.push({ scheme: name.toLowerCase(), words: new Map() });
    else schemes.at(-1)?.words.set(name.toLowerCase(), value);
  }
  return schemes;
}

/** What proves that somebody knows a password, RFC 7616 3.4.1, with qop=auth. @internal */
export function proofOf({ algorithm, user, realm, password, nonce, count, cnonce, method, uri }: Proof): string {
  const hash = (text: string): string =>
    createHash(algorithm === "MD5" ? "md5" : "sha256")
      .update(text)
      .digest("hex");
  return hash(`${hash(`${user}:${realm}:${password}`)}:${nonce}:${count}:${cnonce}:auth:${hash(`${method}:${uri}`)}`);
}

/** Which algorithm a word names; undefined: none that is known. Without a word it is MD5. @internal */
export function algorithmOf(word = "MD5"): DigestAlgorithm | undefined {
  const name = word.toUpperCase();
  return name === "SHA-256" || name === "MD5" ? name : undefined;
}

/** Whether these words offer, or choose, to prove who asks, and not the body. @internal */
export function isPlainQuality(words: Said["words"]): boolean {
  return (words.get("qop") ?? "").split(",").some((quality) => quality.trim().toLowerCase() === "auth");
}
