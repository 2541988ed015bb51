// SPDX-License-Identifier: Apache-2.0
import { specimen, type Specimens } from "../testing/index.ts";
import { UnixProcess } from "./UnixProcess.ts";

/** Pieces come as the pipe likes. */
const compare = (messages: readonly unknown[], box: string): unknown =>
  box === "outbox" || box === "error" || box === "copy"
    ? Buffer.concat(messages.map((bytes) => Buffer.from(bytes as Uint8Array))).toString()
    : messages;
const skip = process.platform === "win32" ? "needs Unix" : false;

export const specimens: Specimens = {
  UnixProcess: [
    specimen(() => UnixProcess("cat"), { inbox: ["one", "two", "three"] }, { compare, ...(skip !== false && { skip }) }),
    specimen(
      () => UnixProcess('cat | tee "$0"', { shell: true, outpipes: ["copy"] }),
      { inbox: ["one", "two", "three"] },
      { compare, ...(skip !== false && { skip }) },
    ),
  ],
};
