// SPDX-License-Identifier: Apache-2.0
import type { AnyComponent } from "../../axon/index.ts";

/**
 * Tells a component that the server is going to stop: it gets a message on its inbox "retire". Answers whether it has one.
 *
 * @internal
 */
export function retire(component: AnyComponent): boolean {
  const inbox = component.inboxes["retire"];
  if (inbox === undefined) return false;
  inbox.deliver(true);
  return true;
}
