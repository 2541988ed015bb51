// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { System } from "kamaelia/axon";
import { Echo } from "kamaelia/testing";
import { Picture } from "./Picture.ts";

test("Picture leaves its heading in sight, also where a line of it takes two of the terminal's", () => {
  for (const columns of [120, 80, 40]) {
    const system = new System({ manual: true });
    for (let n = 0; n < 50; n++) system.activate(Echo<number>());
    const texts: string[] = [];
    const picture = new Picture(
      system,
      { isTTY: true, columns, rows: 24, write: (text) => texts.push(text), on: () => {} },
      { environment: { NO_COLOR: "1" } },
    );
    picture.start(["a".repeat(100), "b".repeat(80), "c".repeat(10), ""]);
    picture.end("");
    const [before, drawn] = texts.join("").split("\x1b7");
    const taken = rowsOf("a".repeat(100), columns) + rowsOf("b".repeat(80), columns) + 2;
    const up = Number(/\[(\d+)A$/.exec(before!)?.[1]);
    assert.ok(before!.endsWith(`\n${"\n".repeat(up)}\x1b[${up}A`) && taken + up <= 24, `${taken} rows, and ${up}`);
    const [, ...frames] = drawn!.split("\x1b8\x1b[J");
    assert.equal(frames.length, 2);
    for (const frame of frames) {
      assert.match(frame, /and \d\d more/);
      assert.ok(taken + rowsOf(frame, columns) <= 24, `${taken} rows, and ${rowsOf(frame, columns)}`);
    }
  }
});

/** How many rows of a terminal a text takes. */
function rowsOf(text: string, columns: number): number {
  return text.split("\n").reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / columns)), 0);
}
