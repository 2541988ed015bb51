// SPDX-License-Identifier: Apache-2.0
import { open, readFile, realpath, stat } from "node:fs/promises";
import { basename, join, sep } from "node:path";
import { conditionOf, type Range, rangesOf, type Version } from "./conditions.ts";
import { httpDate } from "./dates.ts";
import { getErrorPage } from "./errorPages.ts";
import { chooseCoding, type Coding } from "./handlers/codings.ts";
import { listingOf } from "./handlers/listing.ts";
import type { Fields, RequestHeader } from "./messages.ts";
import { mimeTypeOf } from "./mimeTypes.ts";
import { checkField, type Resource } from "./resource.ts";

/** Which files to serve, and how. */
export interface FilesOptions {
  /** The folder. Default "htdocs". */
  readonly homedirectory?: string;
  /** What is served of a folder. Default "index.html". */
  readonly indexfilename?: string;
  /** Whether files and folders whose names begin with a dot are served. Default false. */
  readonly dotFiles?: boolean;
  /** Milliseconds for which a file is taken not to have changed since it was looked at. Default 1000. */
  readonly freshFor?: number;
  /** Bytes of files that are kept in memory; of those, that is, that have a 64th of it at most. 0: none. Default 64 MiB, so files of up to 1 MiB. */
  readonly memory?: number;
  /** Media types by the ends of names, beside those that are known: `{ cool: "text/cool" }`. Default: none. */
  readonly types?: Readonly<Record<string, string>>;
  /** Whether to clients that take that, instead of `page.html` the file `page.html.br`, `.zst` or `.gz` is sent, if it is there and not older. Default false. */
  readonly precompressed?: boolean;
  /** Whether a folder without an index is answered with a list of what is in it. Default false. */
  readonly listing?: boolean;
  /** The field Cache-Control of files: "max-age=3600". Default: none. */
  readonly cacheControl?: string;
}

/** A file is kept in memory if it has at most one in so many bytes of what may be kept. */
const SHARE = 64;
/** So many files are known at once at most. */
const MOST_FILES = 4096;
/** How much is read at once. */
const BLOCK = 262_144;

/** A file that was looked at. */
interface File extends Version {
  readonly path: string;
  readonly size: number;
  readonly type: string;
  /** What it says, if it is small. */
  readonly content: Buffer | undefined;
  /** The answer to a request without conditions. */
  readonly whole: Resource;
  readonly looked: number;
  /** The same, compressed. */
  readonly packed: ReadonlyMap<Coding, File>;
}

/** The ends of the names of compressed files. */
const PACKED: readonly (readonly [Coding, string])[] = [
  ["br", ".br"],
  ["zstd", ".zst"],
  ["gzip", ".gz"],
];
const NONE: ReadonlyMap<Coding, File> = new Map();

/** What there is to know of a file before it is read. */
interface Looks {
  readonly size: number;
  readonly modified: number;
  readonly type: string;
  readonly packed: ReadonlyMap<Coding, File>;
  readonly varies: boolean;
  readonly coding?: Coding;
}

/** Answers requests with the files of a folder. @internal */
export class Files {
  readonly #options: Required<FilesOptions>;
  /** Files that were looked at, by what was asked for. */
  readonly #known = new Map<string, File>();
  #bytes = 0;
  #root: string | undefined;

  constructor(options: FilesOptions) {
    const { homedirectory = "htdocs", indexfilename = "index.html", dotFiles = false, freshFor = 1000, types = {} } = options;
    const { memory = 1 << 26 } = options;
    const { precompressed = false, listing = false, cacheControl = "" } = options;
    if (!(freshFor >= 0)) throw new RangeError(`Cannot take files to be fresh for ${freshFor} ms: give 0 or more`);
    if (!(memory >= 0)) throw new RangeError(`Cannot keep ${memory} bytes of files in memory: give 0 or more`);
    if (indexfilename.includes("/")) throw new RangeError(`Cannot serve ${indexfilename} of each folder: it is a path, not a name`);
    checkField("Cache-Control", cacheControl);
    this.#options = { homedirectory, indexfilename, dotFiles, freshFor, memory, types, precompressed, listing, cacheControl };
  }

