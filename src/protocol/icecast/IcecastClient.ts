// SPDX-License-Identifier: Apache-2.0
import { Buffer } from "node:buffer";
import { type AnyComponent, anyOf, type Component, component, type Ended, type Inbox, sleep, type Wait } from "../../axon/index.ts";
import { type HTTPAnswered, type HTTPClientOptions, SingleShotHTTPClient } from "../http/index.ts";
import { Reconnecting, type ReconnectOptions } from "./backoff.ts";
import { icyConnection } from "./icyConnection.ts";
import { parseM3U, parsePLS, type PlaylistKind, playlistKind } from "./playlists.ts";

/** How to listen. */
export interface IcecastClientOptions extends Omit<HTTPClientOptions, "backoff">, ReconnectOptions {
  /** Whether to ask the station to say what it plays. Default true. */
  readonly metadata?: boolean;
}

/** Bytes of a playlist that are read. */
const LONG_LIST = 1 << 18;
/** Stations of one list that are tried. */
const MANY = 20;

type ClientInboxes = { _answers: HTTPAnswered; _ended: Ended };

/**
 * Listens to a station of Icecast or SHOUTcast: its outbox has what the server answers, for an `IcecastDemux`. The URL may be that of the stream, or of a
 * playlist (M3U, PLS) whose stations are tried one after the other; redirects are followed.
 *
 * When the stream ends or breaks, or the server cannot be reached, it tries again: after a second, then after twice as long each time, up to a minute.
 * A server that says nothing for 30 s (`timeout`) counts as gone.
 *
 * @throws TypeError for a URL that is not of http or https
 * @throws RangeError for times and numbers below 0
 * @example
 * const url = "http://127.0.0.1:8000/radio.m3u";
 * await Pipeline(IcecastClient(url), IcecastDemux(), ConsoleEchoer()).run(); // until it is stopped
 */
export function IcecastClient(
  starturl: string,
  { metadata = true, attempts, backoff, jitter, ...http }: IcecastClientOptions = {},
): Component<ClientInboxes, { outbox: HTTPAnswered }> {
  const again = {
    ...(attempts === undefined ? {} : { attempts }),
    ...(backoff === undefined ? {} : { backoff }),
    ...(jitter === undefined ? {} : { jitter }),
  };
  const client = (url: string) =>
    SingleShotHTTPClient(url, {
      agent: "Kamaelia Icecast Client 0.3 (RJL)",
      timeout: 30_000,
      connectionclass: icyConnection,
      ...http,
      extraheaders: metadata ? { "icy-metadata": "1" } : {},
    });
  client(starturl);
  new Reconnecting(again);
  return component(IcecastClient, {
    inboxes: { _answers: "what the server answers", _ended: "a client that has ended" },
    outboxes: { outbox: "what the server answers" },
    *main(inboxes, { outbox }, self) {
      const patience = new Reconnecting(again);
      const tuner = new Tuner(self, inboxes, client, (answer) => outbox.send(answer));
      try {
        for (;;) {
          if (yield* tuner.listen(starturl)) patience.reset();
          if (tuner.isOver) return;
          const delay = patience.next(self.system.random);
          if (delay === undefined || !(yield anyOf(inboxes._answers, sleep(delay)))) return;
        }
      } finally {
        tuner.release();
      }
    },
  });
}

/** Listens to one URL at a time. */
class Tuner {
  /** It was told to stop. */
  isOver = false;
  readonly #self: AnyComponent;
  readonly #answers: Inbox<HTTPAnswered>;
  readonly #ended: Inbox<Ended>;
  readonly #make: (url: string) => AnyComponent;
  readonly #tell: (answer: HTTPAnswered) => void;
  #client: AnyComponent | undefined;

  constructor(
    self: AnyComponent,
    { _answers, _ended }: { readonly _answers: Inbox<HTTPAnswered>; readonly _ended: Inbox<Ended> },
    make: (url: string) => AnyComponent,
    tell: (answer: HTTPAnswered) => void,
  ) {
    this.#self = self;
    this.#answers = _answers;
    this.#ended = _ended;
    this.#make = make;
    this.#tell = tell;
  }

