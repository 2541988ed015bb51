// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { drive, SeededRandom } from "../../testing/index.ts";
import { type MultipartEvent, MultipartParser, type MultipartOptions } from "./MultipartParser.ts";

const BODY =
  "preamble\r\n--cut\r\nA: b\r\n\r\nhello\r\n--cutting\r\n-- cut\r\n\r\n--cut  \r\n\r\n\r\n--cut\r\n\r\n--cut\r\nC: d\r\n\r\n\r\n\r\n--cut--\r\nepilogue --cut";

/** Headers and bodies of the parts. */
function parts(events: readonly MultipartEvent[]): [string, string][] {
  const list: [string, string][] = [];
  for (const event of events) {
    if (event.type === "part") list.push([Object.keys(event.header).join(), ""]);
    else if (event.type === "data") list.at(-1)![1] += Buffer.from(event.bytes).toString();
    else list.at(-1)![1] += "|";
  }
  return list;
}

const read = async (inbox: readonly Uint8Array[], options: Partial<MultipartOptions> = {}) =>
  await drive(MultipartParser({ boundary: "cut", ...options }), { inbox });

test("MultipartParser() finds the parts wherever the body is cut, with either line end", async () => {
  for (const text of [BODY, BODY.replaceAll("\r\n", "\n")]) {
    const end = text === BODY ? "\r\n" : "\n";
    const data = Buffer.from(text);
    for (let cut = -1; cut <= data.length; cut++) {
      const inbox = cut < 0 ? Array.from(data, (byte) => Buffer.of(byte)) : [data.subarray(0, cut), data.subarray(cut)];
      const { outbox, malformed } = await read(inbox);
      assert.deepEqual(parts(outbox), [
        ["a", `hello${end}--cutting${end}-- cut${end}|`],
        ["", "|"],
        ["", "|"],
        ["c", `${end}|`],
      ]);
      assert.deepEqual(malformed, []);
    }
  }
});
test("MultipartParser() hands over large parts as they come, and keeps next to nothing", async () => {
  const piece = new Uint8Array(100_000).fill(65);
  const component = MultipartParser({ boundary: "cut" });
  const { outbox } = await drive(component, {
    inbox: [Buffer.from("--cut\n\n"), ...new Array<Uint8Array>(20).fill(piece), Buffer.from("\n--cut--")],
  });
  const sizes = outbox.map((event) => (event.type === "data" ? event.bytes.length : 0));
  assert.equal(
    sizes.reduce((a, b) => a + b, 0),
    2_000_000,
  );
  assert.ok(outbox.length > 20);
});
test("MultipartParser() says what is wrong", async () => {
  const message = async (text: string, options: Partial<MultipartOptions> = {}): Promise<string> =>
    (await read([Buffer.from(text)], options)).malformed.map((fault) => fault.message).join();
  assert.match(await message("--cut\r\n\r\nhello"), /it ends before its last boundary/);
  assert.match(await message("--cut\r\nno field\r\n\r\n--cut--"), /"no field" is no "Name: value"/);
  assert.match(await message("--cut\r\n\r\n--cut\r\n\r\n--cut--", { maxParts: 1 }), /it has more than 1 parts/);
  assert.match(await message(`--cut\r\nA: ${"b".repeat(2000)}`, { maxHeader: 1000 }), /more than 1000 bytes/);
  assert.throws(() => MultipartParser({ boundary: "" }), RangeError);
});
test("MultipartParser() reads random bodies in the same way whatever the pieces", async () => {
  const random = new SeededRandom(6);
  const words = ["--cut", "--", "\r\n", "\n", "\r", "A: b", "x", " "];
  for (let round = 0; round < 1000; round++) {
    const data = Buffer.from(Array.from({ length: random.integer(40) }, () => words[random.integer(words.length)]).join(""));
    const cut = random.integer(data.length + 1);
    const whole = await read([data]);
    const cutUp = await read([data.subarray(0, cut), data.subarray(cut)]);
    assert.deepEqual(parts(cutUp.outbox), parts(whole.outbox), JSON.stringify([data.toString(), cut]));
    assert.deepEqual(cutUp.malformed, whole.malformed);
  }
});
