// SPDX-License-Identifier: Apache-2.0
import { inspect } from "node:util";
import { Component } from "../axon/index.ts";

/** How many characters of a message are shown, and how many bytes. */
const LENGTH = 120;
const BYTES = 24;

/** A message in one short line, for people to read: text as it is written in programs, bytes as text where they are text. @internal */
export function show(message: unknown): string {
  if (message instanceof Uint8Array) return bytes(message);
  if (message instanceof Error) return `${message.name}: ${message.message}`;
  const text = inspect(simple(message), { depth: 2, breakLength: Infinity, maxArrayLength: 10, maxStringLength: LENGTH });
  return text.length > LENGTH ? `${text.slice(0, LENGTH)}…` : text;
}

function bytes(message: Uint8Array): string {
  if (message.length === 0) return "0 bytes"; // perhaps they were given away
  const start = message.subarray(0, BYTES);
  const more = message.length > BYTES ? "…" : "";
  const isText = start.every((byte) => (byte >= 0x20 && byte < 0x7f) || (byte >= 0x09 && byte <= 0x0d));
  const shown = isText
    ? JSON.stringify(String.fromCharCode(...start))
    : Array.from(start, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
  return `${message.length} bytes: ${shown}${more}`;
}

/** Components by their names: all that belongs to them would be pages. */
function simple(message: unknown): unknown {
  if (typeof message !== "object" || message === null) return message;
  if (message instanceof Component) return new Named(message.name);
  if (Object.getPrototypeOf(message) !== Object.prototype) return Array.isArray(message) ? message.map(named) : message;
  return Object.fromEntries(Object.entries(message).map(([key, value]) => [key, named(value)]));
}

function named(value: unknown): unknown {
  return value instanceof Component ? new Named(value.name) : value;
}

class Named {
  readonly #name: string;
  constructor(name: string) {
    this.#name = name;
  }
  [inspect.custom](): string {
    return this.#name;
  }
}
