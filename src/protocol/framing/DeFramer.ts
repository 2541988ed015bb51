// SPDX-License-Identifier: Apache-2.0
import { component, type Component } from "../../axon/index.ts";
import type { Tagged } from "./Framer.ts";
import { SimpleFrame } from "./SimpleFrame.ts";

/** Bytes that could not be understood, and why. */
export interface Malformed {
  readonly bytes: Uint8Array;
  readonly reason: string;
}

/**
 * Takes frames apart, one a message: what {@link Framer} made. What is no frame, or not all of one, goes to "malformed";
 * where nobody listens to that, it is counted there (`drops`).
 *
 * @example
 * await Pipeline(Feed([Buffer.from("1 5\nhello")]), DeFramer(), ConsoleEchoer()).run();
 */
export function DeFramer(): Component<{ inbox: Uint8Array }, { outbox: Tagged; malformed: Malformed }> {
  return component(DeFramer, {
    inboxes: { inbox: "a frame" },
    outboxes: { outbox: "[tag, data]", malformed: "what was no frame, and why" },
    *main({ inbox }, { outbox, malformed }) {
      while (yield inbox) {
        for (const bytes of inbox) {
          const frame = read(bytes);
          if (frame instanceof SimpleFrame) outbox.send([frame.tag, frame.data]);
          else malformed.send({ bytes, reason: frame });
        }
      }
    },
  });
}

function read(bytes: Uint8Array): SimpleFrame | string {
  try {
    return SimpleFrame.fromBytes(bytes);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
