// SPDX-License-Identifier: Apache-2.0
import type { ComponentSnapshot, State } from "kamaelia/axon";

const MARKS: Readonly<Record<State, string>> = {
  new: "·",
  ready: "\x1b[32m●\x1b[0m",
  running: "\x1b[32m●\x1b[0m",
  asleep: "○",
  held: "\x1b[33m◐\x1b[0m",
  closing: "○",
  ended: "·",
};

/** Draws the tree of components, one a line: what it is doing, its name, and what has gone in and out of its boxes. */
export function draw(components: readonly ComponentSnapshot[], columns: number, rows: number): string {
  const depths = new Map<number, number>();
  const lines = components.map((component) => {
    const depth = component.parent === undefined ? 0 : (depths.get(component.parent) ?? 0) + 1;
    depths.set(component.id, depth);
    return line(component, depth, columns);
  });
  const shown =
    lines.length > rows ? [...lines.slice(0, Math.max(0, rows - 1)), `\x1b[2m  … and ${lines.length - rows + 1} more\x1b[0m`] : lines;
  return shown.map((text) => `${text}\n`).join("");
}

function line({ state, name, inboxes, outboxes }: ComponentSnapshot, depth: number, columns: number): string {
  const title = `${"  ".repeat(depth)}${name}`;
  const taken = Object.entries(inboxes)
    .filter(([, box]) => box.received > 0)
    .map(([box, { received, length }]) => `${box} ${received}${length > 0 ? ` (${length} waiting)` : ""}`);
  const sent = Object.entries(outboxes)
    .filter(([, box]) => box.sent > 0)
    .map(([box, { sent: count }]) => `${box} ${count}`);
  const traffic = [taken.length > 0 ? `in: ${taken.join(", ")}` : "", sent.length > 0 ? `out: ${sent.join(", ")}` : ""]
    .filter((text) => text !== "")
    .join("   ");
  const room = Math.max(0, columns - 36);
  return `${MARKS[state]} ${title.padEnd(32)} \x1b[2m${traffic.length > room ? `${traffic.slice(0, Math.max(0, room - 1))}…` : traffic}\x1b[0m`;
}
