// SPDX-License-Identifier: Apache-2.0
import { Component, type Inbox, inboxOf } from "../axon/index.ts";

/**
 * Checks, for callers in plain JavaScript, that what a chassis was given are components.
 *
 * @throws TypeError that says which one is not, and what to do about it
 */
export function checkComponents(chassis: string, things: Iterable<readonly [at: number | string, thing: unknown]>): void {
  for (const [at, thing] of things) {
    if (thing instanceof Component) continue;
    const which = typeof at === "number" ? `component ${at + 1}` : at;
    throw new TypeError(`Cannot make a ${chassis}: ${which} is ${describe(thing)}, not a component${advice(thing)}`);
  }
}

/**
 * Checks, for callers in plain JavaScript, that a word is one of those that are known.
 *
 * @throws RangeError that names them
 */
export function checkWord(what: string, word: unknown, known: readonly string[]): void {
  if (known.includes(word as string)) return;
  throw new RangeError(`Cannot take ${JSON.stringify(word)} for ${what}: there are only ${known.map((one) => `"${one}"`).join(", ")}`);
}

/** Sets how many messages make an inbox full, also if it is passed through: the messages wait in the box at the far end. */
export function setBoxSize(component: Component<any, any>, inbox: string, size: number, called?: string): void {
  farEnd(inboxOf(component, inbox, called)).setBound(size);
}

/** Where the messages wait that come to an inbox: itself, or the box that it is passed through to. */
export function farEnd(inbox: Inbox): Inbox {
  let box = inbox;
  while (box.next !== undefined) box = box.next;
  return box;
}

function describe(thing: unknown): string {
  if (typeof thing === "function") return `the function ${thing.name || "(no name)"}`;
  if (typeof thing !== "object" || thing === null) return typeof thing === "string" ? JSON.stringify(thing) : String(thing);
  const kind = thing.constructor?.name ?? "Object";
  return kind === "Object" ? "an object" : `${/^[AEIO]/.test(kind) ? "an" : "a"} ${kind}`;
}

function advice(thing: unknown): string {
  if (typeof thing !== "function") return "";
  const { name, prototype } = thing;
  return prototype instanceof Component ? `; write new ${name}()` : `; call it: ${name || "f"}()`;
}
