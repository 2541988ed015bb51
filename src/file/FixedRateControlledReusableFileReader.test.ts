// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { System } from "../axon/index.ts";
import { JoinChooserToCarousel, Pipeline } from "../chassis/index.ts";
import { ToList, VirtualClock } from "../testing/index.ts";
import { ForwardIteratingChooser } from "../util/index.ts";
import { FixedRateControlledReusableFileReader } from "./FixedRateControlledReusableFileReader.ts";
import { folderFor, openFiles } from "./parts.ts";

test("FixedRateControlledReusableFileReader() reads one file after the other, all at the same rate", async (t) => {
  const folder = folderFor(t);
  const files = ["a", "b", "c"].map((name) => join(folder, name));
  for (const file of files) writeFileSync(file, "one\ntwo\n");
  const list: string[] = [];
  const clock = new VirtualClock();
  const reader = FixedRateControlledReusableFileReader({ readMode: "lines", rate: 1, chunkSize: 1 });
  await new System({ clock }).run(Pipeline(JoinChooserToCarousel(ForwardIteratingChooser(files), reader), ToList(list)));
  assert.deepEqual([list, openFiles(folder)], [["one\n", "two\n", "one\n", "two\n", "one\n", "two\n"], []]);
  assert.ok(clock.now() >= 5000 && clock.now() <= 9000, `it took ${clock.now()} ms`);
});
