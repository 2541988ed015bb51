// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from "node:crypto";
import { type FileHandle, mkdir, open, rm } from "node:fs/promises";
import { join } from "node:path";
import type { MIMEHeader } from "../../mime/headers.ts";
import { MIMEError, parseParameters } from "../../mime/index.ts";
import { Multipart } from "../../mime/multipart.ts";
import type { MultipartEvent } from "../../mime/MultipartParser.ts";
import { getErrorPage } from "../errorPages.ts";
import type { Answer, Handler } from "../handlers.ts";
import type { HTTPRequest } from "../request.ts";

/** Where uploads go, and how much of them. */
export interface UploadOptions {
  /** The folder for files. It is made if it is not there. */
  readonly folder: string;
  /** Files in one request. Default 10. */
  readonly maxFiles?: number;
  /** Bytes of one file. Default: as many as the server takes of a body (`maxBody`, 64 MiB unless told otherwise). */
  readonly maxFileSize?: number;
  /** Fields that are no files. Default 100. */
  readonly maxFields?: number;
  /** Bytes of such a field. Default 65,536. */
  readonly maxFieldSize?: number;
}

/** A file that has come. */
export interface UploadedFile {
  /** The name of the field. */
  readonly name: string;
  /** What the sender calls it, without folders. Do not use it as a path. */
  readonly filename: string;
  /** What the sender says it is. */
  readonly type: string;
  readonly size: number;
  /** Where it is: in the folder, under a name of ours. */
  readonly path: string;
}

/** A form that was sent. */
export interface UploadedForm {
  /** Fields that are no files, in order. */
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly files: readonly UploadedFile[];
  /** The first field of this name. */
  get(name: string): string | undefined;
}

/** Answers whoever has sent a form. */
export type UploadHandler = (request: HTTPRequest, form: UploadedForm) => Answer | Promise<Answer>;

/**
 * Takes forms with files (multipart/form-data, RFC 7578, and urlencoded ones). Files are written to disk as they come, no faster, under names of ours; then
 * the handler gets the form. They stay, unless something goes wrong: when there is too much (413), when it is malformed (400), when the client leaves, when the handler fails.
 *
 * @throws RangeError for a limit below 0
 * @example
 * const handler = upload((_, { files }) => `Thank you for ${files.length} files`, { folder: "uploads" });
 * const protocol = HTTPProtocol(routes({ "POST /upload": handler }));
 */
export function upload(handler: UploadHandler, options: UploadOptions): Handler {
  const { folder, maxFiles = 10, maxFileSize = Infinity, maxFields = 100, maxFieldSize = 65_536 } = options;
  for (const [name, limit] of Object.entries({ maxFiles, maxFileSize, maxFields, maxFieldSize }))
    if (!(limit >= 0)) throw new RangeError(`Cannot take uploads with ${name} ${limit}: give 0 or more`);
  const limits = { folder, maxFiles, maxFileSize, maxFields, maxFieldSize };
  return async (request) => {
    const form = new Form(limits);
    try {
      await read(request, form);
      return await handler(request, form);
    } catch (error) {
      await form.discard();
      if (error instanceof Refused) return getErrorPage(error.status, error.message);
      if (error instanceof MIMEError) return getErrorPage(400, `The form is malformed: ${error.message}.`);
      throw error;
    }
  };
}

class Refused extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

async function read(request: HTTPRequest, form: Form): Promise<void> {
  const { value, parameters } = parseParameters(request.parsed.headers["content-type"] ?? "");
  if (value === "application/x-www-form-urlencoded") {
    const text: string[] = [];
    const decoder = new TextDecoder();
    for await (const bytes of request.body ?? []) {
      form.count(bytes.length);
      text.push(decoder.decode(bytes, { stream: true }));
    }
    for (const [name, field] of new URLSearchParams(text.join(""))) form.add(name, field);
    return;
  }
  const { boundary = "" } = parameters;
  if (value !== "multipart/form-data" || boundary.length < 1 || boundary.length > 70)
    throw new Refused(415, "This is for forms: multipart/form-data.");
  const parts = new Multipart(boundary, { maxParts: form.maxParts, maxHeader: 8192, maxFields: 20 });
  for await (const bytes of request.body ?? []) {
    for (const event of parts.push(bytes)) await take(event, form);
    if (parts.fault !== undefined) throw parts.fault;
  }
  for (const event of parts.flush()) await take(event, form);
  if (parts.fault !== undefined) throw parts.fault;
}

