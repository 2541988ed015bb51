// SPDX-License-Identifier: Apache-2.0
import { ComponentFailure } from "../../axon/index.ts";

/** Says on standard error what went wrong, with the stack: for failures that cost only a part, and that nobody else wants to hear of. @internal */
export function complain(what: string, error: unknown): void {
  const root = error instanceof ComponentFailure ? error.cause : error;
  process.stderr.write(`${what}: ${root instanceof Error ? (root.stack ?? root.message) : String(root)}\n`);
}
