// SPDX-License-Identifier: Apache-2.0
// Other programs as components: what they read and write is what comes and goes.
import { Graphline, Pipeline } from "kamaelia/chassis";
import { type Exit, UnixProcess } from "kamaelia/file";
import { ConsoleEchoer, DataSource, LineSplit, PureTransformer } from "kamaelia/util";

const fruit = ["cherry\n", "apple\n", "banana\n", "apple\n"];

// #region sort
await Pipeline(DataSource(fruit), UnixProcess("sort"), ConsoleEchoer()).run();
// #endregion

// #region shell
const Count = () => UnixProcess("sort | uniq -c | sort -rn", { shell: true });
const tidy = PureTransformer((line: string) => `${line.trim()}\n`);
await Pipeline(DataSource(fruit), Count(), LineSplit(), tidy, ConsoleEchoer()).run();
// #endregion

// #region exit
await Graphline({
  components: {
    LIST: UnixProcess("ls", { args: ["no such file"] }),
    LINES: LineSplit(),
    COMPLAINTS: PureTransformer((line: string) => (line.includes("no such file") ? "It complains.\n" : `${line}\n`)),
    END: PureTransformer(({ code }: Exit) => `It ended ${code === 0 ? "well" : "badly"}.\n`),
    SHOW: ConsoleEchoer(),
  },
  linkages: {
    "LIST.error": "LINES.inbox",
    "LINES.outbox": "COMPLAINTS.inbox",
    "COMPLAINTS.outbox": "SHOW.inbox",
    "LIST.exit": "END.inbox",
    "END.outbox": "SHOW.inbox",
    "LIST.signal": "LINES.control",
    "LINES.signal": "COMPLAINTS.control",
    "COMPLAINTS.signal": "END.control",
    "END.signal": "SHOW.control",
  },
}).run();
// #endregion

// Output:
// apple
// apple
// banana
// cherry
// 2 apple
// 1 cherry
// 1 banana
// It complains.
// It ended badly.
