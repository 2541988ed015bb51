// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Pipeline } from "../chassis/index.ts";
import { drive, seedOf } from "../testing/index.ts";
import { LineSplit } from "./LineSplit.ts";
import { lines_to_tokenlists, type TokenList, tokenlists_to_lines } from "./Tokenisation.ts";

const write = async (...inbox: TokenList[]): Promise<string[]> => (await drive(tokenlists_to_lines(), { inbox })).outbox;
const read = async (...inbox: string[]): Promise<TokenList[]> => (await drive(lines_to_tokenlists(), { inbox })).outbox;
const fault = async (line: string): Promise<string | undefined> =>
  (await drive(lines_to_tokenlists({ maxDepth: 3 }), { inbox: [line] })).malformed[0]?.fault;

test("tokenlists_to_lines() and lines_to_tokenlists() undo each other: the original's own tests", async () => {
  const lists = [
    ["hello", "world"],
    [["hello", "world"]],
    [["hello world"]],
    [
      "hello",
      " world",
      [
        "1",
        "2",
        [
          ["7", "alpha beta"],
          ["5", "6"],
        ],
        "n",
      ],
    ],
    ["hello\nworld\\today"],
  ];
  const lines = await write(...lists);
  assert.deepEqual(await read(...lines), lists);
  for (const line of lines) assert.ok(line.endsWith("\n") && [...line.slice(0, -1)].every((character) => character >= " "));
});
test("tokenlists_to_lines() writes words, lists and escapes", async () => {
  assert.deepEqual(await write(["LINE", ["1 2", "3"]], [], [[]], ["a\tb\nc\rd", "[", "]", "100%", ""]), [
    "LINE [ 1%202 3 ] \n",
    "\n",
    "[ ] \n",
    "a%9b%ac%dd %5b %5d 100%25 % \n",
  ]);
});
test("tokenlists_to_lines() escapes tabs, as documented, and no digits 9 (the original took \\09 for a tab)", async () => {
  assert.deepEqual(await write(["9\t9"]), ["9%99 \n"]);
  assert.deepEqual(await read("9%99 \n"), [["9\t9"]]);
});
test("tokenlists_to_lines({ original }) writes what the original's code wrote, to the byte", async () => {
  const vectors: [TokenList, string][] = [
    [[["LINE", "0", "0", "0", "10", "10", "20", "29"]], "[ LINE 0 0 0 10 10 20 2%39 ] \n"],
    [
      [
        ["LINE", "255", "0", "0", "1"],
        ["LINE", "3", "4"],
      ],
      "[ LINE 255 0 0 1 ] [ LINE 3 4 ] \n",
    ],
    [[["CIRCLE", "255", "255", "255", "100", "90", "8"]], "[ CIRCLE 255 255 255 100 %390 8 ] \n"],
    [["Hello [big] world 99% \n\ttab\0"], "Hello%20%5bbig%5d%20world%20%39%39%25%20%a\ttab%0 \n"],
    [["SOUND", "ab c9%]"], "SOUND ab%20c%39%25%5d \n"],
    [[["GETIMG"]], "[ GETIMG ] \n"],
  ];
  const { outbox } = await drive(tokenlists_to_lines({ original: true }), { inbox: vectors.map(([list]) => list) });
  assert.deepEqual(
    outbox,
    vectors.map(([, line]) => line),
  );
  assert.deepEqual(
    await read(...outbox),
    vectors.map(([list]) => list),
  );
});
test("lines_to_tokenlists() takes lines with and without their end, and more spaces than needed", async () => {
  assert.deepEqual(await read("a b \n", "a b \r\n", "a  b", " a b  \n", "", "\n"), [
    ["a", "b"],
    ["a", "b"],
    ["a", "b"],
    ["a", "b"],
    [],
    [],
  ]);
});
test("lines_to_tokenlists() leaves escapes as they are that nobody writes", async () => {
  assert.deepEqual(await read("%zz %2 50%"), [["%zz", "%2", "50%"]]);
});
test("lines_to_tokenlists() sends lines that it cannot read to malformed, and goes on (the original failed)", async () => {
  const { outbox, malformed } = await drive(lines_to_tokenlists(), { inbox: ["a ] b", "[ a", "[ b ] "] });
  assert.deepEqual(outbox, [[["b"]]]);
  assert.deepEqual(malformed, [
    { line: "a ] b", fault: "a list ends that has not begun" },
    { line: "[ a", fault: "a list has no end" },
  ]);
  assert.equal(await fault("a\nb"), "it is more than one line");
  assert.equal(await fault("[ [ [ ] ] ]"), undefined);
  assert.equal(await fault("[ [ [ [ ] ] ] ]"), "more than 3 lists lie in one another");
});
test("lines_to_tokenlists() is not brought down by lists within lists without end", async () => {
  const { malformed } = await drive(lines_to_tokenlists(), { inbox: ["[ ".repeat(1_000_000)] });
  assert.equal(malformed[0]?.fault, "more than 100 lists lie in one another");
});
test("tokenlists_to_lines() fails for what it cannot write", async () => {
  await assert.rejects(drive(tokenlists_to_lines(), { inbox: [[5 as never]] }), {
    message: "tokenlists_to_lines_1 failed: Cannot write 5 in a line: it is number, not a string or a list",
  });
  const endless: TokenList[] = [];
  endless.push(endless);
  await assert.rejects(
    drive(tokenlists_to_lines(), { inbox: [endless] }),
    /Cannot write a list in a line: too many lists lie in one another/,
  );
});

