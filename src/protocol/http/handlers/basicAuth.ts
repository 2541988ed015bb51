// SPDX-License-Identifier: Apache-2.0
import type { Buffer } from "node:buffer";
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { credentialsOf } from "../credentials.ts";
import { getErrorPage } from "../errorPages.ts";
import type { Answer, Handler } from "../handlers.ts";
import type { HTTPRequest } from "../request.ts";

/** Who may come in. */
export interface BasicAuthOptions {
  /** Passwords by name; or a function that says whether a name and a password belong together. */
  readonly users: Readonly<Record<string, string>> | ((user: string, password: string) => boolean | Promise<boolean>);
  /** What it is that is kept, for people to read. Default "Restricted". */
  readonly realm?: string;
}

/** Answers those who are known. */
export type UserHandler = (request: HTTPRequest, user: string) => Answer | Promise<Answer>;

/** Comparing what this makes of two texts takes as long whatever they have in common. */
const SECRET = randomBytes(32);

/**
 * Lets in who has a name and a password (Basic authentication, RFC 7617); others get 401. Comparing takes as long whatever is wrong. What is sent is readable
 * on its way: use it with TLS.
 *
 * @throws TypeError for a name with a colon, which nobody could send
 * @example
 * const handler = basicAuth((_, user) => `Hello, ${user}`, { users: { alice: "wonderland" } });
 * const protocol = HTTPProtocol(handler);
 */
export function basicAuth(handler: UserHandler, { users, realm = "Restricted" }: BasicAuthOptions): Handler {
  const check = typeof users === "function" ? users : known(users);
  const challenge = `Basic realm="${realm.replaceAll(/[^ !#-[\]-~]/g, "_")}", charset="UTF-8"`;
  const refuse = (): Answer => {
    const page = getErrorPage(401, "Please say who you are.");
    return { ...page, headers: { "content-type": "text/html; charset=utf-8", "www-authenticate": challenge } };
  };
  return (request) => {
    const said = credentialsOf(request.parsed.headers["authorization"]);
    if (said === undefined) return refuse();
    const fits = check(said.user, said.password);
    if (typeof fits === "boolean") return fits ? handler(request, said.user) : refuse();
    return fits.then((does) => (does ? handler(request, said.user) : refuse()));
  };
}

function known(users: Readonly<Record<string, string>>): (user: string, password: string) => boolean {
  const digests = new Map<string, Buffer>();
  for (const [user, password] of Object.entries(users)) {
    if (user.includes(":")) throw new TypeError(`Cannot let ${user} in: a name has no colon`);
    digests.set(user, digest(password));
  }
  const nobody = randomBytes(32);
  return (user, password) => timingSafeEqual(digest(password), digests.get(user) ?? nobody);
}

function digest(text: string): Buffer {
  return createHmac("sha256", SECRET).update(text).digest();
}
