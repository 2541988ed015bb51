// SPDX-License-Identifier: Apache-2.0
// The callbacks are called at once, so that a message runs through all stages in one call stack: the fastest that Transform can be.
import { measureTransforms } from "./transforms.ts";

await measureTransforms("node:stream Transform", (n, _encoding, done) => done(null, n + 1));
