// SPDX-License-Identifier: Apache-2.0
// The cases of the Autobahn test suite that matter, as raw frames, by its numbers: each whole, byte by byte, and in halves at every byte; for a server (what it
// answers), and for a client (what it reads).
import assert from "node:assert/strict";
import { test } from "node:test";
import { constants, deflateRawSync } from "node:zlib";
import { drive, Echo } from "../../testing/index.ts";
import { connectionOf } from "../http/WebSocketConnection.ts";
import { settleCompression } from "./deflate.ts";
import { agree } from "./extensions.ts";
import { FrameError } from "./frames.ts";
import { FrameReader } from "./frameReader.ts";
import type { WebSocketMessage } from "./messages.ts";
import { settle } from "./options.ts";
import { clientFrame, framesOf } from "./parts.ts";

/** Frames: the first byte and the payload of each; and what a server that sends back what comes answers. */
interface Case {
  readonly name: string;
  readonly sent: readonly (readonly [first: number, payload?: string | Uint8Array])[];
  readonly answered: readonly string[];
  readonly compressed?: boolean;
}

const [TEXT, BINARY, CLOSE, PING, PONG, CONT, PART, PARTS] = [0x81, 0x82, 0x88, 0x89, 0x8a, 0x80, 0x01, 0x00];
const bytes = (text: string): Buffer => Buffer.from(text.replaceAll(" ", ""), "hex");
const code = (number: number, reason: string | Uint8Array = ""): Buffer =>
  Buffer.concat([Buffer.of(number >> 8, number & 255), Buffer.from(reason)]);
const end = [CLOSE, code(1000)] as const;
/** After this it is over. */
const is = (name: string, sent: Case["sent"], answered: readonly string[]): Case => ({
  name,
  sent: [...sent, end],
  answered: [...answered, "close 1000"],
});
const fails = (name: string, sent: Case["sent"], closed: number, answered: readonly string[] = []): Case => ({
  name,
  sent: [...sent, end],
  answered: [...answered, `close ${closed}`],
});

const GOOD = "Hello-µ@ßöäüàá-UTF-8!!";
/** Of Markus Kuhn's stress test, as Autobahn has it. */
const VALID = [
  "ce ba e1 bd b9 cf 83 ce bc ce b5",
  "00",
  "7f",
  "c2 80",
  "df bf",
  "e0 a0 80",
  "ef bf bf",
  "ed 9f bf",
  "ee 80 80",
  "ef bf bd",
  "f0 90 80 80",
  "f4 8f bf bf",
  "ef bf be",
  "f0 9f bf bf",
];
const INVALID = [
  "ce ba e1 bd b9 cf 83 ce bc ce b5 ed a0 80 65 64 69 74 65 64",
  "80",
  "bf",
  "80 bf",
  "80 bf 80 bf 80 bf 80",
  "c0 20 c1 20 c2 20",
  "e0 20 e1 20",
  "f0 20 f1 20",
  "f8 20",
  "fc 20",
  "c0",
  "e0 80",
  "f0 80 80",
  "f8 80 80 80",
  "fc 80 80 80 80",
  "df",
  "ef bf",
  "f7 bf bf",
  "fb bf bf bf",
  "fd bf bf bf bf",
  "fe",
  "ff",
  "fe fe ff ff",
  "c0 af",
  "e0 80 af",
  "f0 80 80 af",
  "f8 80 80 80 af",
  "fc 80 80 80 80 af",
  "c1 bf",
  "e0 9f bf",
  "f0 8f bf bf",
  "f8 87 bf bf bf",
  "fc 83 bf bf bf bf",
  "c0 80",
  "e0 80 80",
  "f0 80 80 80",
  "ed a0 80",
  "ed ad bf",
  "ed ae 80",
  "ed af bf",
  "ed b0 80",
  "ed be 80",
  "ed bf bf",
  "ed a0 80 ed b0 80",
  "f4 90 80 80",
  "f5 80 80 80",
  "f7 bf bf bf",
];

