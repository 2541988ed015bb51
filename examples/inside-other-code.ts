// SPDX-License-Identifier: Apache-2.0
// A component in the hands of code that is none: put messages in, get messages out, wait for the end.
import { FromIterable, handle } from "kamaelia/axon";
import { Pipeline } from "kamaelia/chassis";
import { LineSplit, PureTransformer } from "kamaelia/util";

// #region ask
const parrot = handle(PureTransformer((word: string) => `${word}, ${word}!`));
await parrot.put("Polly");
console.log(await parrot.get());
parrot.finish(); // nothing more will come
await parrot.ended;
// #endregion

// #region loop
const pieces = ["To be, or not to be,\nth", "at is the ques", "tion.\n"];
for await (const line of handle(Pipeline(FromIterable(pieces), LineSplit()))) console.log(line);
// #endregion

// #region callbacks
const tally = handle(
  Pipeline(
    LineSplit(),
    PureTransformer((line: string) => line.length),
  ),
);
setTimeout(() => void tally.put("one\nthree\n"), 10); // from anywhere: a timer, an event, a web framework
setTimeout(() => tally.finish(), 20);
console.log(await tally.get(), await tally.get());
// #endregion

// Output:
// Polly, Polly!
// To be, or not to be,
// that is the question.
// 3 5
