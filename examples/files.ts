// SPDX-License-Identifier: Apache-2.0
// Files: written, read, changed on the way, and followed while they grow.
import { appendFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { handle } from "kamaelia/axon";
import { Graphline, Pipeline } from "kamaelia/chassis";
import { AtomicFileWriter, FollowingFileReader, SimpleFileWriter, SimpleReader, TriggeredFileReader } from "kamaelia/file";
import { ConsoleEchoer, DataSource, Filter, PureTransformer } from "kamaelia/util";

const show = (text = "") => void process.stdout.write(text);

process.chdir(await mkdtemp(join(tmpdir(), "files-")));

// #region write
await Pipeline(DataSource(["roses are red\n", "# a note\n", "violets are blue\n"]), SimpleFileWriter("poem.txt")).run();
// #endregion

// #region lines
const isPoetry = (line: string) => !line.startsWith("#");
await Pipeline(SimpleReader("poem.txt"), Filter(isPoetry), AtomicFileWriter("poem.txt")).run();
// #endregion

// #region whole
await Pipeline(DataSource(["poem.txt"]), TriggeredFileReader({ readMode: "text" }), ConsoleEchoer()).run();
// #endregion

// #region follow
const diary = handle(FollowingFileReader("diary.txt", { wait: true, from: "start" }));
await appendFile("diary.txt", "Monday: nothing\n");
show(await diary.get());
await appendFile("diary.txt", "Tuesday: ");
await appendFile("diary.txt", "a parcel\n");
show(await diary.get());
diary.component.stop();
// #endregion

// #region fault
await Graphline({
  components: {
    READ: SimpleReader("diaries.txt"),
    SHOW: ConsoleEchoer(),
    EXPLAIN: PureTransformer(({ message }: Error) => `${message}\n`),
    COMPLAIN: ConsoleEchoer({ tag: "Sorry. " }),
  },
  linkages: {
    "READ.outbox": "SHOW.inbox",
    "READ.error": "EXPLAIN.inbox",
    "EXPLAIN.outbox": "COMPLAIN.inbox",
    "READ.signal": "EXPLAIN.control",
    "EXPLAIN.signal": "COMPLAIN.control",
    "COMPLAIN.signal": "SHOW.control",
  },
}).run();
// #endregion

await rm(process.cwd(), { recursive: true });

// Output:
// roses are red
// violets are blue
// Monday: nothing
// Tuesday: a parcel
// Sorry. Cannot read diaries.txt: there is no such file or directory (ENOENT)
