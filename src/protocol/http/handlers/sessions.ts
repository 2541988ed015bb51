// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from "node:crypto";
import { handle, type Handle, type Component } from "../../../axon/index.ts";
import type { Answer, Handler } from "../handlers.ts";
import type { HTTPRequest } from "../request.ts";
import type { Resource } from "../resource.ts";
import { amended, listing } from "./amend.ts";

/** How to keep sessions. */
export interface SessionsOptions {
  /** What the cookie is called. Default "session". */
  readonly cookie?: string;
  /** Milliseconds without a request after which a session is forgotten. Default 1,800,000: half an hour. */
  readonly idle?: number;
  /** How many are kept; the one that was idle for longest goes first. Default 10,000. */
  readonly max?: number;
  /** Whether others' pages may send it along (SameSite). Default "Lax": only when somebody follows a link. */
  readonly sameSite?: "Strict" | "Lax" | "None";
}

/** What is remembered of somebody between requests. */
export interface Session {
  /** Nobody can guess it. */
  readonly id: string;
  /** What is remembered. Before anything is, there is no cookie. */
  readonly data: Map<string, unknown>;
  /** Gives it another name: to be done when somebody logs in, so that a name which others know is worth nothing. */
  renew(): void;
  /** Forgets it. */
  end(): void;
}

/** Answers requests of a session. */
export type SessionRequestHandler = (request: HTTPRequest, session: Session) => Answer | Promise<Answer>;

/**
 * Remembers who comes again, by a cookie (HttpOnly, SameSite, with https Secure) with a number that nobody can guess. What is remembered stays here, in memory,
 * for a while. Names that we did not give are not taken.
 *
 * @throws RangeError for a time or a number below 0
 * @throws TypeError for a cookie that cannot be called so
 * @example
 * const handler = sessions((_, { data }) => {
 *   const visits = Number(data.get("visits") ?? 0) + 1;
 *   data.set("visits", visits);
 *   return `You were here ${visits} times`;
 * });
 * const protocol = HTTPProtocol(handler);
 */
export function sessions(handler: SessionRequestHandler, options: SessionsOptions = {}): Handler {
  const book = new Book(options);
  return (request) => {
    const session = book.find(request);
    const answer = handler(request, session);
    return answer instanceof Promise ? answer.then((it) => book.settle(request, session, it)) : book.settle(request, session, answer);
  };
}

/**
 * Gives each session a component of its own, as the original's SessionExample did: it gets the session's requests, one after the other, and sends a whole
 * resource for each. It is told to finish when the session is forgotten.
 *
 * @throws as sessions does
 * @example
 * const handler = SessionHandler(() => SessionExample());
 * const protocol = HTTPProtocol(handler);
 */
export function SessionHandler(
  make: (id: string) => Component<{ inbox: HTTPRequest }, { outbox: Resource }>,
  options: SessionsOptions = {},
): Handler {
  return sessions((request, session) => {
    const found = session.data.get("component");
    const kept = found instanceof KeptComponent ? found : new KeptComponent(make(session.id), request);
    session.data.set("component", kept);
    return kept.ask(request);
  }, options);
}

/** The component of a session. */
class KeptComponent {
  readonly #held: Handle<{ inbox: HTTPRequest }, { outbox: Resource }>;
  #last: Promise<unknown> = Promise.resolve();

  constructor(component: Component<{ inbox: HTTPRequest }, { outbox: Resource }>, { system }: HTTPRequest) {
    this.#held = handle(component, { system });
  }

  /** It answers one after the other. */
  ask(request: HTTPRequest): Promise<Resource> {
    const answer = this.#last.then(async () => {
      await this.#held.put(request);
      const resource = await this.#held.get();
      if (resource === undefined) throw new Error(`Cannot answer: ${this.#held.component.name} has ended`);
      return resource;
    });
    this.#last = answer.catch(() => {}); // whoever asked hears of it
    return answer;
  }

  finish(): void {
    this.#held.finish();
    this.#held.ended.catch(() => {}); // whoever asks hears of it
  }
}

class Entry implements Session {
  id: string = newId();
  readonly data = new Map<string, unknown>();
  used = 0;
  /** The name that its cookie has. */
  told: string | undefined;
  readonly #book: Book;

  constructor(book: Book) {
    this.#book = book;
  }

  renew(): void {
    this.#book.rename(this, newId());
  }

  end(): void {
    this.#book.forget(this);
    this.data.clear();
  }
}

function newId(): string {
  return randomBytes(18).toString("base64url");
}

/** All sessions, by their names; who was idle for longest comes first. */
class Book {
  readonly #entries = new Map<string, Entry>();
  readonly #options: Required<SessionsOptions>;

  constructor({ cookie = "session", idle = 1_800_000, max = 10_000, sameSite = "Lax" }: SessionsOptions) {
    if (!/^[\w!#$%&'*+.^`|~-]+$/.test(cookie)) throw new TypeError(`Cannot call a cookie ${JSON.stringify(cookie)}: its name is a token`);
    if (!(idle >= 0 && max >= 1)) throw new RangeError(`Cannot keep ${max} sessions for ${idle} ms: give 1 or more, and 0 or more`);
    this.#options = { cookie, idle, max, sameSite };
  }

  find({ parsed, system }: HTTPRequest): Entry {
    const now = system.clock.now();
    this.#forgetOld(now);
    const { cookie } = this.#options;
    for (const pair of (parsed.headers["cookie"] ?? "").split(";")) {
      const [name, value = ""] = pair.trim().split("=");
      const entry = name === cookie ? this.#entries.get(value) : undefined;
      if (entry === undefined) continue;
      this.#entries.delete(entry.id); // it goes to the end
      this.#entries.set(entry.id, entry);
      entry.used = now;
      return entry;
    }
    const entry = new Entry(this);
    entry.used = now;
    return entry;
  }

  /** Keeps what is worth it, and sees to it that the client knows. */
  settle(request: HTTPRequest, entry: Entry, answer: Answer): Answer | Promise<Answer> {
    const { cookie, max, sameSite } = this.#options;
    if (entry.data.size > 0 && !this.#entries.has(entry.id)) {
      this.#entries.set(entry.id, entry);
      for (const oldest of this.#entries.values()) {
        if (this.#entries.size <= max) break;
        oldest.end();
      }
    }
    const kept = this.#entries.has(entry.id) ? entry.id : undefined;
    if (kept === entry.told) return answer;
    entry.told = kept;
    const secure = request.parsed["uri-protocol"] === "https" ? "; Secure" : "";
    const value = `${cookie}=${kept ?? ""}; Path=/; HttpOnly; SameSite=${sameSite}${secure}${kept === undefined ? "; Max-Age=0" : ""}`;
    return amended(answer, (fields) => listing([...fields, ["Set-Cookie", value]], "Cache-Control", "no-store"));
  }

  rename(entry: Entry, id: string): void {
    const isKept = this.#entries.delete(entry.id);
    entry.id = id;
    if (isKept) this.#entries.set(id, entry);
  }

  forget(entry: Entry): void {
    this.#entries.delete(entry.id);
    for (const value of entry.data.values()) if (value instanceof KeptComponent) value.finish();
  }

  #forgetOld(now: number): void {
    for (const entry of this.#entries.values()) {
      if (now - entry.used < this.#options.idle) return;
      entry.end();
    }
  }
}
