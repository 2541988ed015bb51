// SPDX-License-Identifier: Apache-2.0
// The same bytes with plain calls, without components and streams: each chunk is found where it was written.
import { Escape } from "../../src/protocol/framing/escape.ts";
import { SimpleFrame } from "../../src/protocol/framing/SimpleFrame.ts";
import { check, measure } from "../lib/measure.ts";

const MESSAGES = 20_000;
const DATA = Uint8Array.from({ length: 1024 }, (_, n) => (n * 7) & 0xff);

await measure({ work: "framing", row: "plain calls", unit: "MB/s" }, () => {
  const escape = new Escape("X".repeat(24));
  let bytes = 0;
  for (let n = 0; n < MESSAGES; n++) {
    const chunk = escape.encode(new SimpleFrame(n, DATA).toBytes());
    bytes += SimpleFrame.fromBytes(escape.decode(chunk.subarray(escape.sync.length))).data.length;
  }
  check("the number of bytes", bytes, MESSAGES * DATA.length);
  return bytes;
});
