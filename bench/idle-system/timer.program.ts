// SPDX-License-Identifier: Apache-2.0
// Nothing but a timer, to see what Node.js does by itself.
const DAY = 86_400_000;

setTimeout(() => {}, DAY);
console.log("asleep");
