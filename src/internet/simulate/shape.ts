// SPDX-License-Identifier: Apache-2.0
// Whether plain data, from a file or a program that nobody has checked, is what it should be.

/** What is wrong with a value, as the rest of a sentence about it; undefined if nothing is. */
type Fault = string | undefined;
/** @internal */
export type Check = (value: unknown) => Fault;

/** Which numbers there may be is for others to say. @internal */
export const number: Check = (value) => (typeof value === "number" ? undefined : "is no number");
/** @internal */
export const numbers: Check = (value) =>
  Array.isArray(value) && value.every((one) => Number.isFinite(one)) ? undefined : "is no list of numbers";
/** @internal */
export const yesOrNo: Check = (value) => (typeof value === "boolean" ? undefined : "is neither true nor false");
/** @internal */
export const word: Check = (value) => (typeof value === "string" && value !== "" ? undefined : "is no text");

/** @internal */
export function oneOf(...words: readonly string[]): Check {
  return (value) => (typeof value === "string" && words.includes(value) ? undefined : `is none of ${words.join(", ")}`);
}

/** An object with these properties and no others; what is undefined is not there. Those that are named after it must be there. @internal */
export function shape(checks: Readonly<Record<string, Check>>, ...needed: readonly string[]): Check {
  return (value) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return "is no object";
    for (const name of needed) if (!Object.hasOwn(value, name)) return `has no "${name}"`;
    for (const [name, one] of Object.entries(value)) {
      const check = Object.hasOwn(checks, name) ? checks[name] : undefined;
      if (check === undefined) return `has "${name}", which is none of ${Object.keys(checks).join(", ")}`;
      const fault = one === undefined ? undefined : check(one);
      if (fault !== undefined) return `has a "${name}" that ${fault}`;
    }
    return undefined;
  };
}

/** @internal */
export function listOf(check: Check): Check {
  return (value) => {
    if (!Array.isArray(value)) return "is no list";
    const [fault, at] = value.map((one, i) => [check(one), i + 1] as const).find(([what]) => what !== undefined) ?? [];
    return fault === undefined ? undefined : `has a ${at}. part that ${fault}`;
  };
}

/** @throws RangeError for what is wrong with a value, after what cannot be done because of it @internal */
export function assertShape(what: string, check: Check, value: unknown): void {
  const fault = check(value);
  if (fault !== undefined) throw new RangeError(`Cannot ${what}: it ${fault}`);
}