const CASES: readonly Case[] = [
  ...[0, 125, 126, 127, 128].flatMap((size) => [
    is(`1.1 text of ${size}`, [[TEXT, "*".repeat(size)]], [`text ${"*".repeat(size)}`]),
    is(`1.2 bytes of ${size}`, [[BINARY, "*".repeat(size)]], [`binary ${"*".repeat(size)}`]),
  ]),
  is("2.1 a ping", [[PING]], ["pong "]),
  is("2.2 a ping with text", [[PING, "Hello"]], ["pong Hello"]),
  is("2.3 a ping with bytes", [[PING, bytes("00 7f 01 02")]], [`pong ${bytes("00 7f 01 02").toString()}`]),
  is("2.4 a ping of 125", [[PING, "*".repeat(125)]], [`pong ${"*".repeat(125)}`]),
  fails("2.5 a ping of 126", [[PING, "*".repeat(126)]], 1002),
  is("2.7 a pong nobody asked for", [[PONG]], []),
  is("2.8 one with text", [[PONG, "unsolicited"]], []),
  is(
    "2.9 a pong, then a ping",
    [
      [PONG, "unsolicited"],
      [PING, "ping"],
    ],
    ["pong ping"],
  ),
  is(
    "2.10 ten pings",
    Array.from({ length: 10 }, (_, i) => [PING, `${i}`] as const),
    Array.from({ length: 10 }, (_, i) => `pong ${i}`),
  ),
  fails("3.1 RSV 1", [[0x90 | 1, "x"]], 1002),
  fails("3.2 RSV 2 after a text", [[TEXT, "one"], [0xa0 | 1, "x"], [PING]], 1002, ["text one"]),
  fails("3.4 RSV 4", [[0xc0 | 1, "x"]], 1002),
  fails("3.5 RSV 5 with bytes", [[0xd0 | 2, "x"]], 1002),
  fails("3.6 RSV 6 in a ping", [[0xe0 | 9, "x"]], 1002),
  fails("3.7 RSV 7 in a close", [[0xf0 | 8, code(1000)]], 1002),
  ...[3, 4, 5, 6, 7, 11, 12, 13, 14, 15].map((kind) =>
    fails(`4 the kind ${kind}`, [[TEXT, "one"], [0x80 | kind, "x"], [PING]], 1002, ["text one"]),
  ),
  fails(
    "5.1 a ping in two",
    [
      [0x09, "a"],
      [CONT, "b"],
    ],
    1002,
  ),
  fails(
    "5.2 a pong in two",
    [
      [0x0a, "a"],
      [CONT, "b"],
    ],
    1002,
  ),
  is(
    "5.3 text in two",
    [
      [PART, "frag1"],
      [CONT, "frag2"],
    ],
    ["text frag1frag2"],
  ),
  is(
    "5.6 a ping in between",
    [
      [PART, "frag1"],
      [PING, "p"],
      [CONT, "frag2"],
    ],
    ["pong p", "text frag1frag2"],
  ),
  fails(
    "5.9 the end of nothing",
    [
      [CONT, "x"],
      [TEXT, "y"],
    ],
    1002,
  ),
  fails(
    "5.12 a piece of nothing",
    [
      [PARTS, "x"],
      [TEXT, "y"],
    ],
    1002,
  ),
  fails(
    "5.15 a piece too many",
    [
      [PART, "a"],
      [CONT, "b"],
      [PARTS, "c"],
      [TEXT, "d"],
    ],
    1002,
    ["text ab"],
  ),
  fails(
    "5.18 two that begin",
    [
      [PART, "a"],
      [TEXT, "b"],
    ],
    1002,
  ),
  is(
    "5.19 five pieces with pings",
    [
      [PART, "1"],
      [PARTS, "2"],
      [PING, "p1"],
      [PARTS, "3"],
      [PARTS, "4"],
      [PING, "p2"],
      [CONT, "5"],
    ],
    ["pong p1", "pong p2", "text 12345"],
  ),
  is("6.1.1 no text", [[TEXT]], ["text "]),
  is("6.1.2 no text in three", [[PART], [PARTS], [CONT]], ["text "]),
  is("6.1.3 text between nothing", [[PART], [PARTS, "middle"], [CONT]], ["text middle"]),
  is("6.2.1 text beyond ASCII", [[TEXT, GOOD]], [`text ${GOOD}`]),
  is(
    "6.2.2 in two",
    [
      [PART, "Hello-µ@ßöä"],
      [CONT, "üàá-UTF-8!!"],
    ],
    [`text ${GOOD}`],
  ),
  is(
    "6.2.3 byte by byte",
    [...[...Buffer.from(GOOD)].map((byte, i) => [i === 0 ? PART : PARTS, Buffer.of(byte)] as const), [CONT]],
    [`text ${GOOD}`],
  ),
  fails("6.3 bad text, byte by byte", [[PART], ...[...bytes(INVALID[0]!)].map((byte) => [PARTS, Buffer.of(byte)] as const), [CONT]], 1007),
  ...VALID.map((text) => is(`6 the text ${text}`, [[TEXT, bytes(text)]], [`text ${bytes(text).toString()}`])),
  ...INVALID.map((text) => fails(`6 the bytes ${text}`, [[TEXT, bytes(text)]], 1007)),
  fails(
    "7.1.2 two closes",
    [
      [CLOSE, code(1000)],
      [CLOSE, code(1001)],
    ],
    1000,
  ),
  fails("7.1.3 a ping after a close", [[CLOSE, code(1000)], [PING]], 1000),
  fails(
    "7.1.4 text after a close",
    [
      [CLOSE, code(1000)],
      [TEXT, "x"],
    ],
    1000,
  ),
  fails(
    "7.1.5 a close between pieces",
    [
      [PART, "frag"],
      [CLOSE, code(1000)],
      [CONT, "ment"],
    ],
    1000,
  ),
  { name: "7.3.1 a close of nothing", sent: [[CLOSE]], answered: ["close"] },
  fails("7.3.2 a close of one byte", [[CLOSE, "a"]], 1002),
  fails("7.3.4 a close with a reason", [[CLOSE, code(1000, "Hello")]], 1000),
  fails("7.3.5 a close with a long reason", [[CLOSE, code(1000, "*".repeat(123))]], 1000),
  fails("7.3.6 a close that is too long", [[CLOSE, code(1000, "*".repeat(124))]], 1002),
  fails("7.5.1 a reason that is no text", [[CLOSE, code(1000, bytes(INVALID[0]!))]], 1007),
  ...[1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999].map((one) =>
    fails(`7.7 ${one}`, [[CLOSE, code(one)]], one),
  ),
  ...[0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535].map((one) => fails(`7.9 ${one}`, [[CLOSE, code(one)]], 1002)),
];

