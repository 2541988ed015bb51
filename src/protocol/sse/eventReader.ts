// SPDX-License-Identifier: Apache-2.0
import type { ReceivedEvent } from "./events.ts";

/**
 * Reads the stream of events as the WHATWG's HTML says (9.2.6): lines end with CR, LF or both; what is not understood is skipped; an event that is not ended by
 * an empty line has not come.
 *
 * @internal
 */
export class EventReader {
  /** The id of the last event that had one. */
  lastEventId: string;
  /** Milliseconds after which to come again, if the server has said so. */
  retry: number | undefined;
  readonly #limit: number;
  readonly #decoder: TextDecoder = new TextDecoder(); // which leaves a byte order mark out
  #begun = false;
  /** The beginning of a line that has not ended. */
  #rest = "";
  /** The last line ended with CR: if LF is next, it belongs to that. */
  #afterCR = false;
  #data: string[] = [];
  #size = 0;
  #event = "";
  #id: string;

  constructor(limit: number, lastEventId = "") {
    this.#limit = limit;
    this.lastEventId = this.#id = lastEventId;
  }

  /** The events that are whole now. @throws RangeError for one that is longer than the limit */
  read(bytes: Uint8Array | string): ReceivedEvent[] {
    let text = typeof bytes === "string" ? this.#unmarked(bytes) : this.#decoder.decode(bytes, { stream: true });
    if (this.#afterCR && text !== "") {
      this.#afterCR = false;
      if (text.startsWith("\n")) text = text.slice(1);
    }
    const events: ReceivedEvent[] = [];
    const ends = /\r\n?|\n/g;
    let from = 0;
    for (let end = ends.exec(text); end !== null; end = ends.exec(text)) {
      const event = this.#line(this.#rest + text.slice(from, end.index));
      if (event !== undefined) events.push(event);
      this.#rest = "";
      from = ends.lastIndex;
    }
    this.#afterCR = from === text.length && text.endsWith("\r");
    this.#rest += text.slice(from);
    this.#count(0);
    return events;
  }

  /** Text without a byte order mark at the very beginning. */
  #unmarked(text: string): string {
    const isFirst = !this.#begun && text !== "";
    if (text !== "") this.#begun = true;
    return isFirst && text.startsWith("\uFEFF") ? text.slice(1) : text;
  }

  #line(line: string): ReceivedEvent | undefined {
    if (line === "") return this.#dispatch();
    const colon = line.indexOf(":");
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(line[colon + 1] === " " ? colon + 2 : colon + 1);
    if (name === "data") {
      this.#data.push(value);
      this.#count(value.length + 1);
    } else if (name === "event") this.#event = value;
    else if (name === "id" && !value.includes("\0")) this.#id = value;
    else if (name === "retry" && /^\d+$/.test(value)) this.retry = Number(value);
    return undefined;
  }

  #dispatch(): ReceivedEvent | undefined {
    this.lastEventId = this.#id;
    const event = { event: this.#event || "message", data: this.#data.join("\n"), id: this.#id };
    const isOne = this.#data.length > 0;
    this.#data = [];
    this.#size = 0;
    this.#event = "";
    return isOne ? event : undefined;
  }

  #count(more: number): void {
    this.#size += more;
    if (this.#size + this.#rest.length > this.#limit) throw new RangeError(`Cannot read an event of more than ${this.#limit} characters`);
  }
}
