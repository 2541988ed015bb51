// SPDX-License-Identifier: Apache-2.0
// Each stage answers a microtask later, as a stage does that waits for anything; so the stages take turns, as components do.
import { measureTransforms } from "./transforms.ts";

await measureTransforms("node:stream Transform, deferred", (n, _encoding, done) => queueMicrotask(() => done(null, n + 1)));
