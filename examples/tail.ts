// SPDX-License-Identifier: Apache-2.0
// What is added to a log is printed as it comes, like `tail -F`, also when the log is put aside and a new one is begun. In virtual time, so it is over at once.
import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { producerFinished, System } from "kamaelia/axon";
import { Pipeline } from "kamaelia/chassis";
import { FollowingFileReader } from "kamaelia/file";
import { VirtualClock } from "kamaelia/testing";
import { ConsoleEchoer } from "kamaelia/util";

const folder = mkdtempSync(join(tmpdir(), "tail-"));
const log = join(folder, "log");
writeFileSync(log, "what was there before\n");

const clock = new VirtualClock();
const reader = FollowingFileReader(log);
clock.setTimer(() => appendFileSync(log, "one\ntwo\nth"), 1000);
clock.setTimer(() => appendFileSync(log, "ree\n"), 2000);
clock.setTimer(() => {
  renameSync(log, `${log}.1`);
  writeFileSync(log, "four\n");
}, 3000);
clock.setTimer(() => reader.stop(producerFinished()), 4000);

await new System({ clock }).run(Pipeline(reader, ConsoleEchoer({ tag: "| " })));
rmSync(folder, { recursive: true });

// Output:
// | one
// | two
// | three
// | four
