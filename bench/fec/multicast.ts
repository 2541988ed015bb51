// SPDX-License-Identifier: Apache-2.0
// Ten megabytes to a group in virtual time, of which each member loses its share of the packets: bytes on the wire, all told, beside what the loss demands.
import { sendToGroup } from "../../src/protocol/multicast/parts.ts";
import { SeededRandom } from "../../src/axon/index.ts";
import { check, report } from "../lib/measure.ts";

const [receivers, loss] = [Number(process.argv[2]), Number(process.argv[3])];
const [COUNT, SIZE] = [160, 65_536];
const random = new SeededRandom(10);
const messages = Array.from({ length: COUNT }, () => {
  const words = Uint32Array.from({ length: SIZE / 4 }, () => random.integer(2 ** 32));
  return new Uint8Array(words.buffer);
});
const place = new Uint32Array(receivers);
let wrong = 0;
const begun = performance.now();
const { forward, back, nacks, repairs, time } = await sendToGroup(messages, { receivers, loss }, (receiver, { message }) => {
  if (Buffer.compare(message, messages[place[receiver]!++]!) !== 0) wrong++;
});
check("the number of wrong messages", wrong, 0);
check("the number of receivers that lack something", place.filter((got) => got !== COUNT).length, 0);
const need = (COUNT * SIZE) / (1 - loss);
report({
  work: `reliable-multicast-${receivers}`,
  row: `${loss * 100} % lost`,
  unit: "times the need",
  value: (forward + back) / need,
  also: {
    requests: nacks,
    "requests per repair": nacks / Math.max(1, repairs),
    "virtual s": time / 1000,
    "real s": (performance.now() - begun) / 1000,
  },
});
