// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { shutdownMicroprocess, System } from "../axon/index.ts";
import { Pipeline } from "../chassis/index.ts";
import { at, drive, Feed, seedOf, stepper, ToList } from "../testing/index.ts";
import { LineSplit, type LineSplitOptions } from "./LineSplit.ts";

type Piece = string | Uint8Array;
const split = async (inbox: readonly Piece[], options: LineSplitOptions = {}): Promise<string[]> =>
  (await drive(LineSplit(options), { inbox })).outbox;
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
/** What must come out, found in another way. */
const expected = (text: string): string[] => {
  const lines = text.split("\n");
  const rest = lines.pop()!;
  return [...lines.map((line) => line.replace(/\r$/, "")), ...(rest === "" ? [] : [rest])];
};
/** A text in two pieces, for each place to cut it. */
const cuts = <T extends Piece>(whole: T): T[][] =>
  Array.from({ length: whole.length + 1 }, (_, at) => [whole.slice(0, at), whole.slice(at)] as T[]);

test("LineSplit() sends each line without its end, and carries a partial line over (the original did not)", async () => {
  assert.deepEqual(await split(["a\nb", "c\n", "d", "", "e", "\n\nf\n"]), ["a", "bc", "de", "", "f"]);
});
test("LineSplit() sends a last line that has no end, but no empty one", async () => {
  assert.deepEqual(await split(["a\nb"]), ["a", "b"]);
  assert.deepEqual(await split(["a\n"]), ["a"]);
  assert.deepEqual(await split([]), []);
  assert.deepEqual(await split([bytes("a\nb")]), ["a", "b"]);
});
test("LineSplit() takes the line ends of other systems, also when they come in two messages; a carriage return elsewhere is text", async () => {
  const text = "a\r\n\r\nb\rc\r\r\nd\r";
  for (const pieces of [...cuts(text), ...cuts(bytes(text))]) assert.deepEqual(await split(pieces), ["a", "", "b\rc\r", "d\r"]);
});
test("LineSplit() decodes UTF-8 that is split anywhere", async () => {
  const text = "grüß\n€\n😀 x\n\uFEFFé";
  for (const pieces of cuts(bytes(text))) assert.deepEqual(await split(pieces), expected(text));
  const single = Array.from(bytes(text), (byte) => Uint8Array.of(byte));
  assert.deepEqual(await split(single), expected(text));
});
test("LineSplit() keeps a byte order mark, wherever it stands: it is a character", async () => {
  assert.deepEqual(await split([bytes("\uFEFFa\n\uFEFFb\n")]), ["\uFEFFa", "\uFEFFb"]);
});
test("LineSplit() takes text and bytes in turn", async () => {
  assert.deepEqual(await split(["a", bytes("ü"), "b", bytes("c\nd"), "e\n", bytes("f")]), ["aübc", "de", "f"]);
  assert.deepEqual(await split([Uint8Array.of(0xc3), "x\n"]), ["\uFFFDx"]);
});
test("LineSplit() does not refer to a message when it has read it", async () => {
  const message = bytes("whole\nbegin");
  const list: string[] = [];
  const splitter = LineSplit();
  const system = new System({ manual: true });
  const pipeline = Pipeline(splitter, ToList(list));
  system.activate(pipeline);
  pipeline.inboxes.inbox.deliver(message);
  while (system.step() !== undefined);
  message.fill(0);
  pipeline.inboxes.inbox.deliver("ning\n");
  while (system.step() !== undefined);
  assert.deepEqual(list, ["whole", "beginning"]);
});
test("LineSplit({ maxLength }) fails at a longer line, after it has sent those before, and says what to do", async () => {
  const message = 'Cannot split lines: one is longer than 3 characters; give a greater maxLength, or overlong: "cut" or "skip"';
  for (const pieces of [
    ["a\nabcd\nb\n"],
    ["a\n", "abcd"],
    ["a\nab", "cd"],
    [bytes("a\nab"), bytes("cd\n")],
    [bytes("a\na"), bytes("bcd")],
  ]) {
    const splitter = LineSplit({ maxLength: 3 });
    await assert.rejects(new System().run(Pipeline(Feed<Piece>(pieces), splitter, ToList<string>([]))), {
      message: `Pipeline_1/LineSplit_3 failed: ${message}`,
    });
    assert.equal(splitter.outboxes.outbox.sent, 1);
  }
});
test("LineSplit({ maxLength }) counts characters, not bytes, and not the end of the line", async () => {
  for (const pieces of [...cuts("äöü\r\nx"), ...cuts(bytes("äöü\r\nx"))])
    assert.deepEqual(await split(pieces, { maxLength: 3 }), ["äöü", "x"]);
});
test('LineSplit({ overlong: "cut" }) sends a longer line in pieces, the same wherever it was split', async () => {
  const text = "abcdefg\nab😀\nabcdef\r\nabc\r\n\rabc\rx\nabcd\r";
  const pieces = ["abc", "def", "g", "ab", "😀", "abc", "def", "abc", "\rab", "c\rx", "abc", "d\r"];
  for (const cut of [...cuts(text), ...cuts(bytes(text))]) assert.deepEqual(await split(cut, { maxLength: 3, overlong: "cut" }), pieces);
});
test('LineSplit({ overlong: "skip" }) leaves a longer line out, the same wherever it was split', async () => {
  const text = "abcdefg\nab😀\nabcdef\r\nabc\r\n\rabc\rx\nb\nabcd\r";
  for (const cut of [...cuts(text), ...cuts(bytes(text))])
    assert.deepEqual(await split(cut, { maxLength: 3, overlong: "skip" }), ["abc", "b"]);
});
test("LineSplit() holds no more of an endless line than it may", async () => {
  for (const piece of ["x".repeat(10_000), new Uint8Array(10_000).fill(120)]) {
    const { outbox } = await drive(LineSplit({ maxLength: 1000, overlong: "cut" }), { inbox: Array.from({ length: 1000 }, () => piece) });
    assert.equal(outbox.length, 10_000);
  }
  const before = process.memoryUsage().arrayBuffers;
  const large = new Uint8Array(2 ** 20);
  assert.deepEqual(await split([...Array.from({ length: 1000 }, () => large), "\nshort"], { overlong: "skip" }), ["short"]);
  const more = process.memoryUsage().arrayBuffers - before;
  assert.ok(more < 16 * 2 ** 20, `${more} bytes more`);
});
test("LineSplit() is brought down by no number of lines that are too long, or of their pieces", async () => {
  const piece = "too long\n".repeat(200_000);
  assert.deepEqual(await split([piece], { maxLength: 4, overlong: "skip" }), []);
  assert.equal((await split([piece], { maxLength: 4, overlong: "cut" })).length, 400_000);
  assert.equal((await split(["x".repeat(400_000)], { maxLength: 1, overlong: "cut" })).length, 400_000);
});
test("LineSplit() takes time in proportion to what comes, though a line comes byte by byte", async () => {
  const single = [Uint8Array.of(120), "x"];
  for (const one of single) assert.deepEqual((await split(Array.from({ length: 300_000 }, () => one)))[0]?.length, 300_000);
});
test("LineSplit() sends no more at once than fits, however many lines are in a message", async () => {
  const text = Array.from({ length: 10_000 }, (_, i) => `${i}`).join("\n");
  const list: string[] = [];
  const splitter = LineSplit();
  const sink = ToList(list);
  await new System().run(Pipeline.with({ boxSize: 10 })(Feed([text]), splitter, sink));
  assert.deepEqual(list, text.split("\n"));
  assert.ok(sink.inboxes.inbox.peak <= 11, `${sink.inboxes.inbox.peak} lines waited`);
});
test("LineSplit() stops in the middle of a message", () => {
  const system = new System({ manual: true });
  const splitter = LineSplit();
  const pipeline = Pipeline.with({ boxSize: 2 })(splitter, ToList<string>([]));
  system.activate(pipeline);
  pipeline.inboxes.inbox.deliver("line\n".repeat(100));
  const steps = stepper(system);
  while (splitter.outboxes.outbox.sent === 0) steps.steps(1);
  pipeline.stop();
  steps.rest();
  assert.equal(pipeline.isStopped, true);
  assert.ok(splitter.outboxes.outbox.sent < 10);
});
test("LineSplit() does not send a rest on shutdownMicroprocess", async () => {
  const { outbox, signal } = await drive(LineSplit(), { inbox: at({ 0: "a\nb", 10: "c" }) }, { shutdown: "shutdownMicroprocess" });
  assert.deepEqual([outbox, signal], [["a"], [shutdownMicroprocess()]]);
});
test("LineSplit() refuses a length that is none", () => {
  for (const maxLength of [0, -1, Number.NaN]) assert.throws(() => LineSplit({ maxLength }), RangeError);
});

