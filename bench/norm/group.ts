// SPDX-License-Identifier: Apache-2.0
// Ten megabytes by NORM to a group in virtual time, of which each member loses its share of the packets: bytes on the wire, all told, beside what the loss demands.
import { randomMessages } from "../../src/protocol/multicast/parts.ts";
import { sendToGroup } from "../../src/protocol/norm/parts.ts";
import { check, report } from "../lib/measure.ts";

const [receivers, loss] = [Number(process.argv[2]), Number(process.argv[3])];
const [COUNT, SIZE, SYMBOL] = [57, 179_200, 1400]; // each a block, so that receivers need not keep all: one object of ten megabytes would have such blocks
const objects = randomMessages(COUNT, SIZE);
let right = 0;
const begun = performance.now();
const inbox = objects.map((bytes) => ({ bytes }));
const { forward, back, nacks, packets, missed, time } = await sendToGroup(inbox, { receivers, loss }, (_, { object, bytes }) => {
  if (Buffer.compare(bytes, objects[object]!) === 0) right++;
});
check("the number of objects that came as they were sent", right, receivers * COUNT);
check("the number of objects that were given up", missed.length, 0);
const repairs = packets - COUNT * Math.ceil(SIZE / SYMBOL);
report({
  work: `norm-${receivers}`,
  row: `${loss * 100} % lost`,
  unit: "times the need",
  value: (forward + back) / ((COUNT * SIZE) / (1 - loss)),
  also: {
    requests: nacks,
    "requests per repair": nacks / Math.max(1, repairs),
    "virtual s": time / 1000,
    "real s": (performance.now() - begun) / 1000,
  },
});
