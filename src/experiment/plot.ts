// SPDX-License-Identifier: Apache-2.0

/** A place in a plot, and how sure it is. */
export interface PlotPoint {
  readonly x: number;
  /** NaN: nothing is known here, and a line has a gap. */
  readonly y: number;
  /** Where the error bar begins and ends. Default: there is none. */
  readonly low?: number;
  readonly high?: number;
}

/** Points that belong together. */
export interface Series {
  readonly name: string;
  readonly points: readonly PlotPoint[];
  /** "both" (default): points with a line through them; or only one of the two. */
  readonly draw?: "both" | "line" | "points";
  /** Whether the line is dashed: for theory, and other things that nobody measured. Default false. */
  readonly dashed?: boolean;
  /** Which of the colours and shapes it has, from 0. Default: that of its place. */
  readonly look?: number;
}

/** One of the two directions of a plot. */
export interface Axis {
  /** What it is, with its unit: "throughput (Mbit/s)". */
  readonly label: string;
  /** Default "linear". What is not above 0 has no place on a logarithmic axis, and is left out. */
  readonly scale?: "linear" | "log";
  /** Where it begins and ends, at least. Default: where the points do; a linear y begins at 0 if that is not far. */
  readonly from?: number;
  readonly to?: number;
  /** Numbers at the ticks. Default: with as many digits as they need, and k, M, G, or m, µ for thousands. */
  readonly format?: (value: number) => string;
}

/** A line across a plot, with a word for what happened there. */
export interface Mark {
  readonly x: number;
  readonly label: string;
}

/** A plot as plain data. {@link plotSVG} makes a picture of it, {@link plotText} shows it on a terminal. */
export interface Plot {
  readonly title?: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly Series[];
  readonly marks?: readonly Mark[];
}
