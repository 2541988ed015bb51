// SPDX-License-Identifier: Apache-2.0
// What comes from a file or a socket is cut anywhere, also in the middle of a character. LineSplit makes lines of it again.
import { Pipeline } from "kamaelia/chassis";
import {
  Batch,
  Collate,
  ConsoleEchoer,
  DataSource,
  Detuple,
  LineSplit,
  RangeFilter,
  Reduce,
  TagWithSequenceNumber,
  UnseenOnly,
} from "kamaelia/util";

const text = new TextEncoder().encode("grün\ngelb\r\ngrün\nblau\nrot");
const pieces = [text.subarray(0, 3), text.subarray(3, 12), text.subarray(12)];

await Pipeline(DataSource(pieces), LineSplit(), Collate(), ConsoleEchoer()).run();

// The second line to the fourth.
await Pipeline(
  DataSource(pieces),
  LineSplit(),
  TagWithSequenceNumber({ initial: 1 }),
  RangeFilter([[2, 4]]),
  Detuple(1),
  Collate(),
  ConsoleEchoer(),
).run();

// Each only once, two at a time.
await Pipeline(DataSource(pieces), LineSplit(), UnseenOnly(), Batch({ size: 2 }), ConsoleEchoer()).run();

// How many there are.
await Pipeline(
  DataSource(pieces),
  LineSplit(),
  Reduce((count) => count + 1, 0),
  ConsoleEchoer(),
).run();

// Output:
// [ 'grün', 'gelb', 'grün', 'blau', 'rot' ]
// [ 'gelb', 'grün', 'blau' ]
// [ 'grün', 'gelb' ]
// [ 'blau', 'rot' ]
// 5
