// SPDX-License-Identifier: Apache-2.0
import { REASONS, type Resource } from "./resource.ts";

const HTML = Object.freeze({ "content-type": "text/html; charset=utf-8" });

/** What pages say about statuses that people see often. */
const TEXTS: Readonly<Record<number, string>> = {
  400: "The request could not be understood.",
  404: "There is nothing here.",
  500: "The server could not answer. It is not your fault.",
  501: "The server does not know how to do this.",
  502: "Another server did not answer as it should.",
};

/** Makes the page for a status. */
export type ErrorPages = (status: number, message?: string) => Resource;

/**
 * A page that says what went wrong.
 *
 * @param message what to say; it may be anything, and is shown as text
 * @example
 * getErrorPage(404, "No <such> page").statuscode; // 404
 */
export function getErrorPage(status: number, message?: string): Resource {
  const title = `${status} ${REASONS[status] ?? "Error"}`;
  const text = escape(message ?? TEXTS[status] ?? "");
  return {
    statuscode: status,
    headers: HTML,
    data: `<!DOCTYPE html><html lang="en"><head><title>${title}</title></head><body><h1>${title}</h1><p>${text}</p></body></html>\n`,
    complete: true,
  };
}

/** Text as HTML. @internal */
export function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;").replaceAll("'", "&#39;");
}
