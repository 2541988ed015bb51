// SPDX-License-Identifier: Apache-2.0
import { PassThrough, Readable } from "node:stream";
import { specimen, type Specimens } from "../testing/index.ts";
import { Chooser } from "./Chooser.ts";
import { ConsoleEchoer } from "./ConsoleEchoer.ts";
import { ConsoleReader } from "./ConsoleReader.ts";

const lines = ["one\n", "two\n", "three\n"];

export const specimens: Specimens = {
  Chooser: [
    specimen(() => Chooser(["a", "b", "c"]), { inbox: ["NEXT", "NEXT", "PREV", "SAME"] }),
    specimen(() => Chooser(["a", "b", "c"], { loop: true }), { inbox: ["PREV", "NEXT", "LAST", "NEXT", "FIRST"] }),
  ],
  ConsoleEchoer: [
    specimen(() => ConsoleEchoer({ output: new PassThrough().resume(), forwarder: true }), { inbox: lines }),
    specimen(() => ConsoleEchoer({ output: new PassThrough().resume() }), { inbox: lines }, { but: { silent: "it is no forwarder" } }),
  ],
  ConsoleReader: [
    specimen(() => ConsoleReader({ input: Readable.from(lines) })),
    specimen(() => ConsoleReader({ input: new PassThrough() }), {}, { but: { silent: "nobody types anything" } }),
  ],
};
