// SPDX-License-Identifier: Apache-2.0
import type { FileHandle } from "node:fs/promises";

/** In what a file is sent: pieces of bytes, or lines of text (UTF-8), each with its end. */
export type ReadMode = "bytes" | "lines";

/** What is sent of a file. */
export type Piece = Uint8Array | string;

/** Bytes that are read at once, unless somebody says otherwise. */
export const BLOCK = 65_536;
/** The most that the operating system reads at once. */
const MOST = 1 << 30;

/** The next bytes of a file, in a buffer of their own: as many as there are, up to `size`; none at the end of the file. */
export async function readBlock(file: FileHandle, size: number, position: number | null = null): Promise<Uint8Array> {
  const buffer = Buffer.allocUnsafeSlow(size);
  const { bytesRead } = await file.read(buffer, 0, size, position);
  if (bytesRead === size) return buffer;
  return bytesRead > size / 2 ? buffer.subarray(0, bytesRead) : Uint8Array.prototype.slice.call(buffer, 0, bytesRead);
}

/** The next bytes of a file, exactly so many; fewer only if the file ends with them. */
export async function readFully(file: FileHandle, size: number): Promise<Uint8Array> {
  const blocks: Uint8Array[] = [];
  for (let missing = size; missing > 0;) {
    const block = await readBlock(file, Math.min(missing, MOST));
    if (block.length === 0) break;
    blocks.push(block);
    missing -= block.length;
  }
  return blocks.length === 1 ? blocks[0]! : Buffer.concat(blocks);
}

/** Makes lines of blocks of UTF-8. A line ends with its line feed. All of them together are the text, a byte order mark, too. */
export class Lines {
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  #rest = "";

  /** The lines that are complete with these bytes. */
  add(bytes: Uint8Array): string[] {
    const text = this.#decoder.decode(bytes, { stream: true });
    const lines: string[] = [];
    let start = 0;
    for (let end = text.indexOf("\n") + 1; end > 0; end = text.indexOf("\n", start) + 1) {
      lines.push(this.#rest + text.slice(start, end));
      this.#rest = "";
      start = end;
    }
    this.#rest += text.slice(start);
    return lines;
  }

  /** A last line that has no end, if there is one. */
  end(): string[] {
    const last = this.#rest + this.#decoder.decode();
    this.#rest = "";
    return last === "" ? [] : [last];
  }
}

/** @throws RangeError unless it is a whole number above 0 */
export function checkSize(purpose: string, size: number): void {
  if (!(Number.isSafeInteger(size) && size > 0 && size <= MOST))
    throw new RangeError(`Cannot ${purpose} in blocks of ${size} bytes: give a whole number from 1 to ${MOST}`);
}

/** @throws RangeError for any other mode */
export function checkMode(purpose: string, mode: ReadMode): void {
  checkWord(`${purpose} in`, mode, ["bytes", "lines"]);
}

/** @throws RangeError for any other word: from JavaScript, where nobody checks types */
export function checkWord(purpose: string, word: string, words: readonly [string, string]): void {
  if (!words.includes(word)) throw new RangeError(`Cannot ${purpose} "${word}": give "${words.join('" or "')}"`);
}
