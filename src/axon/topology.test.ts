// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { formatTopologyLine, parseTopologyLine, type TopologyCommand, topologyTokens } from "./index.ts";

test("topologyTokens() splits as the original's documentation shows", () => {
  const line = String.raw`Hello world "how are you" 'john said "hi"' "i replied \"hi\"" "c:\\windows" end`;
  assert.deepEqual(topologyTokens(line), [
    "Hello",
    "world",
    "how are you",
    'john said "hi"',
    'i replied "hi"',
    String.raw`c:\windows`,
    "end",
  ]);
});
test("topologyTokens() takes any white space, quote marks inside plain words, backslashes outside of quotes, and words of nothing", () => {
  assert.deepEqual(topologyTokens(`\t a  b"c\td'\\n "" ''\r\n`), ["a", 'b"c', "d'\\n", "", ""]);
  assert.deepEqual(topologyTokens(""), []);
  assert.deepEqual(topologyTokens(" \n"), []);
});
test("topologyTokens() refuses quoted words that do not end, or go on", () => {
  for (const line of [`a "b`, `'`, `"a"b`, `"a\\"`, `a 'b'"c"`]) {
    assert.throws(() => topologyTokens(line), SyntaxError, line);
  }
  assert.throws(() => topologyTokens(`ADD "x`), { message: String.raw`Cannot read "ADD \"x": a quoted word does not end well at "\"x"` });
});
test("parseTopologyLine() understands every command, whatever its capitals", () => {
  const lines: [string, TopologyCommand][] = [
    ['ADD NODE 1 "1st node" randompos -', { command: "ADD NODE", id: "1", name: "1st node", position: "randompos", type: "-" }],
    ["add Node 1 x AUTO inbox", { command: "ADD NODE", id: "1", name: "x", position: "auto", type: "inbox" }],
    ["ADD NODE 1 x -3,+4 -", { command: "ADD NODE", id: "1", name: "x", position: [-3, 4], type: "-" }],
    ["ADD NODE 1 x (3,4) -", { command: "ADD NODE", id: "1", name: "x", position: [3, 4], type: "-" }],
    ["ADD NODE 1:2 x (0,0,-10) sphere", { command: "ADD NODE", id: "1:2", name: "x", position: [0, 0, -10], type: "sphere" }],
    ["ADD NODE 1 x random -", { command: "ADD NODE", id: "1", name: "x", position: "randompos", type: "-" }],
    ["DEL NODE 1", { command: "DEL NODE", id: "1" }],
    ["ADD LINK 1 2", { command: "ADD LINK", from: "1", to: "2" }],
    ["DEL LINK 1 2", { command: "DEL LINK", from: "1", to: "2" }],
    ["DEL ALL", { command: "DEL ALL" }],
    ["get all", { command: "GET ALL" }],
    ["UPDATE_NAME NODE 1 'new name'", { command: "UPDATE_NAME NODE", id: "1", name: "new name" }],
    ["GET_NAME NODE 1", { command: "GET_NAME NODE", id: "1" }],
    ["FREEZE ALL", { command: "FREEZE ALL" }],
    ["UNFREEZE ALL", { command: "UNFREEZE ALL" }],
  ];
  for (const [line, command] of lines) assert.deepEqual(parseTopologyLine(line), command, line);
  assert.equal(parseTopologyLine("  "), undefined);
});
test("parseTopologyLine() says what is wrong with a line", () => {
  const lines: [string, string][] = [
    [
      "ADD NOD 1",
      'Cannot understand "ADD NOD 1": there are only ADD NODE, DEL NODE, ADD LINK, DEL LINK, DEL ALL, GET ALL, UPDATE_NAME NODE, GET_NAME NODE, FREEZE ALL, UNFREEZE ALL',
    ],
    ["ADD LINK 1", 'Cannot understand "ADD LINK 1": after ADD LINK there must be from, to'],
    ["DEL ALL 1", 'Cannot understand "DEL ALL 1": after DEL ALL there must be nothing'],
    ["ADD NODE 1 x 3;4 -", 'Cannot understand "ADD NODE 1 x 3;4 -": a position is randompos, auto, x,y or (x,y,z), not 3;4'],
    ["ADD NODE 1 x 1,2,3,4 -", 'Cannot understand "ADD NODE 1 x 1,2,3,4 -": a position is randompos, auto, x,y or (x,y,z), not 1,2,3,4'],
  ];
  for (const [line, message] of lines) assert.throws(() => parseTopologyLine(line), { name: "SyntaxError", message });
  assert.throws(() => parseTopologyLine("DEL"), SyntaxError);
});
test("formatTopologyLine() writes what the original's Introspector writes", () => {
  assert.equal(
    formatTopologyLine({ command: "ADD NODE", id: "(1, 'i', 'inbox')", name: "inbox", position: "randompos", type: "inbox" }),
    `ADD NODE "(1, 'i', 'inbox')" "inbox" randompos inbox`,
  );
  assert.equal(formatTopologyLine({ command: "ADD LINK", from: "1", to: "2" }), `ADD LINK "1" "2"`);
  assert.equal(formatTopologyLine({ command: "DEL ALL" }), "DEL ALL");
});
test("formatTopologyLine() refuses what no line can hold", () => {
  assert.throws(() => formatTopologyLine({ command: "DEL NODE", id: "a\nb" }), {
    name: "RangeError",
    message: String.raw`Cannot write "a\nb" in a line: it contains a line break`,
  });
  assert.throws(() => formatTopologyLine({ command: "ADD NODE", id: "1", name: "x", position: [0.5, 1], type: "-" }), {
    name: "RangeError",
    message: "Cannot write the position 0.5,1: 0.5 is not a whole number",
  });
});
test("formatTopologyLine() and parseTopologyLine() undo each other", () => {
  const word = fc.string({ unit: "grapheme" }).filter((text) => !/[\r\n]/.test(text));
  const evil = fc.string({ unit: fc.constantFrom('"', "'", "\\", " ", "\t", "x", "\u2028", "-") });
  const text = fc.oneof(word, evil);
  const number = fc.integer();
  const position = fc.oneof(
    fc.constantFrom("randompos" as const, "auto" as const),
    fc.tuple(number, number),
    fc.tuple(number, number, number),
  );
  const command: fc.Arbitrary<TopologyCommand> = fc.oneof(
    fc.record({ command: fc.constant("ADD NODE" as const), id: text, name: text, position, type: text }),
    fc.record({ command: fc.constantFrom("DEL NODE" as const, "GET_NAME NODE" as const), id: text }),
    fc.record({ command: fc.constant("UPDATE_NAME NODE" as const), id: text, name: text }),
    fc.record({ command: fc.constantFrom("ADD LINK" as const, "DEL LINK" as const), from: text, to: text }),
    fc.record({ command: fc.constantFrom("DEL ALL" as const, "GET ALL" as const, "FREEZE ALL" as const, "UNFREEZE ALL" as const) }),
  );
  fc.assert(
    fc.property(command, (each) => {
      const line = formatTopologyLine(each);
      assert.deepEqual(parseTopologyLine(line), { ...each });
      assert(!/[\r\n]/.test(line));
    }),
  );
});