const word = fc.oneof(fc.string({ unit: "binary" }), fc.string({ unit: fc.constantFrom(..."%[] \t\n\r\0 9ad25b") }));
const { list } = fc.letrec<{ list: TokenList; item: string | TokenList }>((tie) => ({
  item: fc.oneof({ maxDepth: 5 }, word, tie("list")),
  list: fc.array(tie("item"), { maxLength: 5 }),
}));

test("tokenlists_to_lines() and lines_to_tokenlists() undo each other, through lines that are split anywhere", async () => {
  const property = fc.asyncProperty(fc.array(list, { maxLength: 5 }), fc.integer({ min: 1, max: 20 }), async (lists, size) => {
    const text = (await write(...lists)).join("");
    const pieces = Array.from({ length: Math.ceil(text.length / size) }, (_, i) => text.slice(i * size, (i + 1) * size));
    const { outbox } = await drive(Pipeline(LineSplit(), lines_to_tokenlists()), { inbox: pieces });
    assert.deepEqual(outbox, lists);
  });
  await fc.assert(property, { seed: seedOf("Tokenisation") });
});
test("lines_to_tokenlists() reads or refuses any line, and what it reads can be written again", async () => {
  const noise = fc.oneof(fc.string({ unit: fc.constantFrom(..."[] %25039ad\tb\r\nx") }), fc.string({ unit: "binary" }));
  const mutated = fc.tuple(list, fc.array(fc.tuple(fc.nat(), fc.constantFrom("", "[", "]", " ", "%", "\n", "x")), { maxLength: 4 }));
  const line = fc.oneof(
    noise,
    mutated.map(([tokens, changes]) => ({ tokens, changes })),
  );
  const property = fc.asyncProperty(line, async (what) => {
    let given = typeof what === "string" ? what : (await write(what.tokens))[0]!;
    if (typeof what !== "string")
      for (const [at, put] of what.changes)
        given = given.slice(0, at % (given.length + 1)) + put + given.slice((at % (given.length + 1)) + 1);
    const { outbox, malformed } = await drive(lines_to_tokenlists(), { inbox: [given] });
    assert.equal(outbox.length + malformed.length, 1);
    if (outbox.length > 0) assert.deepEqual(await read(...(await write(outbox[0]!))), outbox);
  });
  await fc.assert(property, { seed: seedOf("Tokenisation of noise"), numRuns: 500 });
});
test("tokenlists_to_lines() and lines_to_tokenlists() refuse a depth that is no number, which would be no limit", () => {
  assert.throws(() => tokenlists_to_lines({ maxDepth: Number.NaN }), RangeError);
  assert.throws(() => lines_to_tokenlists({ maxDepth: Number.NaN }), RangeError);
});
