// SPDX-License-Identifier: Apache-2.0
import { createHmac, randomBytes } from "node:crypto";
import { isSame } from "../credentials.ts";
import { algorithmOf, type DigestAlgorithm, isPlainQuality, proofOf, type Said, schemesIn } from "../digest.ts";
import { getErrorPage } from "../errorPages.ts";
import type { Answer, Handler } from "../handlers.ts";
import type { HTTPRequest } from "../request.ts";
import type { UserHandler } from "./basicAuth.ts";

/** Who may come in. */
export interface DigestAuthOptions {
  /** Passwords by name; or a function that gives the password of a name, or undefined for a name that is not known. */
  readonly users: Readonly<Record<string, string>> | ((user: string) => string | undefined | Promise<string | undefined>);
  /** What it is that is kept, for people to read. Default "Restricted". */
  readonly realm?: string;
  /** How it may be proved, the dearest first. Default SHA-256, and MD5 for clients that know nothing else. */
  readonly algorithms?: readonly DigestAlgorithm[];
  /** Milliseconds that a client may use what it was asked with; then it is asked again, and people do not notice. Default 300,000. */
  readonly nonceLifetime?: number;
}

/** What somebody says: who they are, and the proof. */
interface Claim {
  readonly words: Said["words"];
  readonly user: string;
  readonly algorithm: DigestAlgorithm;
  readonly nonce: string;
  readonly count: string;
}

const MOST_NONCES = 10_000;

/**
 * Lets in who knows a password, and proves it without sending it (Digest authentication, RFC 7616, with qop=auth); others get 401. What a client was asked with
 * serves for some minutes, and each proof once, so that a proof that was overheard lets nobody in. The rest of what is sent can still be read on its way.
 *
 * @throws RangeError for a lifetime below 0, and for no algorithm
 * @example
 * const handler = digestAuth((_, user) => `Hello, ${user}`, { users: { alice: "wonderland" } });
 * const protocol = HTTPProtocol(handler);
 */
export function digestAuth(handler: UserHandler, options: DigestAuthOptions): Handler {
  const { users, realm: name = "Restricted", algorithms = ["SHA-256", "MD5"], nonceLifetime = 300_000 } = options;
  if (!(nonceLifetime >= 0)) throw new RangeError(`Cannot ask with something that is good for ${nonceLifetime} ms: give 0 or more`);
  if (algorithms.length === 0) throw new RangeError("Cannot let anybody prove anything without an algorithm: give one");
  const passwordOf = typeof users === "function" ? users : (user: string) => (Object.hasOwn(users, user) ? users[user] : undefined);
  const realm = name.replaceAll(/[^ !#-[\]-~]/g, "_");
  const nonces = new Nonces(nonceLifetime);
  const refuse = (now: number, isStale: boolean): Answer => {
    const nonce = nonces.make(now);
    const challenges = algorithms.map((algorithm) => {
      const challenge = `Digest realm="${realm}", qop="auth", algorithm=${algorithm}, nonce="${nonce}", charset=UTF-8`;
      return ["www-authenticate", isStale ? `${challenge}, stale=true` : challenge] as const;
    });
    const page = getErrorPage(401, "Please say who you are.");
    return { ...page, headers: [["content-type", "text/html; charset=utf-8"], ...challenges] };
  };
  const decide = (request: HTTPRequest, claim: Claim, password: string | undefined): Answer | Promise<Answer> => {
    const now = request.system.clock.wallTime();
    const { method, "raw-uri": uri } = request.parsed;
    const { words, ...said } = claim;
    const proof = proofOf({ ...said, realm, password: password ?? "", cnonce: words.get("cnonce") ?? "", method, uri });
    const fits = isSame(proof, (words.get("response") ?? "").toLowerCase()) && password !== undefined;
    if (!fits) return refuse(now, false);
    return nonces.use(claim.nonce, claim.count, now) ? handler(request, claim.user) : refuse(now, true);
  };
  return (request) => {
    const claim = claimOf(request, realm);
    if (claim === undefined || !algorithms.includes(claim.algorithm)) return refuse(request.system.clock.wallTime(), false);
    const password = passwordOf(claim.user);
    if (password === undefined || typeof password === "string") return decide(request, claim, password);
    return password.then((it) => decide(request, claim, it));
  };
}

/** What somebody says in the field Authorization, if it is whole, and for this request. */
function claimOf({ parsed }: HTTPRequest, realm: string): Claim | undefined {
  const [said] = schemesIn(parsed.headers["authorization"] ?? "");
  if (said?.scheme !== "digest") return undefined;
  const { words } = said;
  const algorithm = algorithmOf(words.get("algorithm"));
  const count = words.get("nc") ?? "";
  const isWhole = isPlainQuality(words) && /^[\da-f]{8}$/i.test(count) && words.get("realm") === realm && words.has("cnonce");
  if (algorithm === undefined || !isWhole || words.get("uri") !== parsed["raw-uri"]) return undefined;
  const user = Buffer.from(words.get("username") ?? "", "latin1").toString();
  return { words, user, algorithm, nonce: words.get("nonce") ?? "", count };
}

/** What clients are asked with. Nothing is kept of those that nobody has used. */
class Nonces {
  readonly #secret = randomBytes(32);
  readonly #lifetime: number;
  /** Counts that were used, by nonce; the oldest first. */
  readonly #used = new Map<string, Set<string>>();
  /** Those that were made before are good no more: too much would have to be kept of them. */
  #since = -Infinity;

  constructor(lifetime: number) {
    this.#lifetime = lifetime;
  }

  make(now: number): string {
    return this.#signed(`${Math.floor(now).toString(36)}-${randomBytes(9).toString("base64url")}`);
  }

  /** Whether it is one of ours, not too old, and was not used with this count. Says that it is used now. */
  use(nonce: string, count: string, now: number): boolean {
    const made = Number.parseInt(nonce.split("-", 1)[0]!, 36);
    if (nonce.length > 100 || !isSame(this.#signed(nonce.replace(/\.[^.]*$/, "")), nonce)) return false;
    if (made <= this.#since || now - made > this.#lifetime) return false;
    let counts = this.#used.get(nonce);
    if (counts === undefined) this.#used.set(nonce, (counts = new Set()));
    if (counts.has(count.toLowerCase())) return false;
    counts.add(count.toLowerCase());
    if (this.#used.size > MOST_NONCES) this.#forget();
    return true;
  }

  /** Forgets the oldest half: what could be used twice after that is not taken any more. */
  #forget(): void {
    let left = MOST_NONCES / 2;
    for (const nonce of this.#used.keys()) {
      if (left-- <= 0) return;
      this.#used.delete(nonce);
      this.#since = Math.max(this.#since, Number.parseInt(nonce.split("-", 1)[0]!, 36));
    }
  }

  #signed(text: string): string {
    return `${text}.${createHmac("sha256", this.#secret).update(text).digest("base64url")}`;
  }
}
