// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { at, drive, seedOf } from "../testing/index.ts";
import type { XMLEvent } from "./index.ts";
import { SimpleXMLParser, type SimpleXMLParserOptions } from "./SimpleXMLParser.ts";

const parsed = async (pieces: (string | Uint8Array)[], options?: SimpleXMLParserOptions) =>
  (await drive(SimpleXMLParser(options), { inbox: pieces })).outbox;
const refused = async (piece: string | Uint8Array, message: string, options?: SimpleXMLParserOptions) => {
  await assert.rejects(parsed([piece], options), ({ cause }: Error) => {
    assert.equal((cause as Error).message, `Cannot read this XML at line ${message}`);
    assert.equal((cause as Error).name, options === undefined ? "SyntaxError" : "RangeError");
    return true;
  });
};
/** A document with a bit of everything. */
const EVERYTHING = `<?xml version="1.0"?>
<!DOCTYPE r [<!ELEMENT r ANY>]>
<!-- before -->
<r a="1" b='&lt;&#233;&#x1F600;'>\r
text &amp; more<!-- within --><e/><![CDATA[<raw>]]>é😀</r>
<?after it?>
`;
const EVENTS: XMLEvent[] = [
  ["document"],
  ["element", "r", { a: "1", b: "<é😀" }],
  ["chars", "\ntext & more"],
  ["element", "e", {}],
  ["/element", "e"],
  ["chars", "<raw>"],
  ["chars", "é😀"],
  ["/element", "r"],
  ["/document"],
];
/** Bytes in UTF-16. */
function utf16(text: string, isLittle: boolean): Uint8Array {
  const bytes = Buffer.from(text, "utf16le");
  return new Uint8Array(isLittle ? bytes : bytes.swap16());
}
const pieces = (bytes: Uint8Array, size: number): Uint8Array[] =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.slice(i * size, (i + 1) * size));

test("SimpleXMLParser() sends what it meets", async () => {
  assert.deepEqual(await parsed([EVERYTHING]), EVENTS);
});
test("SimpleXMLParser() sends the same, wherever text is cut", async () => {
  for (let size = 1; size < 30; size++) {
    const texts = Array.from({ length: Math.ceil(EVERYTHING.length / size) }, (_, i) => EVERYTHING.slice(i * size, (i + 1) * size));
    assert.deepEqual(await parsed(texts), EVENTS);
  }
});
test("SimpleXMLParser() sends the same for UTF-8 and UTF-16, wherever bytes are cut", async () => {
  const mark = "\ufeff";
  const documents = [
    new TextEncoder().encode(EVERYTHING),
    new TextEncoder().encode(mark + EVERYTHING),
    utf16(mark + EVERYTHING, true),
    utf16(mark + EVERYTHING, false),
    utf16(EVERYTHING, true),
    utf16(EVERYTHING, false),
  ];
  for (const bytes of documents) for (const size of [1, 2, 3, 5, 1000]) assert.deepEqual(await parsed(pieces(bytes, size)), EVENTS);
});
test("SimpleXMLParser() reads the encoding that a document declares", async () => {
  for (const [encoding, bytes, text] of [
    ["ISO-8859-1", [0xe9], "é"],
    ["windows-1251", [0xe9], "й"],
    ["Shift_JIS", [0x93, 0xfa], "日"],
    ["gb18030", [0xc8, 0xd5], "日"],
    ["US-ASCII", [0x41], "A"],
  ] as const) {
    const document = Buffer.concat([
      Buffer.from(`<?xml version="1.0" encoding='${encoding}'?><a>`),
      Uint8Array.from(bytes),
      Buffer.from("</a>"),
    ]);
    for (const size of [1, 7, 100]) assert.deepEqual((await parsed(pieces(document, size)))[2], ["chars", text]);
  }
});
test("SimpleXMLParser() keeps names as they are written, and odd ones harmless", async () => {
  const [, element] = await parsed(['<a:b xmlns:a="x" __proto__="1" constructor="2"/>']);
  assert.deepEqual(element?.[1], "a:b");
  assert.deepEqual(Object.entries(element?.[2] ?? {}), [
    ["xmlns:a", "x"],
    ["__proto__", "1"],
    ["constructor", "2"],
  ]);
  assert.equal(({} as Record<string, unknown>)["1"], undefined);
});
test("SimpleXMLParser() of nothing sends nothing", async () => {
  assert.deepEqual(await parsed([]), []);
  assert.deepEqual(await parsed(["", new Uint8Array(0)]), []);
});
test("SimpleXMLParser() sends no end of the document when it is stopped", async () => {
  const { outbox } = await drive(SimpleXMLParser(), { inbox: at({ 0: "<a>", 1: "b</a>" }) }, { shutdown: "shutdownMicroprocess" });
  assert.deepEqual(outbox.slice(0, 2), [["document"], ["element", "a", {}]]);
  assert.ok(outbox.every(([type]) => type !== "/document"));
});
test("SimpleXMLParser() says in which line and column something is wrong, and sends what comes before", async () => {
  await refused("<a>\n  <b></c>\n</a>", "2, column 9: unexpected close tag");
  await refused(
    "<a>&undefined;</a>",
    "1, column 14: undefined entity; only &amp; &lt; &gt; &quot; &apos; and numbers of characters are known",
  );
  await refused("<a><b></a>", "1, column 10: unexpected close tag");
  await refused("<a>", "1, column 3: unclosed tag: a");
  await refused("  ", "1, column 2: document must contain a root element");
  await refused("<a/><b/>", "1, column 7: documents may contain only one root");
  await refused("<a b='1' b='2'/>", "1, column 16: duplicate attribute: b");
  await refused("<a>\u0001</a>", "1, column 4: disallowed character");
  await refused("hello", "1, column 5: text data outside of root node");
});
test("SimpleXMLParser() expands no entities, so that none can grow", async () => {
  const bomb = `<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><a>&c;</a>`;
  await assert.rejects(parsed([bomb]), /undefined entity; only &amp; &lt;/);
  const file = `<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>`;
  await assert.rejects(parsed([file]), /undefined entity; only &amp; &lt;/);
  for (const name of ["constructor", "toString", "__proto__"]) await assert.rejects(parsed([`<a>&${name};</a>`]), /undefined entity/);
});
test("SimpleXMLParser() says when bytes are not what they should be, at the character that is wrong", async () => {
  const bad = Buffer.concat([Buffer.from("<a>é\n12"), Uint8Array.of(0xff), Buffer.from("</a>")]);
  for (const size of [1, 3, 100])
    await assert.rejects(parsed(pieces(bad, size)), /Cannot read this XML at line 2, column 2: its bytes are not utf-8$/);
  await refused(Uint8Array.of(0x3c, 0x61, 0x3e, 0xc3), "1, column 3: it ends in the middle of a character");
  await refused(Buffer.from('<?xml version="1.0" encoding="EBCDIC"?><a/>'), '1, column 0: the encoding "EBCDIC" is not known');
  await refused(
    Buffer.from('<?xml version="1.0" encoding="UTF-16"?><a/>'),
    "1, column 0: it says that it is UTF-16, and is not: a character takes one byte",
  );
});
test("SimpleXMLParser({ maxDepth, maxName, maxText }) takes nothing deeper or longer", async () => {
  await refused("<a><a><a>", "1, column 7: more than 2 elements are within each other, which is maxDepth", { maxDepth: 2 });
  await refused("<abcd/>", "1, column 1: a name has 4 characters; maxName is 3", { maxName: 3 });
  await refused("<a abcd='1'/>", "1, column 1: a name has 4 characters; maxName is 3", { maxName: 3 });
  const long = "x".repeat(10_000);
  for (const document of [
    `<a>${long}</a>`,
    `<a>${long}`,
    `<a><${long}`,
    `<a><!--${long}`,
    `<a><b c="${long}`,
    `<a><![CDATA[${long}`,
    `<a>&${long}`,
  ])
    await assert.rejects(
      parsed([document], { maxText: 5000 }),
      /line 1, column 4: a text, a tag or the like has more than 5000 characters, which is maxText$/,
    );
  assert.equal((await parsed([`<a>${"x".repeat(5000)}</a>`], { maxText: 5000 })).length, 5);
});
test("SimpleXMLParser() sends no more than is taken", async () => {
  const { outbox } = await drive(SimpleXMLParser(), { inbox: [`<a>${"<b/>".repeat(1000)}</a>`] }, { bound: 1 });
  assert.equal(outbox.length, 2004);
});

