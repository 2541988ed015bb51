// SPDX-License-Identifier: Apache-2.0
// The first program on Kamaelia's home page: what you type is printed.
import { Pipeline } from "kamaelia/chassis";
import { ConsoleEchoer, ConsoleReader } from "kamaelia/util";

// prettier-ignore
await Pipeline(
  ConsoleReader(),
  ConsoleEchoer(),
).run();

// Input:
// hello
// world
// Output:
// hello
// world
