// SPDX-License-Identifier: Apache-2.0
import type { Inbox } from "../axon/index.ts";

/** Takes all that waits in a box, and keeps the last one. @internal */
export function newest<T>(inbox: Inbox<T>): { readonly message: T } | undefined {
  let last: { readonly message: T } | undefined;
  for (const message of inbox) last = { message };
  return last;
}
