// SPDX-License-Identifier: Apache-2.0
import type { Axis, Plot, PlotPoint } from "./plot.ts";

/** What a value may be above the last tick, in steps, without another one for it. */
const SLIGHTLY = 0.001;

/** Where values are on an axis. */
export interface Scale {
  /** From 0 at the beginning to 1 at the end. */
  place(value: number): number;
  readonly ticks: readonly { readonly value: number; readonly label: string }[];
}

/** The axes of a plot, so that all of it has its place, and the ticks are round numbers. @throws TypeError when there is none */
export function scalesOf(
  { x, y, series }: Plot,
  ticks: { readonly x: number; readonly y: number },
): { readonly x: Scale; readonly y: Scale } {
  const axes: Readonly<Record<string, Axis | undefined>> = { x, y }; // programs that nobody has checked leave them out
  for (const [name, axis] of Object.entries(axes))
    if (axis === undefined) throw new TypeError(`Cannot plot: there is no ${name}; give ${name}: { label: "time (s)" }`);
  const points = series.flatMap((one) => one.points);
  const xs = points.map((point) => point.x);
  const ys = points.flatMap((point) => [point.y, ...boundsOf(point)]);
  return { x: scale(x, xs, ticks.x, false), y: scale(y, ys, ticks.y, true) };
}

/** Whether a point can be shown at all. */
export function isShown({ x, y }: Plot, point: PlotPoint): boolean {
  return isOn(x, point.x) && isOn(y, point.y);
}

/** The points in the pieces of a line: without those that cannot be shown, between which it has gaps. */
export function piecesOf(plot: Plot, points: readonly PlotPoint[]): PlotPoint[][] {
  const pieces: PlotPoint[][] = [[]];
  for (const point of points) {
    if (isShown(plot, point)) pieces.at(-1)!.push(point);
    else if (pieces.at(-1)!.length > 0) pieces.push([]);
  }
  return pieces.filter((piece) => piece.length > 0);
}

/** The ends of an error bar that can be shown. */
function boundsOf({ low, high }: PlotPoint): number[] {
  return [low, high].flatMap((bound) => bound ?? []);
}

function isOn({ scale: kind }: Axis, value: number): boolean {
  return Number.isFinite(value) && (kind !== "log" || value > 0);
}

/** @param isHeight whether it goes on to round numbers, and to 0 */
function scale(axis: Axis, all: readonly number[], count: number, isHeight: boolean): Scale {
  const values = all.filter((value) => isOn(axis, value));
  let low = Math.min(axis.from ?? Infinity, ...(values.length > 0 ? values : [axis.scale === "log" ? 1 : 0]));
  let high = Math.max(axis.to ?? -Infinity, ...(values.length > 0 ? values : [axis.scale === "log" ? 10 : 1]));
  if (axis.scale === "log") return logScale(axis, low, high, count, isHeight);
  if (isHeight && low > 0 && low < 0.6 * high) low = axis.from ?? 0;
  if (high - low <= 1e-9 * Math.max(Math.abs(low), Math.abs(high)))
    [low, high] = low === 0 ? [0, 1] : [Math.min(0, 2 * low), Math.max(0, 2 * low)];
  const step = roundStep((high - low) / count);
  if (isHeight) [low, high] = [Math.floor(low / step + SLIGHTLY) * step, Math.ceil(high / step - SLIGHTLY) * step];
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  // Without the last digits that arithmetic leaves: 0.30000000000000004.
  const ticks = Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
  return { place: (value) => (value - low) / (high - low), ticks: labelled(axis, ticks) };
}

/** 1, 2 and 5 times powers of ten, if there is room for them; otherwise only some of the powers. */
function logScale(axis: Axis, least: number, most: number, count: number, isHeight: boolean): Scale {
  const decades = Math.log10(most / least);
  const factors = decades > count ? [1] : decades * 3 > count ? [1, 3] : [1, 2, 5];
  const every = Math.max(1, Math.ceil(decades / count));
  const candidates: number[] = [];
  for (let power = Math.floor(Math.log10(least)) - 1; power <= Math.ceil(Math.log10(most)) + 1; power++) {
    if (power % every === 0) for (const factor of factors) candidates.push(Number(`${factor}e${power}`));
  }
  let [low, high] = [least, most];
  if (isHeight || least === most) {
    low = candidates.findLast((tick) => tick <= least * (1 + 1e-9)) ?? least;
    high = candidates.find((tick) => tick >= most * (1 - 1e-9)) ?? most;
    if (low === high) high = low * 10;
  }
  const ticks = candidates.filter((tick) => tick >= low * (1 - 1e-9) && tick <= high * (1 + 1e-9));
  const width = Math.log(high / low);
  return { place: (value) => Math.log(Math.max(value, Number.MIN_VALUE) / low) / width, ticks: labelled(axis, ticks) };
}

/** The next larger of 1, 2, 2.5 and 5 times a power of ten. */
function roundStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  const factor = [1, 2, 2.5, 5, 10].find((one) => one * power >= step * (1 - 1e-9)) ?? 10;
  return factor * power;
}

function labelled({ format = short }: Axis, ticks: readonly number[]): Scale["ticks"] {
  return ticks.map((value) => ({ value, label: format(value) }));
}

const PREFIXES: readonly [number, string][] = [
  [1e12, "T"],
  [1e9, "G"],
  [1e6, "M"],
  [1e4, "k"],
];

/** A number as one would write it at a tick: 0.05, 1500, 20k, 1.5M. */
export function short(value: number): string {
  const size = Math.abs(value);
  if (size === 0) return "0";
  if (size < 1e-4) return value.toExponential().replace("-", "−").replace("e−", "e-");
  const [factor, prefix] = PREFIXES.find(([least]) => size >= least * (1 - 1e-9)) ?? [1, ""];
  const unit = prefix === "k" ? 1000 : factor;
  return `${Number((value / unit).toPrecision(6))}${prefix}`.replace("-", "−");
}
