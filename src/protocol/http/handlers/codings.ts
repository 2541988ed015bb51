// SPDX-License-Identifier: Apache-2.0
import { promisify } from "node:util";
import zlib, { constants } from "node:zlib";
import { Buffer } from "node:buffer";

/** How bodies can be made shorter. */
export type Coding = "br" | "zstd" | "gzip";
type Packing = zlib.BrotliCompress | zlib.Gzip | zlib.ZstdCompress;

/** What is dear to us first; zstd only where the runtime has it. @internal */
export const CODINGS: readonly Coding[] = typeof zlib.createZstdCompress === "function" ? ["br", "zstd", "gzip"] : ["br", "gzip"];

/** Fast enough to do for each request. */
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } };

const whole: Record<Coding, (bytes: Uint8Array) => Promise<Buffer>> = {
  br: (bytes) => promisify(zlib.brotliCompress)(bytes, BROTLI),
  zstd: (bytes) => promisify(zlib.zstdCompress)(bytes),
  gzip: (bytes) => promisify(zlib.gzip)(bytes),
};
const streams: Record<Coding, () => Packing> = {
  br: () => zlib.createBrotliCompress(BROTLI),
  zstd: () => zlib.createZstdCompress(),
  gzip: () => zlib.createGzip(),
};

/** Makes all of a body shorter. @internal */
export function pack(data: string | Uint8Array, coding: Coding): Promise<Buffer> {
  return whole[coding](typeof data === "string" ? Buffer.from(data) : data);
}

/**
 * The coding that a client takes and we have: of those that it likes best, the first of ours. Undefined: none, or it says nothing. RFC 9110 12.5.3
 *
 * @internal
 */
export function chooseCoding<T extends string>(accepts: string | undefined, ours: readonly T[]): T | undefined {
  if (accepts === undefined || accepts === "") return undefined;
  const weights = new Map<string, number>();
  for (const part of accepts.toLowerCase().split(",")) {
    const [name = "", ...parameters] = part.split(";").map((one) => one.trim());
    const weight = parameters.find((one) => one.startsWith("q="))?.slice(2) ?? "1";
    if (name !== "")
      weights.set(name === "x-gzip" ? "gzip" : name, /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(weight) ? Number(weight) : 0);
  }
  const identity = weights.get("identity") ?? 0;
  let best: T | undefined;
  let most = 0;
  for (const coding of ours) {
    const weight = weights.get(coding) ?? weights.get("*") ?? 0;
    if (weight <= most || weight < identity) continue;
    best = coding;
    most = weight;
  }
  return best;
}

/** Makes a body shorter while it comes; what has come so far, as far as it can be said. @internal */
export class Packer {
  readonly #packing: Packing;
  #pieces: Buffer[] = [];
  #error: Error | undefined;

  constructor(coding: Coding) {
    this.#packing = streams[coding]();
    this.#packing.on("readable", () => this.#read());
    this.#packing.on("error", (error) => (this.#error = error));
  }

  push(data: string | Uint8Array): Promise<Buffer[]> {
    return this.#after((done) => this.#packing.write(data, done));
  }

  /** All that has come so far can be read then. */
  flush(): Promise<Buffer[]> {
    return this.#after((done) => this.#packing.flush(done));
  }

  end(): Promise<Buffer[]> {
    return this.#after((done) => this.#packing.once("end", done).end());
  }

  destroy(): void {
    this.#packing.destroy();
  }

  #after(ask: (done: (error?: Error | null) => void) => void): Promise<Buffer[]> {
    return new Promise((resolve, reject) => {
      const fail = (error: Error): void => reject(error);
      this.#packing.once("error", fail);
      ask((error) => {
        this.#packing.off("error", fail);
        this.#read();
        const fault = error ?? this.#error;
        if (fault !== undefined) reject(fault);
        else resolve(this.#pieces.splice(0));
      });
    });
  }

  #read(): void {
    for (let piece: Buffer | null; (piece = this.#packing.read() as Buffer | null) !== null;) this.#pieces.push(piece);
  }
}

/** Makes a body shorter, no faster than it is asked for. What comes after a while does not wait for what follows. @internal */
export async function* packed(
  pieces: AsyncIterator<string | Uint8Array>,
  coding: Coding,
  first: Promise<IteratorResult<string | Uint8Array>> = pieces.next(),
): AsyncGenerator<Uint8Array, void> {
  const packer = new Packer(coding);
  try {
    for (let next = first; ;) {
      const { done, value } = await next;
      if (done === true) break;
      yield* await packer.push(value);
      next = pieces.next();
      if (!(await isSoon(next))) yield* await packer.flush();
    }
    yield* await packer.end();
  } finally {
    packer.destroy();
    pieces.return?.().then(undefined, () => {}); // it is over: nobody wants to hear how it ended
  }
}

/** Whether it is there once everybody else had a turn. */
function isSoon(promise: Promise<unknown>): Promise<boolean> {
  const yes = (): boolean => true;
  // oxlint-disable-next-line no-restricted-globals -- it is a turn of the event loop that is asked for, no time
  return Promise.race([promise.then(yes, yes), new Promise<boolean>((resolve) => setImmediate(resolve, false))]);
}
