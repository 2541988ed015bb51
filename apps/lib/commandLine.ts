// SPDX-License-Identifier: Apache-2.0

/** What went wrong, in a line: the first cause, for people want to read which file is missing, not who told whom. Of a command line, what is wrong with it. */
export function inOneLine(error: unknown): string {
  let root = error;
  while (root instanceof Error && root.name === "ComponentFailure" && root.cause !== undefined) root = root.cause;
  if (!(root instanceof Error)) return String(root);
  const isOfWords = "code" in root && String(root.code).startsWith("ERR_PARSE_ARGS_");
  return isOfWords ? root.message.split(/\.(?:\s|$)/, 1)[0]!.replace("is ambiguous", "missing") : root.message; // what Node.js adds is longer, and no help
}

/**
 * The port that an option asks for.
 *
 * @throws RangeError for what is no port
 */
export function portOf(option: string, text: string): number {
  const number = text === "" ? NaN : Number(text);
  if (Number.isInteger(number) && number >= 0 && number <= 65_535) return number;
  throw new RangeError(`Cannot use --${option} ${text}: a port is a number from 0 to 65535`);
}
