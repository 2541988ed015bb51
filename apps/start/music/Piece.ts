// SPDX-License-Identifier: Apache-2.0
import type { Component } from "kamaelia/axon";
import { Graphline } from "kamaelia/chassis";
import { Zip } from "kamaelia/util";
import type { Composition } from "./pieces.ts";
import { Room } from "./Room.ts";
import { type Block, Voice } from "./Voice.ts";

/**
 * Plays a piece: raw audio, 16 bits, two channels, 44.1 kHz.
 *
 * @param ahead milliseconds of it that may be made before they are to be heard; Infinity: as many as are taken
 */
export function Piece({ meter, room, parts }: Composition, ahead: number): Component<{}, { outbox: Uint8Array }> {
  const voices = Object.entries(parts());
  const names = voices.map(([name]) => name);
  return Graphline({
    components: {
      ...Object.fromEntries(voices.map(([name, part]) => [name, Voice(name, part, meter)])),
      ENSEMBLE: Zip<Record<string, Block>>(names),
      ROOM: Room({ ...room, ahead }),
    },
    linkages: {
      ...Object.fromEntries(
        names.flatMap((name) => [
          [`${name}.outbox`, `ENSEMBLE.${name}`],
          [`${name}.signal`, `ENSEMBLE.${name}_control`],
        ]),
      ),
      "ENSEMBLE.outbox": "ROOM.inbox",
      "ENSEMBLE.signal": "ROOM.control",
      "ROOM.outbox": "self.outbox",
      "ROOM.signal": "self.signal",
    },
    boxSizes: { ...Object.fromEntries(names.map((name) => [`ENSEMBLE.${name}`, 2])), "ROOM.inbox": 2 }, // nobody plays far ahead
  } as never) as unknown as Component<{}, { outbox: Uint8Array }>;
}
