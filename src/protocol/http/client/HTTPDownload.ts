// SPDX-License-Identifier: Apache-2.0
import { type AnyComponent, type Component, component, Happening, settled as awaited, type Wait } from "../../../axon/index.ts";
import type { ResponseHeader } from "../messages.ts";
import { pairsOf } from "../resource.ts";
import { contentRange, validatorOf } from "./continuing.ts";
import { Engine } from "./engine.ts";
import { Fault, failureOf, type HTTPFailure } from "./failures.ts";
import { Feed, type HTTPAnswered } from "./feed.ts";
import { findPart, type Part, PartialFile, removePart } from "./partialFile.ts";
import { type HTTPAsked, prepare } from "./request.ts";
import { type HTTPClientOptions, settled } from "./settings.ts";

/** What to get, and where to put it. */
export interface HTTPDownloadRequest extends Pick<HTTPAsked, "url" | "headers" | "totalTimeout"> {
  /** The file; one that is there is replaced when all has come. */
  readonly path: string;
}

/** A file is complete. */
export interface HTTPDownloaded {
  readonly type: "HTTPDownloaded";
  readonly url: string;
  readonly path: string;
  /** How long it is. */
  readonly bytes: number;
  /** Bytes of it that were there already, from a time before. */
  readonly resumed: number;
}

type Outcome = HTTPDownloaded | HTTPFailure;

/**
 * Gets files, one after the other. While one comes it is called `<path>.part`; when it is complete it takes its name. One that broke off, because of the network
 * or because the program ended, is continued where it was if the server can prove that it is still the same (If-Range), and begun again otherwise.
 *
 * @throws RangeError for a number or a time that there cannot be
 * @example
 * const wanted = [{ url: "http://127.0.0.1:8000/film", path: "film.mkv" }];
 * await Pipeline(DataSource(wanted), HTTPDownload(), ConsoleEchoer()).run();
 */
export function HTTPDownload(
  options: HTTPClientOptions = {},
): Component<{ inbox: HTTPDownloadRequest }, { outbox: HTTPDownloaded; failures: HTTPFailure }> {
  const settings = settled(options, { compression: false, retries: 5 });
  return component(HTTPDownload, {
    inboxes: { inbox: "what to get, and where to put it" },
    outboxes: { outbox: "files that are complete", failures: "what could not be had, and why" },
    *main({ inbox }, { outbox, failures }, self) {
      const engine = new Engine(self, settings);
      try {
        while (yield inbox) {
          const wanted = inbox.recv();
          const outcome = yield* download(self, engine, wanted);
          if (outcome === undefined) return;
          if (outcome.type === "HTTPFailure") failures.send(outcome);
          else outbox.send(outcome);
          yield; // so that it is held while nobody takes what it says
        }
      } finally {
        engine.close();
      }
    },
  });
}

/** Gets one file. Undefined: it was told to stop. */
function* download(self: AnyComponent, engine: Engine, wanted: HTTPDownloadRequest): Generator<Wait, Outcome | undefined, boolean> {
  const { url, path } = wanted;
  try {
    for (;;) {
      const part = yield* awaited(findPart(path, url));
      const outcome = yield* attempt(self, engine, wanted, part);
      if (outcome !== "again") return outcome;
      yield* awaited(removePart(path)); // what is there does not fit what the server has
    }
  } catch (error) {
    if (!(error instanceof Error) || self.toldToStop) throw error;
    return failureOf("GET", url, error, 1);
  }
}

function* attempt(
  self: AnyComponent,
  engine: Engine,
  { url, path, headers, totalTimeout }: HTTPDownloadRequest,
  part: Part | undefined,
): Generator<Wait, Outcome | "again" | undefined, boolean> {
  const rest: [string, string][] = part === undefined ? [] : [["Range", `bytes=${part.bytes}-`], ["If-Range", part.validator]]; // prettier-ignore
  const fields = [...pairsOf(headers), ["Accept-Encoding", "identity"] as const, ...rest];
  let bell: Happening | undefined;
  const feed = new Feed(() => bell?.happen());
  const call = (feed.call = engine.ask(prepare({ url, headers: fields, ...(totalTimeout === undefined ? {} : { totalTimeout }) }), feed));
  const saving = new Saving(url, path, part);
  try {
    for (;;) {
      const outcome = yield* awaited(saving.take(feed.take()));
      if (outcome !== undefined) return outcome;
      feed.relax();
      if (feed.isEmpty && !(yield (bell = new Happening("more of a download"))) && self.toldToStop) return undefined;
    }
  } finally {
    call.abort();
    yield saving.close();
  }
}

/** Puts what comes into a file. */
class Saving {
  readonly #url: string;
  readonly #path: string;
  readonly #part: Part | undefined;
  #from = 0;
  #busy: Promise<Outcome | "again" | undefined> = Promise.resolve(undefined);
  #file: PartialFile | undefined;

  constructor(url: string, path: string, part: Part | undefined) {
    this.#url = url;
    this.#path = path;
    this.#part = part;
  }

  /** Answers what has come of it, once that is known. */
  take(parts: readonly HTTPAnswered[]): Promise<Outcome | "again" | undefined> {
    return (this.#busy = this.#take(parts));
  }

  /** Lets go of the file, once nothing is written any more. */
  async close(): Promise<void> {
    await this.#busy.catch(() => {}); // whoever called `take` has heard of it
    await this.#file?.close();
  }

  async #take(parts: readonly HTTPAnswered[]): Promise<Outcome | "again" | undefined> {
    const pieces: Uint8Array[] = [];
    for (const part of parts) {
      if (part.type === "HTTPFailure") {
        await this.#file?.write(pieces);
        return part;
      }
      if (part.type === "ParsedHTTPBodyChunk") pieces.push(part.bodychunk);
      else if (part.type === "ParsedHTTPHeader") {
        if (part.header.responsecode === 416 && this.#part !== undefined) return "again";
        await this.#begin(part.header);
      } else if (part.type === "ParsedHTTPEnd") {
        await this.#file?.write(pieces);
        return await this.#complete();
      }
    }
    await this.#file?.write(pieces);
    return undefined;
  }

  async #begin(header: ResponseHeader): Promise<void> {
    const { responsecode: status, reason, headers } = header;
    if (status !== 200 && status !== 206) throw new Fault("head", `the server answers ${status} ${reason}`.trimEnd());
    this.#from = status === 206 ? (this.#part?.bytes ?? 0) : 0;
    if (status === 206 && contentRange(headers["content-range"])?.from !== this.#from)
      throw new Fault("head", `the server gives ${headers["content-range"] ?? "another part"}, not what was asked for`);
    this.#file = await PartialFile.open(this.#path, { url: this.#url, from: this.#from, validator: validatorOf(header, true) });
  }

  async #complete(): Promise<HTTPDownloaded> {
    const file = this.#file;
    if (file === undefined) throw new Fault("body", "nothing came");
    await file.finish();
    return { type: "HTTPDownloaded", url: this.#url, path: this.#path, bytes: file.bytes, resumed: this.#from };
  }
}
