// SPDX-License-Identifier: Apache-2.0

/** Where a viewer is to put a node: anywhere, or at these coordinates. */
export type Position = "randompos" | "auto" | readonly [x: number, y: number] | readonly [x: number, y: number, z: number];

/**
 * One line of the protocol in which the original's Introspector tells its viewers what a system looks like.
 *
 * The node types of an Axon system are "component", "inbox" and "outbox"; a viewer of something else has others, "-" for the plain one.
 */
export type TopologyCommand =
  | { readonly command: "ADD NODE"; readonly id: string; readonly name: string; readonly position: Position; readonly type: string }
  | { readonly command: "DEL NODE" | "GET_NAME NODE"; readonly id: string }
  | { readonly command: "UPDATE_NAME NODE"; readonly id: string; readonly name: string }
  | { readonly command: "ADD LINK" | "DEL LINK"; readonly from: string; readonly to: string }
  | { readonly command: "DEL ALL" | "GET ALL" | "FREEZE ALL" | "UNFREEZE ALL" };

/**
 * Splits a line into words at white space. Words in "…" or '…' may contain it; a backslash in them stands before a quote mark or a backslash.
 *
 * @throws SyntaxError when a quoted word does not end, or goes on after its end
 * @example
 * topologyTokens(`ADD NODE 1 "1st node" randompos -`); // ["ADD", "NODE", "1", "1st node", "randompos", "-"]
 */
export function topologyTokens(line: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  for (let at = 0; line.slice(at).trim() !== ""; at = TOKEN.lastIndex) {
    const [, plain, double, single] = TOKEN.exec(line) ?? [];
    const word = plain ?? (double ?? single)?.replaceAll(/\\(.)/gs, "$1");
    if (word === undefined)
      throw new SyntaxError(
        `Cannot read ${JSON.stringify(line)}: a quoted word does not end well at ${JSON.stringify(line.slice(at).trim())}`,
      );
    tokens.push(word);
  }
  return tokens;
}

/** White space; then a plain word, "…", or '…'; then white space or the end. */
const TOKEN = /\s*(?:([^"'\s]\S*)|"((?:\\.|[^\\"])*)"|'((?:\\.|[^\\'])*)')(?=\s|$)/gsy;

/**
 * Understands a line of the topology protocol; undefined for an empty one. Capitals do not matter in the words of the protocol.
 *
 * @throws SyntaxError when the line is none of the protocol
 * @example
 * parseTopologyLine('ADD LINK "1" "2"'); // { command: "ADD LINK", from: "1", to: "2" }
 */
export function parseTopologyLine(line: string): TopologyCommand | undefined {
  const tokens = topologyTokens(line);
  if (tokens.length === 0) return undefined;
  const [verb = "", object = "", ...words] = tokens;
  const command = `${verb} ${object}`.toUpperCase();
  if (!isKnown(command))
    throw new SyntaxError(`Cannot understand ${JSON.stringify(line)}: there are only ${Object.keys(WORDS).join(", ")}`);
  const wanted = WORDS[command];
  if (words.length !== wanted.length)
    throw new SyntaxError(`Cannot understand ${JSON.stringify(line)}: after ${command} there must be ${wanted.join(", ") || "nothing"}`);
  const fields: Record<string, unknown> = { command };
  wanted.forEach((name, i) => (fields[name] = name === "position" ? positionOf(words[i]!, line) : words[i]));
  return fields as unknown as TopologyCommand;
}

/**
 * Writes a line of the topology protocol, without the newline at its end.
 *
 * @throws RangeError when a word contains a line break, which cannot be written
 * @example
 * formatTopologyLine({ command: "ADD NODE", id: "1", name: "Echo_1", position: "randompos", type: "component" });
 * // ADD NODE "1" "Echo_1" randompos component
 */
export function formatTopologyLine(command: TopologyCommand): string {
  const fields = command as unknown as Readonly<Record<string, unknown>>;
  const words = WORDS[command.command].map((name) => {
    if (name === "position") return placeOf(fields[name] as Position);
    const word = fields[name] as string;
    if (/[\r\n]/.test(word)) throw new RangeError(`Cannot write ${JSON.stringify(word)} in a line: it contains a line break`);
    return name === "type" && /^[^"'\s]\S*$/.test(word) ? word : `"${word.replaceAll(/["\\]/g, "\\$&")}"`;
  });
  return [command.command, ...words].join(" ");
}

/** The commands, and what follows each. */
const WORDS: Readonly<Record<TopologyCommand["command"], readonly string[]>> = {
  "ADD NODE": ["id", "name", "position", "type"],
  "DEL NODE": ["id"],
  "ADD LINK": ["from", "to"],
  "DEL LINK": ["from", "to"],
  "DEL ALL": [],
  "GET ALL": [],
  "UPDATE_NAME NODE": ["id", "name"],
  "GET_NAME NODE": ["id"],
  "FREEZE ALL": [],
  "UNFREEZE ALL": [],
};

function isKnown(command: string): command is TopologyCommand["command"] {
  return Object.hasOwn(WORDS, command);
}

/** `x,y` as the original reads it, `(x,y)` as it documents it, `(x,y,z)` as its viewer in three dimensions takes it, and `random`, which it writes but does not read. */
function positionOf(word: string, line: string): Position {
  const place = word.toLowerCase();
  if (place === "randompos" || place === "auto") return place;
  if (place === "random") return "randompos";
  const bare = /^\((.*)\)$/.exec(place)?.[1] ?? place;
  const numbers = bare.split(",");
  if ((numbers.length === 2 || numbers.length === 3) && numbers.every((number) => /^[+-]?\d+$/.test(number)))
    return numbers.map(Number) as unknown as Position;
  throw new SyntaxError(`Cannot understand ${JSON.stringify(line)}: a position is randompos, auto, x,y or (x,y,z), not ${word}`);
}

function placeOf(position: Position): string {
  if (typeof position === "string") return position;
  const bad = position.find((number) => !Number.isSafeInteger(number));
  if (bad !== undefined) throw new RangeError(`Cannot write the position ${position.join(",")}: ${bad} is not a whole number`);
  return position.length === 2 ? position.join(",") : `(${position.join(",")})`;
}
