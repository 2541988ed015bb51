// SPDX-License-Identifier: Apache-2.0
import { writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { specimen, type Specimens, type Surroundings } from "../testing/index.ts";
import { Append } from "./Append.ts";
import { AtomicFileWriter } from "./AtomicFileWriter.ts";
import { DirectoryWatcher } from "./DirectoryWatcher.ts";
import { FixedRateControlledReusableFileReader } from "./FixedRateControlledReusableFileReader.ts";
import { FollowingFileReader } from "./FollowingFileReader.ts";
import { PromptedFileReader } from "./PromptedFileReader.ts";
import { RateControlledFileReader } from "./RateControlledFileReader.ts";
import { RateControlledReusableFileReader, type RatedFile } from "./RateControlledReusableFileReader.ts";
import { ReusableFileReader } from "./ReusableFileReader.ts";
import { RotatingFileWriter } from "./RotatingFileWriter.ts";
import { SimpleFileWriter } from "./SimpleFileWriter.ts";
import { SimpleReader } from "./SimpleReader.ts";
import { TriggeredFileReader } from "./TriggeredFileReader.ts";
import { WholeFileWriter } from "./WholeFileWriter.ts";

const words = ["one\n", "two\n", "three\n"];
const SILENT = { silent: "only faults are sent" };
const SOURCE = "a source that is told that there is no more stops where it is";
/** Each trial has a folder of its own. */
const compare = (messages: readonly string[]): unknown => messages.map((name) => basename(name));

/** A file of three lines. */
function file({ folder }: Surroundings, name = "a"): string {
  const path = join(folder, name);
  writeFileSync(path, words.join(""));
  return path;
}

export const specimens: Specimens = {
  Append: [
    specimen(({ folder }) => Append(join(folder, "a")), { inbox: words }),
    specimen(({ folder }) => Append(join(folder, "a"), { holdOpen: false }), { inbox: words }),
    specimen(({ folder }) => Append(join(folder, "a"), { forwarder: false }), { inbox: words }, { but: SILENT }),
  ],
  AtomicFileWriter: specimen(({ folder }) => AtomicFileWriter(join(folder, "a")), { inbox: words }, { but: SILENT }),
  DirectoryWatcher: specimen(
    (world) => {
      for (const name of ["a", "b", "c"]) file(world, name);
      return DirectoryWatcher(world.folder, { settle: 1000, every: 500 });
    },
    {},
    { but: { endless: "it looks until it is told to stop" }, lasts: 3000, compare },
  ),
  FileError: "an error, no component",
  FixedRateControlledReusableFileReader: specimen(
    () => FixedRateControlledReusableFileReader({ readMode: "lines", rate: 10, chunkSize: 1 }),
    (world) => ({ inbox: [], next: [file(world)] }),
    { kind: "Carousel", but: { drains: SOURCE } },
  ),
  FollowingFileReader: [
    specimen(
      (world) => FollowingFileReader(file(world), { from: "start" }),
      {},
      { but: { endless: "it looks until it is told to stop" }, lasts: 1000 },
    ),
    specimen(
      (world) => FollowingFileReader(file(world), { from: "start", readMode: "bytes" }),
      {},
      { but: { endless: "it looks until it is told to stop" }, lasts: 1000 },
    ),
  ],
  PromptedFileReader: [
    specimen((world) => PromptedFileReader(file(world)), { inbox: [1, 2, 3] }),
    specimen((world) => PromptedFileReader(file(world), { readMode: "lines" }), { inbox: [1, 1, 1] }),
  ],
  RateControlledFileReader: specimen(
    (world) => RateControlledFileReader(file(world), { readMode: "lines", rate: 10, chunkSize: 1 }),
    {},
    { kind: "Graphline" },
  ),
  RateControlledReusableFileReader: specimen(
    () => RateControlledReusableFileReader({ readMode: "lines" }),
    (world) => ({ inbox: [], next: [[file(world), { rate: 10, chunkSize: 1 }] satisfies RatedFile] }),
    { kind: "Carousel", but: { drains: SOURCE } },
  ),
  ReusableFileReader: specimen(
    () => ReusableFileReader({ readMode: "lines" }),
    (world) => ({ next: [file(world)], inbox: [1, 1, 1] }),
    { kind: "Carousel" },
  ),
  RotatingFileWriter: specimen(
    ({ folder }) => RotatingFileWriter(join(folder, "a"), { size: 5 }),
    { inbox: [...words, ...words] },
    { compare },
  ),
  SimpleFileWriter: [
    specimen(({ folder }) => SimpleFileWriter(join(folder, "a")), { inbox: words }, { but: SILENT }),
    specimen(({ folder }) => SimpleFileWriter(join(folder, "a"), { mode: "append", sync: true }), { inbox: words }, { but: SILENT }),
  ],
  SimpleReader: [
    specimen((world) => SimpleReader(file(world))),
    specimen((world) => SimpleReader(file(world), { readMode: "bytes", chunkSize: 4 })),
  ],
  TriggeredFileReader: specimen(
    () => TriggeredFileReader({ readMode: "text" }),
    (world) => ({ inbox: [file(world, "a"), file(world, "b"), file(world, "c")] }),
  ),
  WholeFileWriter: specimen(
    () => WholeFileWriter(),
    ({ folder }) => ({ inbox: words.map((word, i) => [join(folder, `${i}`), word] as const) }),
    { compare },
  ),
};
