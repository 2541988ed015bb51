// SPDX-License-Identifier: Apache-2.0
import { Buffer } from "node:buffer";
import { createHash, timingSafeEqual } from "node:crypto";
import { schemesIn } from "./digest.ts";

/** Who somebody says they are, RFC 7617. */
export interface Credentials {
  readonly user: string;
  readonly password: string;
}

/** What the field Authorization says; undefined if it says nothing of this kind. */
export function credentialsOf(authorization: string | undefined): Credentials | undefined {
  const match = /^basic +([\w+/-]+=*)$/i.exec(authorization ?? "");
  if (match === null) return undefined;
  const text = Buffer.from(match[1]!, "base64").toString();
  const colon = text.indexOf(":");
  return colon < 0 ? undefined : { user: text.slice(0, colon), password: text.slice(colon + 1) };
}

/** Who somebody says they are, with or without proof: for the log. */
export function userOf(authorization: string | undefined): string | undefined {
  if (authorization === undefined || !/^digest /i.test(authorization)) return credentialsOf(authorization)?.user;
  const name = schemesIn(authorization)[0]?.words.get("username");
  return name === undefined ? undefined : Buffer.from(name, "latin1").toString();
}

/** What to say in the field Authorization. */
export function authorizationOf({ user, password }: Credentials): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
}

/** Compares two secrets, in a time that does not tell how much of them is the same. */
export function isSame(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