function take(event: MultipartEvent, form: Form): Promise<void> {
  if (event.type === "part") return form.begin(event.header);
  return event.type === "data" ? form.write(event.bytes) : form.end();
}

/** A file that is being written. */
interface Opened {
  readonly file: FileHandle;
  readonly path: string;
  readonly filename: string;
  readonly type: string;
  size: number;
}

class Form implements UploadedForm {
  readonly fields: [string, string][] = [];
  readonly files: UploadedFile[] = [];
  readonly #limits: Required<UploadOptions>;
  readonly #paths: string[] = [];
  #name = "";
  #file: Opened | undefined;
  #field: Uint8Array[] | undefined;
  #size = 0;

  constructor(limits: Required<UploadOptions>) {
    this.#limits = limits;
  }

  get maxParts(): number {
    return this.#limits.maxFiles + this.#limits.maxFields + 1;
  }

  get(name: string): string | undefined {
    return this.fields.find(([other]) => other === name)?.[1];
  }

  add(name: string, value: string): void {
    if (this.fields.length >= this.#limits.maxFields) throw new Refused(413, `There are more than ${this.#limits.maxFields} fields.`);
    this.fields.push([name, value]);
  }

  /** Of a field, or of all fields that come in one piece. */
  count(bytes: number): void {
    this.#size += bytes;
    const { maxFieldSize, maxFields } = this.#limits;
    const limit = this.#field === undefined ? maxFieldSize * Math.max(1, maxFields) : maxFieldSize;
    if (this.#size > limit) throw new Refused(413, `A field is longer than ${maxFieldSize} bytes.`);
  }

  async begin(header: MIMEHeader): Promise<void> {
    const { value, parameters } = parseParameters(header["content-disposition"]?.[1] ?? "");
    const { name, filename } = parameters;
    if (value !== "form-data" || name === undefined) throw new Refused(400, "A part of the form has no name.");
    this.#name = unescape(name);
    this.#size = 0;
    if (filename === undefined) this.#field = [];
    else await this.#open(baseOf(unescape(filename)), header["content-type"]?.[1] ?? "application/octet-stream");
  }

  async write(bytes: Uint8Array): Promise<void> {
    const opened = this.#file;
    if (opened === undefined) {
      this.count(bytes.length);
      this.#field?.push(bytes.slice());
      return;
    }
    opened.size += bytes.length;
    const { maxFileSize } = this.#limits;
    if (opened.size > maxFileSize) throw new Refused(413, `A file is larger than ${maxFileSize} bytes.`);
    await opened.file.writeFile(bytes);
  }

  async end(): Promise<void> {
    const opened = this.#file;
    this.#file = undefined;
    if (opened === undefined) {
      this.add(this.#name, new TextDecoder().decode(joined(this.#field ?? [])));
      this.#field = undefined;
      return;
    }
    const { file, path, filename, type, size } = opened;
    await file.close();
    if (filename === "" && size === 0) await rm(path); // what browsers send of a field that nobody chose a file for
    else this.files.push({ name: this.#name, filename, type, size, path });
  }

  /** Keeps nothing. */
  async discard(): Promise<void> {
    await this.#file?.file.close();
    this.#file = undefined;
    for (const path of this.#paths) await rm(path, { force: true });
  }

  async #open(filename: string, type: string): Promise<void> {
    const { folder, maxFiles } = this.#limits;
    if (this.files.length >= maxFiles) throw new Refused(413, `There are more than ${maxFiles} files.`);
    await mkdir(folder, { recursive: true });
    const path = join(folder, `upload-${randomBytes(9).toString("base64url")}`);
    const file = await open(path, "wx", 0o600);
    this.#paths.push(path);
    this.#file = { file, path, filename, type, size: 0 };
  }
}

/** Browsers write %22 for a quote, and two more so: WHATWG HTML, 4.10.21.8. */
function unescape(text: string): string {
  return text.replaceAll(/%(22|0[AD])/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}

/** Without folders, of whatever system, and what could not be shown. */
function baseOf(filename: string): string {
  // oxlint-disable-next-line no-control-regex -- they are what is to go
  return filename.replace(/^.*[/\\]/s, "").replaceAll(/[\0-\x1f\x7f]/g, "_");
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
