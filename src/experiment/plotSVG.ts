// SPDX-License-Identifier: Apache-2.0
import type { Plot, PlotPoint, Series } from "./plot.ts";
import { isShown, piecesOf, type Scale, scalesOf } from "./scales.ts";

/** How large a picture is. */
export interface PlotSVGOptions {
  /** Default 720. */
  readonly width?: number;
  /** Of each plot. Default 400. */
  readonly height?: number;
}

/** A rectangle, in which a plot is drawn. */
interface Frame {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** What a character takes, on average: widths of text are only guessed, because nobody here can measure it. */
const CHARACTER = 6.2;
const MARGIN = 20;
const ROW = 20;
/** Room between the ends of an axis and the points there. */
const INSET = 14;
const CAP = 4;
/** By Okabe and Ito, so that people who see colours differently tell them apart; a little lighter on dark ground. */
const COLOURS = [
  ["#0072b2", "#56b4e9"],
  ["#d55e00", "#f0883e"],
  ["#008f68", "#2fc79b"],
  ["#b0578d", "#e28dc0"],
  ["#8a6d00", "#e3c04b"],
  ["#57606a", "#9da7b3"],
] as const;
const STYLE = `.plot { --ground: #ffffff; --ink: #1f2328; --dim: #57606a; --grid: #e4e8ec; ${COLOURS.map(([light], i) => `--c${i}: ${light};`).join(" ")} }
@media (prefers-color-scheme: dark) { .plot { --ground: #0d1117; --ink: #e6edf3; --dim: #9da7b3; --grid: #2a313a; ${COLOURS.map(([, dark], i) => `--c${i}: ${dark};`).join(" ")} } }
.ground { fill: var(--ground) } text { fill: var(--dim) } .title { fill: var(--ink); font-size: 15px; font-weight: 600 } .name { fill: var(--ink) }
.grid { stroke: var(--grid) } .axis { stroke: var(--dim) } .mark { stroke: var(--dim); stroke-dasharray: 2 4 } .mark-label { font-size: 11px }
${COLOURS.map((_, i) => `.s${i} { stroke: var(--c${i}); fill: var(--c${i}) }`).join(" ")}
.line { fill: none; stroke-width: 2; stroke-linejoin: round; stroke-linecap: round } .dashed { stroke-dasharray: 6 5; stroke-width: 1.5 } .bar { stroke-width: 1.25; opacity: 0.75 } .point { stroke-width: 1.5; stroke: var(--ground) }`;

/**
 * A plot as a picture: a document in SVG that is light or dark as its reader's screen is. Several plots are put one below the other.
 *
 * @example
 * const points = [{ x: 1, y: 2, low: 1.5, high: 2.5 }, { x: 10, y: 3 }];
 * plotSVG({ title: "Growth", x: { label: "time (s)", scale: "log" }, y: { label: "height (m)" }, series: [{ name: "beans", points }] }).slice(0, 4); // <svg
 */
export function plotSVG(plots: Plot | readonly Plot[], { width = 720, height = 400 }: PlotSVGOptions = {}): string {
  const all = "series" in plots ? [plots] : plots;
  const drawn = all.map((plot, i) => panel(plot, { left: 0, top: i * height, width, height }));
  const titles = all.map(({ title, y }) => escaped(title ?? y.label)).join("; ");
  const size = `viewBox="0 0 ${width} ${height * all.length}" width="${width}" height="${height * all.length}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} class="plot" font-family="ui-sans-serif, system-ui, sans-serif" font-size="12" role="img" aria-label="${titles}">
<style>${STYLE}</style>
<rect class="ground" width="100%" height="100%"/>
${drawn.join("\n")}
</svg>
`;
}

function panel(plot: Plot, frame: Frame): string {
  const { title, x, y, series, marks = [] } = plot;
  const scales = scalesOf(plot, { x: Math.max(3, frame.width / 90), y: Math.max(3, frame.height / 65) });
  const widest = Math.max(...scales.y.ticks.map(({ label }) => label.length));
  const legend = legendRows(series, frame.width - 2 * MARGIN);
  const above = (title === undefined ? 0 : 28) + (legend.length === 0 ? 0 : legend.length * ROW + 10) + (marks.length > 0 ? 14 : 0);
  const left = MARGIN + widest * CHARACTER + 10;
  const top = frame.top + MARGIN + above + 18;
  const inner: Frame = { left, top, width: frame.width - left - MARGIN - 8, height: frame.top + frame.height - top - MARGIN - 34 };
  const placeX = (value: number): number => inner.left + INSET + scales.x.place(value) * (inner.width - 2 * INSET);
  const placeY = (value: number): number => inner.top + (1 - scales.y.place(value)) * inner.height;
  const legendTop = frame.top + MARGIN + (title === undefined ? 0 : 28);
  return [
    ...(title === undefined ? [] : [`<text class="title" x="${MARGIN}" y="${frame.top + MARGIN + 12}">${escaped(title)}</text>`]),
    ...legend.flatMap((row, i) =>
      row.map(({ index, at }) => legendEntry(series[index]!, lookOf(series, index), MARGIN + at, legendTop + 10 + i * ROW)),
    ),
    `<text x="${MARGIN}" y="${inner.top - (marks.length > 0 ? 24 : 10)}">${escaped(y.label)}</text>`,
    `<text x="${inner.left + inner.width}" y="${inner.top + inner.height + 38}" text-anchor="end">${escaped(x.label)}</text>`,
    grid(scales, inner, placeX, placeY),
    ...marks.map((mark) => {
      const at = n(placeX(mark.x));
      const words = `<text class="mark-label" x="${at}" y="${n(inner.top - 5)}" dx="-3">${escaped(mark.label)}</text>`;
      return `<path class="mark" d="M${at} ${n(inner.top)}V${n(inner.top + inner.height)}"/>${words}`;
    }),
    ...series.map((one, index) => drawSeries(plot, one, lookOf(series, index), placeX, placeY)),
  ].join("\n");
}

function grid({ x, y }: { readonly x: Scale; readonly y: Scale }, frame: Frame, placeX: Place, placeY: Place): string {
  const bottom = frame.top + frame.height;
  const lines = y.ticks.map(({ value, label }) => {
    const at = n(placeY(value));
    return `<path class="grid" d="M${n(frame.left)} ${at}h${n(frame.width)}"/><text x="${n(frame.left - 8)}" y="${at}" dy="4" text-anchor="end">${escaped(label)}</text>`;
  });
  const ticks = x.ticks.map(({ value, label }) => {
    const at = n(placeX(value));
    return `<path class="axis" d="M${at} ${n(bottom)}v5"/><text x="${at}" y="${n(bottom + 19)}" text-anchor="middle">${escaped(label)}</text>`;
  });
  return [...lines, `<path class="axis" d="M${n(frame.left)} ${n(bottom)}h${n(frame.width)}"/>`, ...ticks].join("\n");
}

function lookOf(series: readonly Series[], index: number): number {
  return series[index]?.look ?? index;
}

type Place = (value: number) => number;

function drawSeries(plot: Plot, { points, draw = "both", dashed = false }: Series, index: number, placeX: Place, placeY: Place): string {
  const shown = points.filter((point) => isShown(plot, point));
  const style = `s${index % COLOURS.length}`;
  const parts: string[] = [];
  for (const piece of draw === "points" ? [] : piecesOf(plot, points)) {
    const path = piece.map(({ x, y }, i) => `${i === 0 ? "M" : "L"}${n(placeX(x))} ${n(placeY(y))}`).join("");
    if (piece.length > 1) parts.push(`<path class="${style} line${dashed ? " dashed" : ""}" d="${path}"/>`);
  }
  for (const point of shown) if (hasBar(point)) parts.push(errorBar(plot, point, style, placeX, placeY));
  if (draw !== "line") for (const { x, y } of shown) parts.push(symbol(index, placeX(x), placeY(y)));
  return parts.join("\n");
}

function hasBar(point: PlotPoint): point is Required<PlotPoint> {
  return point.low !== undefined && point.high !== undefined && point.low < point.high;
}

/** What would be below a logarithmic axis ends at its beginning. */
function errorBar(plot: Plot, { x, low, high }: Required<PlotPoint>, style: string, placeX: Place, placeY: Place): string {
  const lowest = plot.y.scale === "log" && low <= 0 ? high / 1e9 : low;
  const [at, top, bottom] = [placeX(x), placeY(high), placeY(lowest)];
  const isCut = lowest !== low;
  const lower = isCut ? "" : `M${n(at - CAP)} ${n(bottom)}h${2 * CAP}`;
  return `<path class="${style} bar" d="M${n(at - CAP)} ${n(top)}h${2 * CAP}M${n(at)} ${n(top)}V${n(bottom)}${lower}"/>`;
}

/** Each series has a shape of its own, for those to whom colours say nothing. */
function symbol(index: number, x: number, y: number): string {
  const style = `class="s${index % COLOURS.length} point"`;
  const [left, top] = [n(x), n(y)];
  if (index % 4 === 0) return `<circle ${style} cx="${left}" cy="${top}" r="4.5"/>`;
  const shapes = ["", "m-4-4h8v8h-8z", "m0-5.5 5.5 9.5h-11z", "m0-5.5 5.5 5.5-5.5 5.5-5.5-5.5z"];
  return `<path ${style} d="M${left} ${top}${shapes[index % 4]}"/>`;
}

/** Where the names go: in as many rows as they need. A single one needs none: the axis says what it is. */
function legendRows(series: readonly Series[], width: number): { readonly index: number; readonly at: number }[][] {
  const rows: { index: number; at: number }[][] = [];
  let end = Infinity;
  for (const [index, { name }] of series.length > 1 ? series.entries() : []) {
    const needs = 34 + name.length * CHARACTER + 18;
    if (end + needs > width) {
      rows.push([]);
      end = 0;
    }
    rows.at(-1)!.push({ index, at: end });
    end += needs;
  }
  return rows;
}

function legendEntry({ name, draw = "both", dashed = false }: Series, index: number, x: number, y: number): string {
  const line = draw === "points" ? "" : `<path class="s${index % COLOURS.length} line${dashed ? " dashed" : ""}" d="M${n(x)} ${y}h26"/>`;
  const point = draw === "line" ? "" : symbol(index, x + 13, y);
  return `${line}${point}<text class="name" x="${n(x + 34)}" y="${y}" dy="4">${escaped(name)}</text>`;
}

/** Places to a tenth of a pixel. */
function n(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
