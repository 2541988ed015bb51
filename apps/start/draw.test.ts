// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { type ComponentSnapshot, snapshot, System } from "kamaelia/axon";
import { Pipeline } from "kamaelia/chassis";
import { Echo, Feed } from "kamaelia/testing";
import { type Canvas, draw } from "./draw.ts";

const canvas: Canvas = { columns: 120, rows: 20, colours: false };

/** Numbers on their way through two nested Pipelines, into a box that takes four and is never read. */
function stuck(): readonly ComponentSnapshot[] {
  const system = new System({ manual: true });
  const sink = Echo<number>();
  sink.setInboxSize("inbox", 4);
  const source = Feed([1, 2, 3, 4, 5, 6, 7]);
  const pipeline = Pipeline(Pipeline(Echo<number>(), Echo<number>()), Echo<number>());
  source.link(source.outboxes.outbox, pipeline.inboxes.inbox);
  sink.link(pipeline.outboxes.outbox, sink.inboxes.inbox);
  system.expect("somebody who reads the box");
  for (const one of [pipeline, source]) system.activate(one);
  while (system.step() !== undefined);
  return snapshot(system).components;
}

test("draw() shows the tree, what has gone in and out of each box, what waits, and who is held by what", () => {
  const [first, ...rest] = draw(stuck(), canvas);
  assert.equal(first, "◌ Pipeline_1");
  assert.deepEqual(rest, [
    "◌ ├ Pipeline_3",
    "○ │ ├ Echo_5                → inbox 7  outbox 7 →",
    "○ │ └ Echo_6                → inbox 7  outbox 7 →",
    "◐ └ Echo_4                  → inbox 7 ▁ 2 waiting  outbox 5 →  held: Echo.inbox is full",
  ]);
});

test("draw() marks what has had turns of late, and shows notes", () => {
  const [first, , third] = draw(stuck(), { ...canvas, busy: new Set([5]), notes: new Map([[1, "the whole"]]) });
  assert.equal(first, "◌ Pipeline_1                the whole");
  assert.match(third!, /^● │ ├ Echo_5/);
});

test("draw() shows how full a box is", () => {
  const [component] = stuck().slice(-1);
  const inbox = { ...component!.inboxes["inbox"]!, bound: 8 };
  const waiting = (length: number, bound: number | null): string =>
    / (. \d+ waiting)/.exec(draw([{ ...component!, inboxes: { inbox: { ...inbox, length, bound } } }], canvas)[0]!)?.[1] ?? "";
  assert.deepEqual(
    [waiting(1, 8), waiting(4, 8), waiting(7, 8), waiting(8, 8), waiting(9, 8), waiting(1000, null), waiting(0, 8)],
    ["▁ 1 waiting", "▄ 4 waiting", "▇ 7 waiting", "█ 8 waiting", "█ 9 waiting", "▁ 1000 waiting", ""],
  );
});

test("draw() keeps a component's own boxes to itself", () => {
  const [component] = stuck().slice(-1);
  const { inbox } = component!.inboxes;
  const [line] = draw([{ ...component!, state: "asleep", inboxes: { _secret: inbox! }, outboxes: {} }], canvas);
  assert.doesNotMatch(line!, /secret/);
});

test("draw() fits its picture into the terminal, in colour or not", () => {
  const components = stuck();
  for (const columns of [20, 40, 60]) {
    for (const text of draw(components, { ...canvas, columns })) assert.ok(text.length < columns, `${text.length} of ${columns}: ${text}`);
    // oxlint-disable-next-line no-control-regex -- the colours are what is looked for
    const colourless = draw(components, { ...canvas, columns, colours: true }).map((text) => text.replaceAll(/\x1b\[\d+m/g, ""));
    assert.deepEqual(colourless, draw(components, { ...canvas, columns }));
  }
  assert.deepEqual(draw(components, { ...canvas, rows: 3 }), [...draw(components, canvas).slice(0, 2), "  and 3 more"]);
});
