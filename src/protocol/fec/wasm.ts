// SPDX-License-Identifier: Apache-2.0
// Writes WebAssembly modules: as much of the binary format as a few loops over vectors need. Names are those of the text format.

/** A piece of code. */
export type Code = readonly number[];

/** Numbers are written seven bits at a time, the lowest first. */
export function unsigned(value: number): Code {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

function signed(value: number): Code {
  return value >= -0x40 && value < 0x40 ? [value & 0x7f] : [(value & 0x7f) | 0x80, ...signed(value >> 7)];
}

const simd = (operation: number, ...rest: Code): Code => [0xfd, ...unsigned(operation), ...rest];
/** 16 bytes lie on a multiple of 16. */
const aligned = (offset: number): Code => [4, ...unsigned(offset)];

/** A local variable, or a parameter. */
export const get = (local: number): Code => [0x20, ...unsigned(local)];
export const set = (local: number, ...value: Code): Code => [...value, 0x21, ...unsigned(local)];
export const i32 = {
  const: (value: number): Code => [0x41, ...signed(value)],
  add: (a: Code, b: Code): Code => [...a, ...b, 0x6a],
};
export const v128 = {
  load: (address: Code, offset = 0): Code => [...address, ...simd(0x00, ...aligned(offset))],
  store: (address: Code, value: Code, offset = 0): Code => [...address, ...value, ...simd(0x0b, ...aligned(offset))],
  zero: (): Code => simd(0x0c, ...new Array<number>(16).fill(0)),
  and: (a: Code, b: Code): Code => [...a, ...b, ...simd(0x4e)],
  xor: (a: Code, b: Code): Code => [...a, ...b, ...simd(0x51)],
};
export const i8x16 = {
  /** The bytes of a table of 16 that the bytes of `at` name. */
  swizzle: (table: Code, at: Code): Code => [...table, ...at, ...simd(0x0e)],
  splat: (value: Code): Code => [...value, ...simd(0x0f)],
  shiftRight: (value: Code, bits: number): Code => [...value, ...i32.const(bits), ...simd(0x6d)],
};
/** Does this, and again as long as `again` is not 0. */
export const loop = (body: Code, again: Code): Code => [0x03, 0x40, ...body, ...again, 0x0d, 0, 0x0b];

/** A function of numbers that answers nothing. */
export interface Routine {
  readonly name: string;
  readonly parameters: number;
  /** Local variables: so many numbers, then so many vectors. They are numbered after the parameters. */
  readonly numbers: number;
  readonly vectors: number;
  readonly body: Code;
}

const I32 = 0x7f;
const V128 = 0x7b;
const sized = (content: Code): Code => [...unsigned(content.length), ...content];
const list = (items: readonly Code[]): Code => [...unsigned(items.length), ...items.flat()];
const section = (id: number, items: readonly Code[]): Code => [id, ...sized(list(items))];
const named = (name: string): Code => sized([...new TextEncoder().encode(name)]);

/** A module that exports these functions, and a "memory" of so many pages of 64 KiB. */
export function assemble(routines: readonly Routine[], pages: number): Uint8Array<ArrayBuffer> {
  const types = routines.map(({ parameters }): Code => [0x60, ...sized(new Array<number>(parameters).fill(I32)), 0]);
  const locals = ({ numbers, vectors }: Routine): Code =>
    list([
      [...unsigned(numbers), I32],
      [...unsigned(vectors), V128],
    ]);
  const exported = routines.map(({ name }, n): Code => [...named(name), 0x00, ...unsigned(n)]);
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, types),
    ...section(
      3,
      routines.map((_, n) => unsigned(n)),
    ),
    ...section(5, [[0x00, ...unsigned(pages)]]),
    ...section(7, [...exported, [...named("memory"), 0x02, 0]]),
    ...section(
      10,
      routines.map((routine) => sized([...locals(routine), ...routine.body, 0x0b])),
    ),
  ]);
}
