// SPDX-License-Identifier: Apache-2.0
import { type Component, type ComponentFailure, inboxOf } from "../axon/index.ts";
import { checkComponents, setBoxSize } from "./checks.ts";

/** How a child stands in a chassis' place. */
export interface Occupation {
  /** How many messages make the child's inbox full. Default: its own bound. */
  readonly boxSize?: number | undefined;
  /** Whether what it has not read when it ends waits for the next one, too. Default false: it ends with the child. */
  readonly bequeaths?: boolean;
}

/**
 * Activates a child that stands in a chassis' place: what comes to the chassis' inbox goes to the child's, what the child sends leaves by the chassis'
 * outbox. At the very moment the child ends the place is free again, so that what comes meanwhile waits for the next one.
 *
 * @returns whether the child has ended; throws its failure if it failed
 */
export function occupy(
  chassis: Component<any, any>,
  child: Component<any, any>,
  { boxSize, bequeaths = false }: Occupation = {},
): () => boolean {
  checkComponents(`child of ${chassis.name}`, [["what was made", child]]);
  if (child.microprocess.parent !== chassis.microprocess) chassis.addChildren(child);
  let failure: ComponentFailure | undefined;
  chassis.watch(child, (ended) => {
    failure = ended.failure;
    chassis.unlink(child);
    if (bequeaths && "inbox" in child.inboxes) inboxOf(child, "inbox").moveTo(inboxOf(chassis, "inbox"));
  });
  if (boxSize !== undefined && "inbox" in child.inboxes) setBoxSize(child, "inbox", boxSize);
  if ("outbox" in child.outboxes) chassis.link([child, "outbox"], [chassis, "outbox"], { passthrough: 2 });
  if ("inbox" in child.inboxes) chassis.link([chassis, "inbox"], [child, "inbox"], { passthrough: 1 });
  child.activate();
  return () => {
    if (failure !== undefined) throw failure;
    return child.isStopped;
  };
}