  /** Tells what comes from there, or from the first station of the list there that has anything. Answers whether any sound has come. */
  *listen(url: string, depth = 0): Generator<Wait, boolean, boolean> {
    const reception = new Reception(url, this.#tell);
    yield* this.#receive(url, reception);
    if (reception.list === undefined || depth > 2) return reception.hasSounded;
    for (const entry of stationsOf(reception, this.#tell)) {
      if (this.isOver) return false;
      if (yield* this.listen(entry, depth + 1)) return true;
    }
    return false;
  }

  /** Lets go of the client. */
  release(): void {
    this.#client?.stop();
    this.#client = undefined;
  }

  *#receive(url: string, reception: Reception): Generator<Wait, void, boolean> {
    let client: AnyComponent;
    try {
      client = this.#client = this.#make(url);
    } catch (error) {
      this.#tell(failure(url, error));
      return;
    }
    const linkage = this.#self.link(client.outboxes["outbox"]!, this.#answers);
    this.#self.addChildren(client);
    this.#self.watch(client, this.#ended);
    client.activate();
    while (this.#ended.length === 0 || this.#answers.length > 0) {
      if (!(yield anyOf(this.#answers, this.#ended))) {
        this.isOver = true;
        break;
      }
      for (const answer of this.#answers) if (!reception.take(answer)) client.stop();
    }
    for (const { failure: fault } of this.#ended) if (fault !== undefined) throw fault;
    linkage.unlink();
    this.release();
  }
}

/** What comes from one URL. */
class Reception {
  /** What the list says, if it is one. */
  list: Uint8Array[] | undefined;
  kind: PlaylistKind | undefined;
  url: string;
  hasSounded = false;
  readonly #tell: (answer: HTTPAnswered) => void;
  #size = 0;
  #refused = false;

  constructor(url: string, tell: (answer: HTTPAnswered) => void) {
    this.url = url;
    this.#tell = tell;
  }

  /** False: no more of it is wanted. */
  take(answer: HTTPAnswered): boolean {
    if (this.#refused) return false;
    if (answer.type === "ParsedHTTPRedirect") this.url = answer.redirect;
    if (answer.type === "ParsedHTTPHeader") {
      const { responsecode, reason, headers } = answer.header;
      if (responsecode > 299) {
        this.#refused = true;
        this.#tell(failure(this.url, new Error(`the server says ${responsecode} ${reason}`)));
        return false;
      }
      this.kind = headers["icy-metaint"] === undefined ? playlistKind(this.url, headers["content-type"]) : undefined;
      if (this.kind !== undefined) this.list = [];
    }
    if (this.list !== undefined && answer.type !== "HTTPFailure") return this.#collect(answer);
    if (answer.type === "ParsedHTTPBodyChunk") this.hasSounded = true;
    this.#tell(answer);
    return true;
  }

  #collect(answer: HTTPAnswered): boolean {
    if (answer.type !== "ParsedHTTPBodyChunk") return true;
    this.list?.push(answer.bodychunk);
    this.#size += answer.bodychunk.length;
    return this.#size < LONG_LIST;
  }
}

function stationsOf({ list = [], kind, url }: Reception, tell: (answer: HTTPAnswered) => void): string[] {
  try {
    const text = Buffer.concat(list).toString();
    const entries = kind === "pls" ? parsePLS(text, url) : parseM3U(text, url);
    if (entries.length === 0) throw new Error("the playlist is empty");
    return entries.slice(0, MANY).map((entry) => entry.url);
  } catch (error) {
    tell(failure(url, error));
    return [];
  }
}

function failure(url: string, cause: unknown): HTTPAnswered {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return { type: "HTTPFailure", url, error: new Error(`Cannot listen to ${url}: ${reason}`, { cause }) };
}
