// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { Pipeline } from "../chassis/index.ts";
import { Feed, ToList } from "../testing/index.ts";
import { SimpleXMLParser } from "../xml/index.ts";
import type { Plot } from "./plot.ts";
import { plotSVG } from "./plotSVG.ts";

const plot: Plot = {
  title: 'Reno & CUBIC, "fast" < slow',
  x: { label: "loss (%)", scale: "log" },
  y: { label: "throughput (Mbit/s)" },
  series: [
    { name: "reno", points: [0.01, 0.1, 1, 10].map((x) => ({ x, y: 5 / (1 + x), low: 4 / (1 + x), high: 6 / (1 + x) })) },
    { name: "cubic", points: [0.01, 0.1, 1, 10].map((x) => ({ x, y: 8 / (1 + x) })), draw: "points" },
    { name: "theory", points: [0.01, 10].map((x) => ({ x, y: 7 / (1 + x) })), draw: "line", dashed: true },
  ],
  marks: [{ x: 2, label: "rain" }],
};

/** Elements of a kind, and their attributes. */
async function elements(svg: string, name: string): Promise<Record<string, string>[]> {
  const events: (readonly unknown[])[] = [];
  await Pipeline(Feed([svg]), SimpleXMLParser(), ToList(events)).run();
  return events.filter(([what, element]) => what === "element" && element === name).map((event) => event[2] as Record<string, string>);
}

/** All numbers that say where text and points are. */
async function places(svg: string): Promise<{ x: number; y: number }[]> {
  const [texts, circles] = await Promise.all(["text", "circle"].map((name) => elements(svg, name)));
  return [
    ...texts!.map(({ x, y }) => ({ x: Number(x), y: Number(y) })),
    ...circles!.map(({ cx, cy }) => ({ x: Number(cx), y: Number(cy) })),
  ];
}

test("plotSVG() draws a well-formed document, with all of it inside", async () => {
  const svg = plotSVG(plot);
  const [root] = await elements(svg, "svg");
  assert.equal(root!["viewBox"], "0 0 720 400");
  assert.equal(root!["aria-label"], 'Reno & CUBIC, "fast" < slow');
  const all = await places(svg);
  assert.ok(all.length > 15);
  for (const { x, y } of all) assert.ok(x >= 0 && x <= 720 && y >= 0 && y <= 400, `${x}, ${y}`);
  assert.doesNotMatch(svg, /NaN|Infinity|undefined/);
});

test("plotSVG() draws points, lines, error bars, ticks, a legend and marks, and is dark where the screen is", async () => {
  const svg = plotSVG(plot);
  assert.equal((await elements(svg, "circle")).length, 4 + 1); // one in the legend
  assert.equal(svg.match(/class="s0 bar"/g)?.length, 4);
  assert.equal(svg.match(/class="s1 line/g), null);
  assert.equal(svg.match(/class="s2 line dashed"/g)?.length, 2);
  for (const label of ["0.01", "0.1", "1", "10", "rain", "reno", "cubic", "theory", "loss (%)", "throughput (Mbit/s)"])
    assert.ok(svg.includes(`>${label}</text>`), label);
  assert.match(svg, /prefers-color-scheme: dark/);
});

test("plotSVG() puts y where it belongs: twice as much is twice as high", async () => {
  const points = [0, 1, 2].map((n) => ({ x: n, y: n * 10 }));
  const circles = await elements(plotSVG({ x: { label: "x" }, y: { label: "y" }, series: [{ name: "s", points }] }), "circle");
  const [a, b, c] = circles.map(({ cx, cy }) => ({ x: Number(cx), y: Number(cy) }));
  assert.ok(Math.abs(a!.y - b!.y - (b!.y - c!.y)) < 0.2 && a!.y > c!.y);
  assert.ok(Math.abs(b!.x - a!.x - (c!.x - b!.x)) < 0.2 && c!.x > a!.x);
});

test("plotSVG() leaves a gap where nothing is known, and leaves out what has no place on a logarithmic axis", () => {
  const gap = [1, 2, NaN, 4, 5].map((y, x) => ({ x, y }));
  const svg = plotSVG({ x: { label: "x" }, y: { label: "y" }, series: [{ name: "s", points: gap, draw: "line" }] });
  assert.equal(svg.match(/class="s0 line"/g)?.length, 2);
  const bad = [
    { x: 0, y: 1 },
    { x: 1, y: -1 },
    { x: 2, y: 3, low: -1, high: 5 },
  ];
  const log = plotSVG({ x: { label: "x", scale: "log" }, y: { label: "y", scale: "log" }, series: [{ name: "s", points: bad }] });
  assert.equal(log.match(/<circle/g)?.length, 1);
  assert.doesNotMatch(log, /NaN|Infinity/);
});

test("plotSVG() puts several plots one below the other, and draws none without a fault", async () => {
  const [root] = await elements(plotSVG([plot, plot], { width: 500, height: 300 }), "svg");
  assert.equal(root!["viewBox"], "0 0 500 600");
  assert.doesNotMatch(plotSVG({ x: { label: "x", scale: "log" }, y: { label: "y" }, series: [] }), /NaN|Infinity/);
  assert.doesNotMatch(
    plotSVG({ x: { label: "x" }, y: { label: "y" }, series: [{ name: "one", points: [{ x: 3, y: 3 }] }] }),
    /NaN|Infinity/,
  );
});