/** RFC 7692 7.2.3. */
const COMPRESSED: readonly Case[] = [
  is("7.2.3.1 a message", [[0xc1, bytes("f2 48 cd c9 c9 07 00")]], ["text Hello"]),
  is(
    "7.2.3.1 in two",
    [
      [0x41, bytes("f2 48 cd")],
      [CONT, bytes("c9 c9 07 00")],
    ],
    ["text Hello"],
  ),
  is(
    "7.2.3.2 that refers to the one before",
    [
      [0xc1, bytes("f2 48 cd c9 c9 07 00")],
      [0xc1, bytes("f2 00 11 00 00")],
    ],
    ["text Hello", "text Hello"],
  ),
  is("7.2.3.3 that is not compressed", [[0xc1, bytes("00 05 00 fa ff 48 65 6c 6c 6f 00")]], ["text Hello"]),
  is("7.2.3.4 with the last block", [[0xc1, bytes("f3 48 cd c9 c9 07 00 00")]], ["text Hello"]),
  is("7.2.3.5 in two blocks", [[0xc1, bytes("f2 48 05 00 00 00 ff ff ca c9 c9 07 00")]], ["text Hello"]),
  is("7.2.3.6 of nothing", [[0xc1, bytes("00")]], ["text "]),
  is("as it is", [[TEXT, "Hello"]], ["text Hello"]),
  is(
    "with a ping in between",
    [
      [0x41, bytes("f2 48 cd")],
      [PING, "p"],
      [CONT, bytes("c9 c9 07 00")],
    ],
    ["pong p", "text Hello"],
  ),
  fails("a ping that is compressed", [[0xc9, bytes("f2 48 cd c9 c9 07 00")]], 1002),
  fails(
    "a later piece that says so",
    [
      [0x41, bytes("f2 48 cd")],
      [0xc0, bytes("c9 c9 07 00")],
    ],
    1002,
  ),
  fails("that refers to nothing", [[0xc1, bytes("f2 00 11 00 00")]], 1007),
  fails("rubbish", [[0xc1, bytes("ff ff ff ff ff")]], 1007),
  fails("bad text", [[0xc1, bytes("00 02 00 fd ff c3 28 00")]], 1007),
  fails("another reserved bit", [[0xe1, bytes("f2 48 cd c9 c9 07 00")]], 1002),
];

