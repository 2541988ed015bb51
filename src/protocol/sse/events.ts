// SPDX-License-Identifier: Apache-2.0

/** An event for a page. Text is an event with this data. */
export interface ServerSentEvent {
  readonly data: string;
  /** Its kind. Default: "message", says the page. */
  readonly event?: string;
  /** What the page says it has had last, when it comes again (the field Last-Event-ID). */
  readonly id?: string;
  /** Milliseconds after which the page is to come again when the connection breaks. */
  readonly retry?: number;
}

/** An event as it was received. */
export interface ReceivedEvent {
  /** Its kind: "message" if it did not say. */
  readonly event: string;
  readonly data: string;
  /** Its id, or, if it has none, that of the last one that had; "" if none has had any. */
  readonly id: string;
}

/** An event as it is sent. @throws TypeError for a kind or an id of several lines @internal */
export function textOf(one: string | ServerSentEvent): string {
  const { data, event, id, retry } = typeof one === "string" ? { data: one } : one;
  let text = "";
  if (event !== undefined) text += `event: ${line(event)}\n`;
  if (id !== undefined) text += `id: ${line(id)}\n`;
  if (retry !== undefined) text += `retry: ${Math.round(retry)}\n`;
  if (!data.includes("\n") && !data.includes("\r")) return `${text}data: ${data}\n\n`;
  return `${text}${data
    .split(/\r\n|\r|\n/)
    .map((part) => `data: ${part}\n`)
    .join("")}\n`;
}

function line(text: string): string {
  if (/[\r\n\0]/.test(text)) throw new TypeError(`Cannot send an event of kind or id ${JSON.stringify(text)}: it is one line`);
  return text;
}
