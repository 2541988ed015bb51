// SPDX-License-Identifier: Apache-2.0
import type { Plot, Series } from "./plot.ts";
import { isShown, piecesOf, type Scale, scalesOf } from "./scales.ts";

/** How a plot fits on a terminal. */
export interface PlotTextOptions {
  /** Characters in a line. Default 72. */
  readonly columns?: number;
  /** Lines, with title, axis and legend. Default 18. */
  readonly rows?: number;
  /** Whether to use the terminal's colours. Default false. */
  readonly colours?: boolean;
}

const COLOURS = [36, 33, 32, 35, 34, 37];
const DIM = 2;
/** What stands for the points of each series. */
const POINTS = "●■▲◆○□△◇";
/** The bits of the dots in a character of Braille, by column and row from the top. */
const DOTS = [
  [0x01, 0x02, 0x04, 0x40],
  [0x08, 0x10, 0x20, 0x80],
] as const;
const BRAILLE = 0x2800;

/** A character of the picture. */
interface Cell {
  /** Dots of lines, as in Unicode's Braille. */
  dots: number;
  /** What stands here instead of dots. */
  text: string;
  colour: number;
}

/**
 * A plot in characters, for a terminal: lines are made of dots (Braille), points are ● ■ ▲ ◆, error bars are dotted.
 *
 * @example
 * const points = [{ x: 0, y: 0 }, { x: 1, y: 1 }];
 * plotText({ x: { label: "x" }, y: { label: "y" }, series: [{ name: "line", points }] }, { rows: 8 }).split("\n").length; // 8
 */
export function plotText(plot: Plot, { columns = 72, rows = 18, colours = false }: PlotTextOptions = {}): string {
  const { title, x, y, series, marks = [] } = plot;
  const legend = legendRows(series, columns);
  const height = Math.max(3, rows - 4 - (title === undefined ? 0 : 1) - legend.length);
  const scales = scalesOf(plot, { x: Math.max(2, columns / 12), y: Math.max(2, height / 3) });
  const widest = Math.max(...scales.y.ticks.map(({ label }) => label.length));
  const width = Math.max(10, columns - widest - 3);
  const canvas = new Canvas(width, height);
  for (const mark of marks) canvas.upright(scales.x.place(mark.x), "┊");
  for (const [i, one] of series.entries()) drawLine(plot, one, one.look ?? i, scales, canvas);
  for (const [i, one] of series.entries()) drawPoints(plot, one, one.look ?? i, scales, canvas);
  const paint = (text: string, colour: number): string => (colours && colour > 0 ? `\x1b[${colour}m${text}\x1b[0m` : text);
  const tickAt = new Map(scales.y.ticks.map(({ value, label }) => [canvas.row(scales.y.place(value)), label]));
  const body = canvas.lines(paint).map((line, row) => {
    const label = tickAt.get(row);
    return `${paint((label ?? "").padStart(widest + 1), DIM)}${paint(label === undefined ? " │" : " ┤", DIM)}${line}`;
  });
  const lines = [
    ...(title === undefined ? [] : [title]),
    paint(y.label, DIM),
    ...body,
    ...xAxis(scales.x, x.label, { width, indent: widest + 3 }).map((line) => paint(line, DIM)),
    ...legend.map((row) =>
      row.map(({ name, draw, dashed, look = 0 }) => `${paint(sample(look, draw, dashed), colourOf(look))} ${name}`).join("   "),
    ),
  ];
  return lines.map((line) => line.trimEnd()).join("\n");
}

/** The series in rows that fit into a line, as far as they can. A single one needs no legend: the axis says what it is. */
function legendRows(series: readonly Series[], columns: number): Series[][] {
  const rows: Series[][] = [];
  let room = 0;
  for (const [i, one] of series.length > 1 ? series.entries() : []) {
    const needs = one.name.length + 6;
    if (needs > room) {
      rows.push([]);
      room = columns + 3;
    }
    room -= needs;
    rows.at(-1)!.push({ ...one, look: one.look ?? i });
  }
  return rows;
}

function sample(index: number, draw: Series["draw"], dashed = false): string {
  return draw === "line" ? (dashed ? "⠤⠄" : "⠤⠤") : POINTS.charAt(index % POINTS.length);
}

function colourOf(index: number): number {
  return COLOURS[index % COLOURS.length]!;
}

type Scales = { readonly x: Scale; readonly y: Scale };