/** What became of it: all that is sent, or that it is wrong; not how, for text in a wrong place is told of at its end, or that of its piece. */
async function outcome(pieces: (string | Uint8Array)[]): Promise<unknown> {
  try {
    return await parsed(pieces, { maxDepth: 20 });
  } catch (error) {
    const { cause } = error as Error;
    assert.ok(cause instanceof SyntaxError || cause instanceof RangeError, String(cause));
    assert.match(cause.message, /^Cannot read this XML at line \d+, column \d+: ./);
    return "wrong";
  }
}
const bit = fc.constantFrom(
  ...[
    "<a>",
    "</a>",
    "<b c='d'>",
    "</b>",
    "<e/>",
    "text",
    "&lt;",
    "&#65;",
    "&x;",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<?p i?>",
    "\r",
    "\n",
    "é",
    "😀",
    "<",
    ">",
    "&",
  ],
  ...['<?xml version="1.0"?>', "<!DOCTYPE a>", "'", '"', "=", "\ud800", "\u0000", " ", "<?xml version='1.0' encoding='latin1'?>"],
);
const document = fc.array(bit, { maxLength: 12 }).map((bits) => `<a>${bits.join("")}</a>`);
const anything = fc.oneof(
  document.map((text) => new Uint8Array(Buffer.from(text))),
  fc.array(bit, { maxLength: 12 }).map((bits) => new Uint8Array(Buffer.from(bits.join("")))),
  document.map((text) => utf16(`\ufeff${text}`, true)),
  fc.tuple(document, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 3 })).map(([text, edits]) => {
    const bytes = new Uint8Array(Buffer.from(text));
    for (const [place, value] of edits) bytes[place % bytes.length] = value;
    return bytes;
  }),
  fc.uint8Array({ maxLength: 60 }),
);
test("SimpleXMLParser() understands anything, or says what is wrong with it, however it is cut", async () => {
  await fc.assert(
    fc.asyncProperty(anything, fc.integer({ min: 1, max: 9 }), async (bytes, size) => {
      const whole = await outcome([bytes]);
      assert.deepEqual(await outcome(pieces(bytes, size)), whole);
      assert.deepEqual(await outcome(pieces(bytes, 1)), whole);
    }),
    { seed: seedOf("xml"), numRuns: 1500 },
  );
});
test("SimpleXMLParser() refuses limits that are none, and fails with what is neither text nor bytes", async () => {
  for (const name of ["maxDepth", "maxName", "maxText"])
    assert.throws(() => SimpleXMLParser({ [name]: Number.NaN }), {
      name: "RangeError",
      message: `Cannot read XML: ${name} is NaN; give a number above 0, or Infinity`,
    });
  await assert.rejects(drive(SimpleXMLParser(), { inbox: [5 as unknown as string] }), /Cannot read 5 as XML: send text or bytes/);
});
