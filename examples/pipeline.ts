// SPDX-License-Identifier: Apache-2.0
// Caesar's cipher, and back: what one component sends the next one receives. A Pipeline is a component itself.
import { Pipeline } from "kamaelia/chassis";
import { ConsoleEchoer, ConsoleReader, PureTransformer } from "kamaelia/util";

/** ROT13: each letter moves on by half the alphabet. Twice is there and back. */
const Rot13 = () => PureTransformer((text: string) => text.replace(/[a-z]/gi, rotated));
const Shout = () => PureTransformer((text: string) => text.toUpperCase());

// #region nested
const Decipher = () => Pipeline(Rot13(), Shout());

await Pipeline(ConsoleReader(), Decipher(), ConsoleEchoer()).run();
// #endregion

function rotated(letter: string): string {
  const code = letter.charCodeAt(0);
  return String.fromCharCode(code + ((code & 31) > 13 ? -13 : 13));
}

// Input:
// rg gh, Oehgr?
// Output:
// ET TU, BRUTE?
