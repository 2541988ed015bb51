// SPDX-License-Identifier: Apache-2.0
import type { Component } from "../axon/index.ts";

/**
 * Lets a child stand in a chassis' place: what comes to the chassis' inbox goes to the child's, what the child sends leaves by the chassis' outbox.
 * Answers how to end that.
 */
export function occupy(chassis: Component<any, any>, child: Component<any, any>, boxSize?: number): () => void {
  chassis.addChildren(child);
  if (boxSize !== undefined && "inbox" in child.inboxes) child.setInboxSize("inbox", boxSize);
  if ("outbox" in child.outboxes) chassis.link([child, "outbox"], [chassis, "outbox"], { passthrough: 2 });
  if ("inbox" in child.inboxes) chassis.link([chassis, "inbox"], [child, "inbox"], { passthrough: 1 });
  return () => chassis.unlink(child);
}
