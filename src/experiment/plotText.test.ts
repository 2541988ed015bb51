// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { stripVTControlCharacters } from "node:util";
import { test } from "node:test";
import type { Plot } from "./plot.ts";
import { plotText } from "./plotText.ts";

const plot: Plot = {
  title: "Growth",
  x: { label: "time (s)" },
  y: { label: "height (m)" },
  series: [
    { name: "beans", points: [0, 1, 2, 3, 4].map((n) => ({ x: n, y: n * n })) },
    { name: "theory", points: [0, 4].map((n) => ({ x: n, y: 4 * n })), draw: "line", dashed: true },
  ],
};

test("plotText() draws points and lines in characters, with axes and a legend", () => {
  assert.equal(
    plotText(plot, { columns: 44, rows: 15 }),
    `Growth
height (m)
 20 ┤
    │                                      ●
    │                                ⢀ ⠤⣀⠞⠊⠁
    │                            ⡠ ⠒ ⡡⠔⠊
 10 ┤                      ⣀ ⠔ ⠉  ●⠔⠊⠁
    │                ⣀ ⠤ ⠉   ⢀⡠⠔⠒⠉
    │          ⢀ ⠤ ⠊     ⣀⠤⠒⠊⠁
    │      ⡠ ⠒ ⠁  ⣀⣀⠤⠤⠒⠒●
  0 ┤●⣀⣔⠤⠭⠤⠤⠤⠔●⠒⠉⠉
    └┬──────────────────┬──────────────────┬
     0                  2                  4
                                    time (s)
● beans   ⠤⠄ theory`,
  );
});

test("plotText() fits into the terminal, in its colours if that is asked for", () => {
  for (const [columns, rows] of [
    [40, 12],
    [72, 18],
    [110, 40],
  ] as const) {
    const lines = plotText(plot, { columns, rows, colours: true }).split("\n");
    assert.equal(lines.length, rows);
    for (const line of lines) assert.ok(stripVTControlCharacters(line).length <= columns, line);
    assert.ok(lines.join("\n").includes("\x1b[36m●\x1b[0m"));
  }
  assert.ok(!plotText(plot).includes("\x1b"));
});

test("plotText() shows marks, error bars and gaps, and nothing where there is nothing", () => {
  const points = [
    { x: 1, y: 5, low: 1, high: 9 },
    { x: 2, y: NaN },
    { x: 3, y: 5 },
  ];
  const text = plotText({ x: { label: "x" }, y: { label: "y" }, series: [{ name: "s", points }], marks: [{ x: 2, label: "rain" }] });
  assert.equal(text.match(/●/g)?.length, 2);
  assert.ok(text.match(/┊/g)!.length > 5);
  assert.ok(text.match(/[⠁-⣿]/g)!.length > 3); // the error bar
  const empty = plotText({ x: { label: "x" }, y: { label: "y", scale: "log" }, series: [] });
  assert.doesNotMatch(empty, /NaN/);
});