function drawLine(plot: Plot, { points, draw = "both", dashed = false }: Series, index: number, { x, y }: Scales, canvas: Canvas): void {
  if (draw === "points") return;
  for (const piece of piecesOf(plot, points)) {
    for (const [i, point] of piece.entries()) {
      const before = piece[i - 1] ?? point;
      canvas.line([x.place(before.x), y.place(before.y)], [x.place(point.x), y.place(point.y)], colourOf(index), dashed);
    }
  }
}

function drawPoints(plot: Plot, { points, draw = "both" }: Series, index: number, { x, y }: Scales, canvas: Canvas): void {
  for (const point of points.filter((one) => isShown(plot, one))) {
    const { low = point.y, high = point.y } = point;
    if (low < high) canvas.line([x.place(point.x), y.place(low)], [x.place(point.x), y.place(high)], colourOf(index), true);
    if (draw !== "line") canvas.put(x.place(point.x), y.place(point.y), POINTS.charAt(index % POINTS.length), colourOf(index));
  }
}

/** The axis, and the numbers below it, as many as have room; what it is about stands at the end, or on a line of its own. */
function xAxis({ ticks, place }: Scale, label: string, { width, indent }: { readonly width: number; readonly indent: number }): string[] {
  const axis = new Array<string>(width).fill("─");
  let numbers = "";
  for (const tick of ticks) {
    const at = Math.round(place(tick.value) * (width - 1));
    const from = Math.max(0, Math.min(at - (tick.label.length >> 1), width - tick.label.length));
    axis[at] = "┬";
    if (numbers === "" || from > numbers.length) numbers = numbers.padEnd(from) + tick.label;
  }
  const left = " ".repeat(indent - 1);
  return [`${left}└${axis.join("")}`, `${left} ${numbers}`, `${left} ${label.padStart(width)}`];
}

/** Characters in rows, on which one draws with dots. */
class Canvas {
  readonly #width: number;
  readonly #height: number;
  readonly #cells: Cell[][];

  constructor(width: number, height: number) {
    this.#width = width;
    this.#height = height;
    this.#cells = Array.from({ length: height }, () => Array.from({ length: width }, () => ({ dots: 0, text: "", colour: 0 })));
  }

  /** The row of characters at a height from 0 to 1. */
  row(y: number): number {
    return Math.round((1 - y) * (this.#height * 4 - 1)) >> 2;
  }

  put(x: number, y: number, text: string, colour: number): void {
    const cell = this.#cells[this.row(y)]?.[Math.round(x * (this.#width * 2 - 1)) >> 1];
    if (cell !== undefined) Object.assign(cell, { text, colour });
  }

  upright(x: number, text: string): void {
    for (let row = 0; row < this.#height; row++) {
      const cell = this.#cells[row]?.[Math.round(x * (this.#width * 2 - 1)) >> 1];
      if (cell !== undefined) Object.assign(cell, { text, colour: DIM });
    }
  }

  /** Dots from one place to another; or two, and then a gap. */
  line(from: readonly [number, number], to: readonly [number, number], colour: number, dashed: boolean): void {
    const [right, bottom] = [this.#width * 2 - 1, this.#height * 4 - 1];
    const [startX, startY, endX, endY] = [from[0] * right, (1 - from[1]) * bottom, to[0] * right, (1 - to[1]) * bottom];
    const steps = Math.max(1, Math.ceil(Math.max(Math.abs(endX - startX), Math.abs(endY - startY))));
    for (let i = 0; i <= steps; i++) {
      const [x, y] = [Math.round(startX + ((endX - startX) * i) / steps), Math.round(startY + ((endY - startY) * i) / steps)];
      if (!dashed || i % 4 < 2) this.#dot(x, y, colour);
    }
  }

  lines(paint: (text: string, colour: number) => string): string[] {
    return this.#cells.map((row) =>
      row
        .map(({ dots, text, colour }) => {
          if (text !== "") return paint(text, colour);
          return dots === 0 ? " " : paint(String.fromCodePoint(BRAILLE + dots), colour);
        })
        .join(""),
    );
  }

  #dot(x: number, y: number, colour: number): void {
    const cell = this.#cells[y >> 2]?.[x >> 1];
    if (cell === undefined) return;
    if (cell.text === "┊") cell.text = "";
    cell.dots |= DOTS[x & 1]![y & 3]!;
    cell.colour = colour;
  }
}
