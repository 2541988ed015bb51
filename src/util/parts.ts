// SPDX-License-Identifier: Apache-2.0
// What the tests of the console need: programs that run in a terminal.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";

/** For the `skip` of a test that needs a terminal: false, or why it is skipped. @internal */
export const withoutTerminal: string | false = spawnSync("script", ["--version"]).error === undefined ? false : "needs script (bsdutils)";

/** Runs a program (JavaScript) in a terminal: types each answer when its cue is on the screen. @internal */
export async function terminal(
  program: string,
  dialogue: readonly (readonly [cue: string, answer: string])[],
): Promise<{ screen: string; code: number | null }> {
  const child = spawn("script", ["--quiet", "--return", "--command", `"$NODE" --input-type=module --eval "$PROGRAM"`, "/dev/null"], {
    env: { ...process.env, NODE: process.execPath, PROGRAM: program, TERM: "xterm" },
  });
  let screen = "";
  let at = 0;
  const rest = [...dialogue];
  child.stdout.on("data", (bytes: Buffer) => {
    screen += plain(bytes.toString());
    const [next] = rest;
    if (next === undefined || !screen.includes(next[0], at)) return;
    rest.shift();
    at = screen.length;
    child.stdin.write(next[1]);
  });
  const [code] = await once(child, "close");
  return { screen, code };
}

/** What stays of a text when a terminal has shown it: for text that only grows. */
function plain(text: string): string {
  // oxlint-disable-next-line no-control-regex -- these are what is looked for
  return text.replaceAll(/\x1b\[[0-9;?]*[A-Za-z]/g, "").replaceAll(/\r+\n/g, "\n");
}
