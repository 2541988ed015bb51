// SPDX-License-Identifier: Apache-2.0
import { spawn } from "node:child_process";
import { once } from "node:events";

/** How a script ended. @internal */
export interface Ran {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
  readonly errors: string;
}

const AXON = new URL("../axon/index.ts", import.meta.url).href;
const MAKE = new URL("./make.ts", import.meta.url).href;

/**
 * Runs a few lines as a process of their own, for what concerns the process as a whole: exit codes, signals, uncaught errors.
 * They find everything of `kamaelia/axon` as `axon`, and `make`.
 *
 * @param onOutput called with all output so far, whenever there is more, for example to send a signal
 * @internal
 */
export async function script(
  lines: string,
  onOutput: (output: string, process: { kill(signal: NodeJS.Signals): boolean }) => void = () => {},
): Promise<Ran> {
  const source = `import * as axon from "${AXON}"; import { make } from "${MAKE}";\n${lines}`;
  const child = spawn(process.execPath, ["--input-type=module", "--disable-warning=ExperimentalWarning", "--eval", source], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  let errors = "";
  child.stdout.on("data", (data: Buffer) => {
    output += data.toString();
    onOutput(output, child);
  });
  child.stderr.on("data", (data: Buffer) => (errors += data.toString()));
  const [code, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
  return { code, signal, output, errors };
}