const text = fc.string({
  unit: fc.constantFrom("a", "b", "\n", "\n", "\r", "\r\n", "ü", "€", "😀", "\uFEFF", "\u2028", "\ud83d", "\ude00"),
});
const places = fc.array(fc.nat({ max: 60 }), { maxLength: 8 });
const options: fc.Arbitrary<LineSplitOptions> = fc.record(
  { maxLength: fc.integer({ min: 1, max: 12 }), overlong: fc.constantFrom("cut" as const, "skip" as const) },
  { noNullPrototype: true },
);
/** The same in pieces. */
function pieces<T extends Piece>(whole: T, at: readonly number[]): T[] {
  const ends = [...at.map((place) => Math.min(place, whole.length)).toSorted((a, b) => a - b), whole.length];
  return ends.map((end, i) => whole.slice(ends[i - 1] ?? 0, end) as T);
}

test("LineSplit() sends the same lines of any text, wherever it is split", async () => {
  const property = fc.asyncProperty(text, places, async (whole, at) => {
    assert.deepEqual(await split(pieces(whole, at)), expected(whole));
    const encoded = bytes(whole);
    assert.deepEqual(await split(pieces(encoded, at)), expected(new TextDecoder("utf-8", { ignoreBOM: true }).decode(encoded)));
  });
  await fc.assert(property, { seed: seedOf("LineSplit") });
});
test("LineSplit() sends the same of any bytes, be they UTF-8 or not, wherever they are split, and whatever is too long", async () => {
  const damaged = fc
    .tuple(text, fc.array(fc.tuple(fc.nat({ max: 100 }), fc.nat({ max: 255 })), { maxLength: 5 }))
    .map(([whole, changes]) => {
      const encoded = bytes(whole);
      for (const [at, value] of changes) if (encoded.length > 0) encoded[at % encoded.length] = value;
      return encoded;
    });
  const bytesOrDamaged = fc.oneof(fc.uint8Array({ maxLength: 60 }), damaged);
  const property = fc.asyncProperty(bytesOrDamaged, places, options, async (whole, at, limit) => {
    const lines = expected(new TextDecoder("utf-8", { ignoreBOM: true }).decode(whole));
    assert.deepEqual(await split(pieces(whole, at)), lines);
    const limited = await split([whole], limit);
    assert.deepEqual(await split(pieces(whole, at), limit), limited);
    if (limit.overlong === "cut") assert.equal(limited.join(""), lines.join(""));
    else
      assert.deepEqual(
        limited,
        lines.filter((line) => line.length <= limit.maxLength!),
      );
    for (const line of limited) assert.ok(line.length <= limit.maxLength!);
  });
  await fc.assert(property, { seed: seedOf("LineSplit of bytes"), numRuns: 300 });
});
test("LineSplit() says what it cannot split, and refuses to do with long lines what it does not know", async () => {
  for (const wrong of [5, null, undefined, new ArrayBuffer(1)])
    await assert.rejects(drive(LineSplit(), { inbox: [wrong as unknown as string] }), /Cannot split .* into lines: send text or bytes/);
  assert.throws(() => LineSplit({ overlong: "drop" as "skip" }), {
    name: "RangeError",
    message: 'Cannot split lines: overlong is "drop"; give "fail" or "cut" or "skip"',
  });
});
