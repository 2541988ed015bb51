// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import type { FuzzTargets } from "../../../tools/lib/fuzzing.ts";
import { EventReader } from "./eventReader.ts";

function reading(pieces: readonly Buffer[]): string {
  const reader = new EventReader(1000);
  const events: unknown[] = [];
  try {
    for (const piece of pieces) events.push(...reader.read(piece));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return "too long";
  }
  return JSON.stringify([events, reader.retry, reader.lastEventId]);
}

export const targets: FuzzTargets = {
  "server-sent events": {
    seeds: ["data: one\n\nevent: x\r\nid: 7\rdata: tw\u00f6\r\n\r\n", "\u{feff}retry: 10\n: comment\ndata\ndata: \n\n"].map((text) =>
      Buffer.from(text),
    ),
    run: (bytes, random) => {
      const whole = reading([bytes]);
      const cut = random.integer(bytes.length + 1);
      for (const pieces of [[bytes.subarray(0, cut), bytes.subarray(cut)], [...bytes].map((byte) => Buffer.of(byte))])
        assert.equal(reading(pieces), whole);
    },
  },
};
