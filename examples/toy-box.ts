// SPDX-License-Identifier: Apache-2.0
// Small parts that fit everywhere: empty lines left out, the others numbered.
import { Pipeline } from "kamaelia/chassis";
import { ConsoleEchoer, ConsoleReader, Filter, PureTransformer, TagWithSequenceNumber } from "kamaelia/util";

// #region numbered
await Pipeline(
  ConsoleReader({ eol: "" }),
  Filter((line) => line !== ""),
  TagWithSequenceNumber({ initial: 1 }),
  PureTransformer(([number, line]) => `${number}. ${line}\n`),
  ConsoleEchoer(),
).run();
// #endregion

// Input:
// wake up
//
// have tea
// Output:
// 1. wake up
// 2. have tea
