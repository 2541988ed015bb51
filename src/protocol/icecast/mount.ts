// SPDX-License-Identifier: Apache-2.0
import { FRAMED } from "./frames.ts";
import { type Cursor, History } from "./history.ts";
import type { IcecastMetadata } from "./messages.ts";
import { OggPages } from "./oggPages.ts";

/** What a mount is, and what is said of it. */
export interface IcecastMountOptions {
  /** Default "audio/mpeg". */
  readonly contenttype?: string;
  /** What the station is called. Default: nothing is said. */
  readonly name?: string;
  readonly description?: string;
  readonly genre?: string;
  /** The station's page. */
  readonly url?: string;
  /** Kilobits per second. */
  readonly bitrate?: number;
  /** Listeners at once. Default: as many as the server takes. */
  readonly maxListeners?: number;
  /** The mount whose stream they hear while this one has no source. They come back when it has one again. Default: none; they are disconnected. */
  readonly fallback?: string;
  /** Bytes of what has just been that a new listener gets at once, so that it can begin to play. Default 65,536. */
  readonly burstSize?: number;
  /** Bytes that a listener may be behind; who is further behind is disconnected. Default 524,288. */
  readonly queueSize?: number;
  /** Bytes that every listener gets first: the header of a WAV file. Those of Ogg are found without. Default: none. */
  readonly prelude?: Uint8Array;
}

/** Who sends to a mount. */
export interface MountSource {
  /** "127.0.0.1", or undefined for a component of ours. */
  readonly peer: string | undefined;
  readonly agent: string | undefined;
  /** Milliseconds since 1970. */
  readonly since: number;
}

/** Somebody who listens. */
export interface Tuned {
  readonly cursor: Cursor;
  /** The mount that was asked for. */
  readonly home: Mount;
  readonly peer: string | undefined;
  readonly agent: string | undefined;
  /** Milliseconds since 1970. */
  readonly since: number;
  mount: Mount;
  /** There is more. */
  wake(): void;
  /** It cannot keep up. */
  drop(): void;
  /** There will be no more. */
  finish(): void;
}

const OGG = /^(?:application|audio|video)\/(?:ogg|opus|x-ogg|vorbis|flac\+ogg)\b/i;

/** One stream, and who listens to it. */
export class Mount {
  readonly path: string;
  options: IcecastMountOptions;
  history: History;
  source: MountSource | undefined;
  metadata: IcecastMetadata = {};
  readonly listeners: Set<Tuned> = new Set();
  /** The most that ever listened at once, how many ever have, and how many could not keep up. */
  peak = 0;
  total = 0;
  dropped = 0;
  /** Bytes from sources. */
  received = 0;
  #pages: OggPages | undefined;
  readonly #interval: number;

  /** @param interval bytes of sound between two blocks of metadata */
  constructor(path: string, options: IcecastMountOptions, interval: number) {
    this.path = path;
    this.options = options;
    this.#interval = interval;
    this.history = this.#newHistory();
  }

  get contenttype(): string {
    return this.options.contenttype ?? "audio/mpeg";
  }

  get burstSize(): number {
    return this.options.burstSize ?? 65_536;
  }

  /** "Artist - Title" */
  get title(): string {
    return this.metadata["StreamTitle"] ?? "";
  }

  /** A source comes. @throws Error if there is one */
  begin(source: MountSource, options: IcecastMountOptions): void {
    if (this.source !== undefined) throw new Error(`Cannot send to ${this.path}: somebody does already`);
    this.options = { ...this.options, ...options };
    this.source = source;
    this.history = this.#newHistory(); // nobody wants to hear what was before; who is still here has been told to go
    this.history.setPrelude(this.options.prelude);
  }

  /** The source has gone. Who listens stays, if there is a place to go. */
  end(fallback: Mount | undefined): void {
    this.source = undefined;
    this.metadata = {};
    for (const tuned of [...this.listeners]) {
      if (fallback === undefined) tuned.finish();
      else this.move(tuned, fallback);
    }
  }

  /** Somebody goes on with another stream. */
  move(tuned: Tuned, to: Mount): void {
    this.listeners.delete(tuned);
    tuned.mount = to;
    to.listeners.add(tuned);
    to.peak = Math.max(to.peak, to.listeners.size);
    tuned.cursor.moveTo(to.history);
    tuned.wake();
  }

  join(tuned: Tuned): void {
    this.listeners.add(tuned);
    this.total++;
    this.peak = Math.max(this.peak, this.listeners.size);
  }

  setMetadata(metadata: IcecastMetadata): void {
    this.metadata = metadata;
    this.history.setTitle(metadata);
  }

  /** Sound for all who listen. */
  publish(bytes: Uint8Array): void {
    this.received += bytes.length;
    if (this.#pages === undefined) this.history.push(bytes);
    else {
      for (const { page, headers } of this.#pages.push(bytes)) {
        this.history.setPrelude(headers);
        this.history.push(page);
      }
      if (this.#pages.title !== undefined) this.metadata = { StreamTitle: this.#pages.title };
    }
    for (const tuned of this.listeners) {
      if (!tuned.cursor.isLost) tuned.wake();
      else {
        this.dropped++;
        tuned.drop();
      }
    }
  }

  #newHistory(): History {
    const isOgg = OGG.test(this.contenttype);
    this.#pages = isOgg ? new OggPages() : undefined;
    return new History({
      interval: isOgg ? 0 : this.#interval,
      isFramed: FRAMED.test(this.contenttype),
      queueSize: this.options.queueSize ?? 524_288,
    });
  }
}