async function answers(pieces: readonly Uint8Array[], compressed: boolean): Promise<string[]> {
  const compression = compressed ? settleCompression({ threshold: Infinity }) : undefined;
  const agreed = compression === undefined ? undefined : agree("permessage-deflate", compression);
  const connection = connectionOf(Echo<WebSocketMessage>(), settle({ pingAfter: Infinity }), agreed);
  const { outbox } = await drive(connection, { inbox: pieces.map((piece) => Buffer.from(piece)) });
  return framesOf(Buffer.concat(outbox));
}

/** What a reader makes of it, in the words of the server's answers. */
function read(pieces: readonly Uint8Array[], masked: boolean, compressed: boolean): string[] {
  const compression = compressed ? settleCompression(true) : undefined;
  const inflater = compression === undefined ? undefined : agree("permessage-deflate", compression)?.inflater;
  const inflate = inflater?.inflate.bind(inflater);
  const reader = new FrameReader({ maxMessage: 1 << 20, masked, pieces: false, inflate });
  const heard: string[] = [];
  try {
    for (const piece of pieces) {
      reader.push(Buffer.from(piece));
      for (let one = reader.pull(); one !== undefined; one = reader.pull()) {
        if (one.type === "close") return [...heard, `close ${one.code === 1005 ? "" : one.code}`.trim()];
        if (one.type === "ping") heard.push(`pong ${Buffer.from(one.payload).toString()}`);
        else if (one.type === "message")
          heard.push(typeof one.message === "string" ? `text ${one.message}` : `binary ${String(one.message)}`);
      }
    }
  } catch (error) {
    if (!(error instanceof FrameError)) throw error;
    heard.push(`close ${error.code}`);
  }
  return heard;
}

/** Whole, byte by byte, and in halves at every byte. */
function* splits(whole: Buffer): Generator<readonly Buffer[]> {
  yield [whole];
  yield [...whole].map((byte) => Buffer.of(byte));
  for (let cut = 1; cut < whole.length; cut++) yield [whole.subarray(0, cut), whole.subarray(cut)];
}

/** Messages and pongs do not wait for each other; but each kind is in order, and a close is last. */
function inOrder(frames: readonly string[]): string[] {
  return frames.toSorted(
    (a, b) => Number(a.startsWith("close")) - Number(b.startsWith("close")) || Number(a.startsWith("pong")) - Number(b.startsWith("pong")),
  );
}