  /** What a request is answered with; at once, if the file is at hand. */
  answer(request: RequestHeader, now: number): Resource | Promise<Resource> {
    const { method } = request;
    if (method !== "GET" && method !== "HEAD") return refusal(method);
    const path = request["uri-suffix"] ?? request["non-query-uri"];
    const file = this.#known.get(path);
    if (file !== undefined && now - file.looked < this.#options.freshFor) return respond(file, request.headers, method);
    return this.#find(path, request, now);
  }

  async #find(path: string, request: RequestHeader, now: number): Promise<Resource> {
    const parts = partsOf(path, this.#options.dotFiles);
    if (parts === undefined) return notFound(request);
    const isFolder = path.endsWith("/") || parts.length === 0;
    try {
      this.#root ??= await realpath(this.#options.homedirectory);
      const wanted = join(this.#root, ...parts);
      const real = await this.#real(isFolder ? join(wanted, this.#options.indexfilename) : wanted, isFolder && this.#options.listing);
      if (real === undefined) return await this.#list(wanted, request);
      if (!this.#isInside(real)) return notFound(request); // a link that leads out
      const { size, mtimeMs, mode } = await stat(real);
      if (isDirectory(mode)) return path.endsWith("/") || path === "" ? notFound(request) : redirect(request);
      if (!isFile(mode)) return notFound(request);
      const type = mimeTypeOf(basename(real), this.#options.types);
      const known = this.#known.get(path);
      const packed = this.#options.precompressed ? await this.#packed(real, type, mtimeMs, now, known?.packed) : NONE;
      const looks = { size, modified: mtimeMs, type, packed, varies: packed.size > 0 };
      const file = await this.#look(real, looks, now, known);
      this.#keep(path, file);
      return respond(file, request.headers, request.method);
    } catch (error) {
      return explain(error, request);
    }
  }

  /** Undefined: there is none, and it may be missing. */
  async #real(path: string, mayBeMissing: boolean): Promise<string | undefined> {
    try {
      return await realpath(path);
    } catch (error) {
      if (mayBeMissing && error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
      throw error;
    }
  }

  #isInside(real: string): boolean {
    const root = this.#root ?? "";
    return real === root || real.startsWith(root.endsWith(sep) ? root : `${root}${sep}`);
  }

  async #list(folder: string, request: RequestHeader): Promise<Resource> {
    const real = await realpath(folder);
    if (!this.#isInside(real)) return notFound(request);
    return listingOf(real, request, { isTop: real === this.#root, dotFiles: this.#options.dotFiles });
  }

  async #packed(path: string, type: string, modified: number, now: number, known?: File["packed"]): Promise<ReadonlyMap<Coding, File>> {
    const found = new Map<Coding, File>();
    for (const [coding, end] of PACKED) {
      const other = await stat(`${path}${end}`).catch(() => undefined); // there seldom is one
      if (other === undefined || !isFile(other.mode) || other.mtimeMs < modified || !this.#isInside(await realpath(`${path}${end}`)))
        continue;
      const looks = { size: other.size, modified: other.mtimeMs, type, packed: NONE, varies: true, coding };
      found.set(coding, await this.#look(`${path}${end}`, looks, now, known?.get(coding)));
    }
    return found;
  }

  /** @param known what was known of it before */
  async #look(path: string, { size, modified, type, packed, varies, coding }: Looks, looked: number, known?: File): Promise<File> {
    const etag = `"${Math.round(modified * 1000).toString(36)}-${size.toString(36)}${coding === undefined ? "" : `-${coding}`}"`;
    const isSame = known?.path === path && known.etag === etag && known.size === size;
    const content = isSame ? known.content : size <= this.#options.memory / SHARE ? await readFile(path) : undefined;
    const length = content?.length ?? size;
    const { cacheControl } = this.#options;
    const headers = Object.freeze({
      "content-type": type,
      etag,
      "last-modified": httpDate(modified),
      "accept-ranges": "bytes",
      ...(varies ? { vary: "Accept-Encoding" } : {}),
      ...(coding === undefined ? {} : { "content-encoding": coding }),
      ...(cacheControl === "" ? {} : { "cache-control": cacheControl }),
    });
    const whole: Resource = { headers, length, data: content ?? piecesOf(path, 0, size) };
    return { path, size: length, modified, etag, type, content, looked, whole, packed };
  }

  #keep(path: string, file: File): void {
    const { freshFor, memory } = this.#options;
    if (freshFor === 0) return;
    this.#bytes += bytesOf(file) - bytesOf(this.#known.get(path));
    this.#known.delete(path);
    this.#known.set(path, file);
    for (const [name, oldest] of this.#known) {
      if (this.#bytes <= memory && this.#known.size <= MOST_FILES) break;
      this.#bytes -= bytesOf(oldest);
      this.#known.delete(name);
    }
  }
}

/** How much of a file is in memory, with what is packed. */
function bytesOf(file: File | undefined): number {
  if (file === undefined) return 0;
  let bytes = file.content?.length ?? 0;
  for (const packed of file.packed.values()) bytes += packed.content?.length ?? 0;
  return bytes;
}

/** The names in a path; undefined for one that no link of ours says: it leads out, names what is hidden, or is not encoded as it should be. */
function partsOf(path: string, dotFiles: boolean): readonly string[] | undefined {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "") continue;
    let name: string;
    try {
      name = decodeURIComponent(part);
    } catch {
      return undefined;
    }
    if (/[/\\\0]/.test(name) || name === "." || name === ".." || (!dotFiles && name.startsWith("."))) return undefined;
    parts.push(name);
  }
  return parts;
}

function respond(found: File, headers: Fields, method: string): Resource {
  const coding = found.packed.size === 0 ? undefined : chooseCoding(headers["accept-encoding"], [...found.packed.keys()]);
  const file = (coding === undefined ? undefined : found.packed.get(coding)) ?? found;
  const { size, whole } = file;
  const condition = conditionOf(headers, file);
  if (condition === 304) return { statuscode: 304, ...(whole.headers === undefined ? {} : { headers: whole.headers }) };
  if (condition === 412) return getErrorPage(412);
  const ranges = method === "GET" ? rangesOf(headers, size, file) : undefined;
  if (ranges === undefined) return whole;
  if (ranges.length === 0)
    return { ...getErrorPage(416), headers: { "content-range": `bytes */${size}`, "content-type": "text/html; charset=utf-8" } };
  const [first] = ranges;
  if (first === undefined || ranges.length > 1) return several(file, ranges);
  const { start, end } = first;
  return {
    statuscode: 206,
    headers: { ...whole.headers, "content-range": rangeOf(first, size) },
    length: end - start,
    data: part(file, first),
  };
}

function rangeOf({ start, end }: Range, size: number): string {
  return `bytes ${start}-${end - 1}/${size}`;
}

function part({ content, path }: File, { start, end }: Range): NonNullable<Resource["data"]> {
  return content?.subarray(start, end) ?? piecesOf(path, start, end);
}

/** Several ranges are parts of one body, RFC 9110 14.6. */
function several(file: File, ranges: readonly Range[]): Resource {
  const boundary = `kamaelia-${file.etag.slice(1, -1)}`;
  const heads = ranges.map(
    (range) => `\r\n--${boundary}\r\nContent-Type: ${file.type}\r\nContent-Range: ${rangeOf(range, file.size)}\r\n\r\n`,
  );
  const end = `\r\n--${boundary}--\r\n`;
  const length =
    [...heads, end].reduce((sum, text) => sum + text.length, 0) + ranges.reduce((sum, range) => sum + range.end - range.start, 0);
  const headers = { ...file.whole.headers, "content-type": `multipart/byteranges; boundary=${boundary}` };
  return { statuscode: 206, headers, length, data: severalParts(file, ranges, heads, end) };
}

async function* severalParts(
  file: File,
  ranges: readonly Range[],
  heads: readonly string[],
  end: string,
): AsyncGenerator<string | Uint8Array> {
  for (const [i, range] of ranges.entries()) {
    yield heads[i] ?? "";
    const data = part(file, range);
    if (typeof data === "string" || data instanceof Uint8Array) yield data;
    else yield* data;
  }
  yield end;
}

/** Reads a part of a file, as often as it is asked to. */
function piecesOf(path: string, start: number, end: number): AsyncIterable<Uint8Array> {
  return { [Symbol.asyncIterator]: () => read(path, start, end) };
}

async function* read(path: string, start: number, end: number): AsyncGenerator<Uint8Array, void> {
  const file = await open(path);
  try {
    for (let at = start; at < end;) {
      const buffer = Buffer.allocUnsafeSlow(Math.min(BLOCK, end - at));
      const { bytesRead } = await file.read(buffer, 0, buffer.length, at);
      if (bytesRead === 0) throw new Error(`Cannot send ${path}: it has become shorter meanwhile`);
      at += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

function redirect({ "raw-uri": uri, "non-query-uri": path, query }: RequestHeader): Resource {
  const location = `${path.replace(/^\/+/, "/")}/${query === "" ? "" : `?${query}`}`; // two slashes would be another server
  return { ...getErrorPage(301, `${uri} is a folder.`), headers: { location, "content-type": "text/html; charset=utf-8" } };
}

function refusal(method: string): Resource {
  if (method === "OPTIONS") return { statuscode: 204, headers: { allow: "GET, HEAD, OPTIONS" } };
  return {
    ...getErrorPage(405, `Files do not know ${method}.`),
    headers: { allow: "GET, HEAD, OPTIONS", "content-type": "text/html; charset=utf-8" },
  };
}

function notFound({ "non-query-uri": path }: RequestHeader): Resource {
  return getErrorPage(404, `There is nothing at ${path}.`);
}

/** Errors that mean that there is nothing, or nothing for everybody; others are the server's. */
function explain(error: unknown, request: RequestHeader): Resource {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ENOENT" || code === "ENOTDIR" || code === "ENAMETOOLONG" || code === "ELOOP") return notFound(request);
  if (code === "EACCES" || code === "EPERM") return getErrorPage(403);
  throw error;
}

function isDirectory(mode: number): boolean {
  return (mode & 0o170000) === 0o040000;
}

function isFile(mode: number): boolean {
  return (mode & 0o170000) === 0o100000;
}
