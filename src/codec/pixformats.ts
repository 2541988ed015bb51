// SPDX-License-Identifier: Apache-2.0
// Planes of pictures: what a pixel format is called, and how large its planes are.

type Depth = "" | "p9" | "p10" | "p12" | "p14" | "p16";

/**
 * How the planes of a picture lie in memory. Without a depth a sample is a byte; with one (`YUV420p10_planar`) it is two bytes, the lower one first, of which
 * so many bits count. `YUV4444` has a plane of opacity after the others, `Y` has brightness alone.
 */
export type PixFormat =
  | `YUV420${Depth}_planar`
  | `YUV411_planar`
  | `YUV422${Depth}_planar`
  | `YUV444${Depth}_planar`
  | "YUV4444_planar"
  | `Y${Depth}_planar`;

/** Columns and rows. */
export type Size = readonly [width: number, height: number];

/** A picture of a video. */
export interface Frame {
  /** The planes: brightness, two of colour (empty for `Y_planar`), and for `YUV4444_planar` opacity. */
  readonly yuv: readonly Uint8Array[];
  /** Columns and rows of the picture. */
  readonly size: Size;
  /** Columns and rows of the planes of colour. */
  readonly chroma_size?: Size;
  readonly pixformat: PixFormat;
  /** Pictures per second. Left out where it is not known. */
  readonly frame_rate?: number;
  /** Whether the picture is made of two fields, taken one after the other. Left out where it is not known. */
  readonly interlaced?: boolean;
  /** Whether the field that holds the first row was taken first. */
  readonly topfieldfirst?: boolean;
  /** How wide a pixel is, measured by its height. Left out where it is not known. */
  readonly pixel_aspect?: number;
  /** Where the samples of colour lie between those of brightness, for 4:2:0. */
  readonly chroma_siting?: "jpeg" | "mpeg2" | "paldv";
  /** How this picture is to be shown: the three letters of YUV4MPEG (presentation, time, space). */
  readonly interlacing?: string;
  /** What else the stream says of itself. Several remarks are joined by " X", as YUV4MPEG has them. */
  readonly sequence_meta?: string;
  /** What else the stream says of this picture. */
  readonly meta?: string;
}

/** How a pixel format is laid out. */
interface Layout {
  /** How many columns of brightness share a sample of colour; 0 where there is no colour. */
  readonly columns: 0 | 1 | 2 | 4;
  readonly rows: 1 | 2;
  readonly alpha: boolean;
  readonly bytes: 1 | 2;
  /** What YUV4MPEG calls it. */
  readonly tag: string;
}

const DEPTHS = ["p9", "p10", "p12", "p14", "p16"] as const;
const layouts = new Map<PixFormat, Layout>();
layouts.set("YUV411_planar", { columns: 4, rows: 1, alpha: false, bytes: 1, tag: "411" });
layouts.set("YUV4444_planar", { columns: 1, rows: 1, alpha: true, bytes: 1, tag: "444alpha" });
for (const depth of ["", ...DEPTHS] as const) {
  const shared = { alpha: false, bytes: depth === "" ? 1 : 2 } as const;
  layouts.set(`YUV420${depth}_planar`, { ...shared, columns: 2, rows: 2, tag: `420${depth}` });
  layouts.set(`YUV422${depth}_planar`, { ...shared, columns: 2, rows: 1, tag: `422${depth}` });
  layouts.set(`YUV444${depth}_planar`, { ...shared, columns: 1, rows: 1, tag: `444${depth}` });
  layouts.set(`Y${depth}_planar`, { ...shared, columns: 0, rows: 1, tag: `mono${depth.replace("p", "")}` });
}

/** All names. */
export const pixFormats: readonly PixFormat[] = [...layouts.keys()];

/** The names by what YUV4MPEG calls them. */
export const byTag: ReadonlyMap<string, PixFormat> = new Map(pixFormats.map((name) => [layoutOf(name).tag, name]));

/** What YUV4MPEG calls it. */
export function tagOfPixels(pixformat: PixFormat): string {
  return layoutOf(pixformat).tag;
}

/** Columns and rows of the planes of colour. They cover the picture also where its size is odd. */
export function chromaSize(pixformat: PixFormat, [width, height]: Size): Size {
  const { columns, rows } = layoutOf(pixformat);
  return columns === 0 ? [0, 0] : [Math.ceil(width / columns), Math.ceil(height / rows)];
}

/** Bytes of each plane. */
export function planeSizes(pixformat: PixFormat, size: Size): readonly number[] {
  const { alpha, bytes } = layoutOf(pixformat);
  const [width, height] = chromaSize(pixformat, size);
  const full = size[0] * size[1] * bytes;
  const colour = width * height * bytes;
  return [full, colour, colour, ...(alpha ? [full] : [])];
}

/** Bytes of a picture. */
export function frameBytes(pixformat: PixFormat, size: Size): number {
  return planeSizes(pixformat, size).reduce((sum, plane) => sum + plane, 0);
}

/** The planes of a picture whose bytes lie one after the other. */
export function planesOf(bytes: Uint8Array, pixformat: PixFormat, size: Size): readonly Uint8Array[] {
  let at = 0;
  return planeSizes(pixformat, size).map((length) => bytes.subarray(at, (at += length)));
}

/**
 * Checks what was given from outside.
 *
 * @throws RangeError for a pixel format that is not known, and sizes that there cannot be
 */
export function checkPixels(what: string, pixformat: PixFormat, [width, height]: Size): void {
  if (!layouts.has(pixformat))
    throw new RangeError(`Cannot ${what}: there is no pixel format "${pixformat}", only ${pixFormats.join(", ")}`);
  if (![width, height].every((side) => Number.isInteger(side) && side > 0))
    throw new RangeError(`Cannot ${what}: a picture of ${width}x${height}; give whole numbers above 0`);
}

function layoutOf(pixformat: PixFormat): Layout {
  const layout = layouts.get(pixformat);
  if (layout === undefined) throw new RangeError(`There is no pixel format "${pixformat}", only ${[...layouts.keys()].join(", ")}`);
  return layout;
}