/** When the connection fails, what the protocol would still have said is not waited for. */
function judged(frames: readonly string[]): readonly string[] {
  return /^close (?:1002|1007)$/.test(frames.at(-1) ?? "") ? frames.slice(-1) : frames;
}

for (const [what, cases, compressed] of [
  ["RFC 6455, as Autobahn checks it (1 to 7)", CASES, false],
  ["RFC 7692, as it says itself (7.2.3)", COMPRESSED, true],
  ["RFC 6455 with an extension that nobody uses", CASES.filter(({ name }) => !name.startsWith("3.4")), true],
] as const) {
  test(`WebSocketConnection() keeps ${what}`, async () => {
    for (const { name, sent, answered } of cases) {
      const whole = Buffer.concat(sent.map(([first, payload]) => clientFrame(first, payload)));
      for (const pieces of [[whole], [...whole].map((byte) => Buffer.of(byte))])
        assert.deepEqual(judged(inOrder(await answers(pieces, compressed))), judged(inOrder(answered)), name);
    }
  });
  for (const masked of [true, false])
    test(`a ${masked ? "server" : "client"} reads ${what}, split at every byte`, () => {
      for (const { name, sent, answered } of cases) {
        const whole = Buffer.concat(sent.map(([first, payload]) => clientFrame(first, payload, { masked })));
        for (const pieces of splits(whole))
          assert.deepEqual(inOrder(read(pieces, masked, compressed)), inOrder(answered), `${name}: ${pieces.length}`);
      }
    });
}

test("text that is none is refused as soon as that is known (6.4), also before its frame has ended", () => {
  const reader = new FrameReader({ maxMessage: 1 << 20, masked: true, pieces: false });
  reader.push(clientFrame(PART, "κόσμε"));
  assert.equal(reader.pull(), undefined);
  reader.push(clientFrame(PARTS, bytes("f4 90 80 80")));
  assert.throws(() => reader.pull(), { code: 1007 });
  const other = new FrameReader({ maxMessage: 1 << 20, masked: true, pieces: false });
  const frame = clientFrame(TEXT, Buffer.concat([bytes("f4 90"), Buffer.alloc(100, "x")]));
  other.push(frame.subarray(0, 8));
  assert.throws(() => other.pull(), { code: 1007 });
});

test("messages of every size, in frames of every size (9, 10)", async () => {
  for (const [size, part] of [
    [65_535, 65_535],
    [65_536, 65_536],
    [1 << 20, 1 << 20],
    [1 << 18, 64],
    [1 << 15, 1],
    [1 << 20, 65_536],
  ] as const) {
    const text = Buffer.alloc(size, "abcdefgh");
    const frames: Buffer[] = [];
    for (let at = 0; at < size; at += part)
      frames.push(clientFrame((at === 0 ? 1 : 0) | (at + part >= size ? 0x80 : 0), text.subarray(at, at + part)));
    const heard = await answers([Buffer.concat([...frames, clientFrame(...end)])], false);
    assert(heard[0] === `text ${text.toString()}`, `${size} in frames of ${part}`);
    assert.deepEqual(heard.slice(1), ["close 1000"]);
  }
});

test("what becomes too long is refused with 1009, compressed or not, before it is there", async () => {
  const zeros = deflateRawSync(Buffer.alloc(1 << 24), { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4);
  assert(zeros.length < 20_000);
  const used = process.memoryUsage().arrayBuffers;
  assert.deepEqual(await answers([clientFrame(0xc1, zeros)], true), ["close 1009"]);
  assert(process.memoryUsage().arrayBuffers - used < 1 << 24);
  assert.deepEqual(await answers([clientFrame(TEXT, "", { length: 2 ** 40 })], false), ["close 1009"]);
  assert.deepEqual(await answers([Buffer.of(0x82, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4)], false), ["close 1002"]);
});
