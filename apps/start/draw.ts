// SPDX-License-Identifier: Apache-2.0
import type { ComponentSnapshot, State } from "kamaelia/axon";

/** How a picture is to be drawn. */
export interface Canvas {
  /** Characters in a line. */
  readonly columns: number;
  /** Lines. */
  readonly rows: number;
  /** Whether the terminal shows colours. */
  readonly colours: boolean;
  /** What to say behind the names of some components, by number. */
  readonly notes?: ReadonlyMap<number, string>;
  /** The numbers of those that have had turns of late. */
  readonly busy?: ReadonlySet<number>;
}

/** A piece of a line, and the code of its colour. */
type Piece = readonly [text: string, colour?: number];

const DIM = 2;
const GREEN = 32;
const YELLOW = 33;
const CYAN = 36;

const LEVELS = "▁▂▃▄▅▆▇█";
/** What stands before a name. A component is seldom seen in its turn, so one that has had some since the last look is marked as well. */
const BUSY: Piece = ["●", GREEN];
const MARKS: Readonly<Record<State, Piece>> = {
  new: ["·", DIM],
  ready: BUSY,
  running: BUSY,
  asleep: ["○", DIM],
  held: ["◐", YELLOW],
  closing: ["◌", DIM],
  ended: ["·", DIM],
};

/** Draws the tree of components, one in a line: what it is doing, its name, what has gone in and out of its boxes, and what waits in them. */
export function draw(components: readonly ComponentSnapshot[], canvas: Canvas): string[] {
  const count = components.length > canvas.rows ? Math.max(0, canvas.rows - 1) : components.length;
  const byId = new Map(components.map((component) => [component.id, component]));
  const names = components.slice(0, count).map((component, i) => guides(component, components.slice(i + 1), byId) + component.name);
  const width = Math.min(Math.max(24, ...names.map((name) => name.length)), Math.floor(canvas.columns / 2));
  const lines = names.map((name, i) => line(components[i]!, name, width, canvas));
  if (count < components.length) lines.push(paint([[`  and ${components.length - count} more`, DIM]], canvas));
  return lines;
}

/** The lines of the tree to the left of a name. */
function guides(component: ComponentSnapshot, below: readonly ComponentSnapshot[], byId: ReadonlyMap<number, ComponentSnapshot>): string {
  let text = "";
  for (let at: ComponentSnapshot | undefined = component; at?.parent !== undefined; at = byId.get(at.parent)) {
    const { parent } = at;
    const isLast = !below.some((other) => other.parent === parent);
    text = (at === component ? (isLast ? "└ " : "├ ") : isLast ? "  " : "│ ") + text;
  }
  return text;
}

function line({ id, state, heldBy, inboxes, outboxes }: ComponentSnapshot, name: string, width: number, canvas: Canvas): string {
  const mark = state === "asleep" && canvas.busy?.has(id) === true ? BUSY : MARKS[state];
  const pieces: Piece[] = [];
  const note = canvas.notes?.get(id);
  if (note !== undefined) pieces.push([`  ${note}`, DIM]);
  for (const [box, { received, length, bound }] of shown(Object.entries(inboxes))) {
    if (received > 0) pieces.push([`  → ${box} `, DIM], [String(received), CYAN], ...waiting(length, bound));
  }
  for (const [box, { sent }] of shown(Object.entries(outboxes))) {
    if (sent > 0) pieces.push([`  ${box} `, DIM], [String(sent), CYAN], [" →", DIM]);
  }
  if (state === "held") pieces.push([`  held: ${heldBy.join(", ")} is full`, YELLOW]);
  const title = name.length > width ? `${name.slice(0, width - 1)}…` : name;
  return paint([mark, [` ${pieces.length === 0 ? title : title.padEnd(width)}`], ...pieces], canvas);
}

/** A box whose name begins with an underscore is the component's own business. */
function shown<B>(boxes: readonly (readonly [string, B])[]): (readonly [string, B])[] {
  return boxes.filter(([name]) => !name.startsWith("_"));
}

/** How full a box is, if anything waits in it. */
function waiting(length: number, bound: number | null): Piece[] {
  if (length === 0) return [];
  const level = Math.min(1, length / (bound ?? Infinity));
  return [[` ${LEVELS.charAt(Math.floor(level * (LEVELS.length - 1)))} ${length} waiting`, level < 1 ? GREEN : YELLOW]];
}

/** The pieces in their colours, cut where the line ends. */
function paint(pieces: readonly Piece[], { columns, colours }: Canvas): string {
  let room = columns - 1; // a full line would make some terminals go on to the next
  let text = "";
  for (const [piece, colour] of pieces) {
    const part = piece.length > room ? `${piece.slice(0, Math.max(0, room - 1))}…` : piece;
    if (room <= 0) break;
    room -= part.length;
    text += colour === undefined || !colours ? part : `\x1b[${colour}m${part}\x1b[0m`;
  }
  return text;
}
