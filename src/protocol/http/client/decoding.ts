// SPDX-License-Identifier: Apache-2.0
// Bodies that come compressed, RFC 9110 8.4.
import type { Buffer } from "node:buffer";
import type { Transform } from "node:stream";
import zlib from "node:zlib";
import type { ResponseHeader } from "../messages.ts";
import { Fault } from "./failures.ts";

/** A way of compressing: as a stream, and at once. `raw`: whether deflate comes without the header that it should have, as from some servers. */
interface Coding {
  readonly stream: (raw: boolean) => Transform;
  readonly whole: (bytes: Uint8Array, limits: { maxOutputLength: number }, raw: boolean) => Buffer;
}

const gzip: Coding = { stream: () => zlib.createGunzip(), whole: (bytes, limits) => zlib.gunzipSync(bytes, limits) };
const deflate: Coding = {
  stream: (raw) => (raw ? zlib.createInflateRaw() : zlib.createInflate()),
  whole: (bytes, limits, raw) => (raw ? zlib.inflateRawSync : zlib.inflateSync)(bytes, limits),
};
const br: Coding = { stream: () => zlib.createBrotliDecompress(), whole: (bytes, limits) => zlib.brotliDecompressSync(bytes, limits) };
const zstd: Coding = { stream: () => zlib.createZstdDecompress(), whole: (bytes, limits) => zlib.zstdDecompressSync(bytes, limits) };

/** Old versions of Node.js have no zstd. */
const hasZstd = typeof zlib.createZstdDecompress === "function";
const CODINGS: ReadonlyMap<string, Coding> = new Map([
  ["gzip", gzip],
  ["x-gzip", gzip],
  ["deflate", deflate],
  ["br", br],
  ...(hasZstd ? [["zstd", zstd] as const] : []),
]);

/** What we say that we take. */
export const ACCEPTED: string = `gzip, deflate, br${hasZstd ? ", zstd" : ""}`;
/** Nobody compresses more often; each time may make it a thousand times as long. */
const MOST = 3;
/** The most that Node.js puts into one piece. */
const LONGEST = 2 ** 32;

/** How a body is compressed, what was done last first; empty: not, or in a way that we do not know. @throws Fault for what nobody does */
export function codingsOf(value: string | undefined): readonly string[] {
  if (value === undefined) return [];
  const names = value
    .toLowerCase()
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "" && name !== "identity");
  if (names.length > MOST) throw new Fault("body", `its body is compressed ${names.length} times over, which may hide anything`);
  return names.every((name) => CODINGS.has(name)) ? names.reverse() : [];
}

/** A compressed body that is all there. @throws Fault @internal */
export function decodeWhole(bytes: Uint8Array, codings: readonly string[], maxBody: number): Uint8Array {
  if (bytes.length === 0) return bytes;
  const limits = { maxOutputLength: Math.max(1, Math.min(maxBody, LONGEST)) };
  return codings.reduce((body: Uint8Array, name) => {
    try {
      return CODINGS.get(name)!.whole(body, limits, isRaw(body));
    } catch (error) {
      throw error instanceof RangeError ? tooLong(maxBody, error) : broken(name, error);
    }
  }, bytes);
}

/** Whom a {@link Decoder} tells. @internal */
export interface Decoded {
  readonly data: (bytes: Uint8Array) => void;
  readonly end: () => void;
  readonly fail: (fault: Fault) => void;
  /** There is room again. */
  readonly drained: () => void;
}

/** Takes a compressed body piece by piece, and gives it piece by piece; no more of it is in memory than a few pieces. @internal */
export class Decoder {
  /** There is no room for more before `drained`. */
  full = false;
  readonly #codings: readonly string[];
  readonly #maxBody: number;
  readonly #tell: Decoded;
  #stages: readonly Transform[] = [];
  #length = 0;
  #paused = false;
  #over = false;

  constructor(codings: readonly string[], maxBody: number, tell: Decoded) {
    this.#codings = codings;
    this.#maxBody = maxBody;
    this.#tell = tell;
  }

  write(bytes: Uint8Array): void {
    if (this.#over || bytes.length === 0) return;
    if (this.#stages.length === 0) this.#begin(isRaw(bytes));
    this.full = !this.#stages[0]!.write(bytes);
  }

  end(): void {
    if (this.#over) return;
    if (this.#stages.length === 0) this.#finish();
    else this.#stages[0]!.end();
  }

  pause(): void {
    this.#paused = true;
    this.#stages.at(-1)?.pause();
  }

  resume(): void {
    this.#paused = false;
    this.#stages.at(-1)?.resume();
  }

  destroy(): void {
    this.#over = true;
    for (const stage of this.#stages) stage.destroy();
  }

  #begin(raw: boolean): void {
    const stages = this.#codings.map((name, i) => CODINGS.get(name)!.stream(raw && i === 0));
    this.#stages = stages;
    for (const [i, stage] of stages.entries()) {
      stage.on("error", (error) => this.#fail(broken(this.#codings[i]!, error)));
      if (i > 0) stages[i - 1]!.pipe(stage);
    }
    stages[0]!.on("drain", () => {
      this.full = false;
      if (!this.#over) this.#tell.drained();
    });
    stages.at(-1)!.on("data", (bytes: Uint8Array) => this.#take(bytes));
    stages.at(-1)!.on("end", () => this.#finish());
    if (this.#paused) stages.at(-1)!.pause();
  }

  #take(bytes: Uint8Array): void {
    if (this.#over) return;
    this.#length += bytes.length;
    if (this.#length > this.#maxBody) this.#fail(tooLong(this.#maxBody));
    else this.#tell.data(bytes);
  }

  #finish(): void {
    if (this.#over) return;
    this.#over = true;
    this.#tell.end();
  }

  #fail(fault: Fault): void {
    if (this.#over) return;
    this.destroy();
    this.#tell.fail(fault);
  }
}

/** Deflate is to have the header of zlib, whose first byte ends with an 8; some servers leave it away. */
function isRaw(bytes: Uint8Array): boolean {
  return (bytes[0]! & 15) !== 8;
}

function tooLong(maxBody: number, cause?: unknown): Fault {
  return new Fault("body", `its body is longer than ${maxBody} bytes once it is unpacked; allow more with maxBody`, { cause });
}

function broken(name: string, error: unknown): Fault {
  const reason = error instanceof Error ? error.message : String(error);
  return new Fault("body", `its body cannot be unpacked (${name}): ${reason}`, { cause: error });
}

/** An answer as it is once it is unpacked; `fields` still says how it came. @internal */
export function unpacked(header: ResponseHeader): ResponseHeader {
  const headers: Record<string, string> = Object.assign(Object.create(null), header.headers);
  delete headers["content-encoding"];
  delete headers["content-length"];
  return { ...header, headers, length: undefined };
}
