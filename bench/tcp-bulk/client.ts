// SPDX-License-Identifier: Apache-2.0
// Sends through a relay, and counts what arrives: `client.ts <row> <relay program>`. All run on the same core.
import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { join } from "node:path";
import { check, type Identity, measure } from "../lib/measure.ts";
import { Program } from "../lib/Program.ts";

const BLOCK = Buffer.alloc(65_536, "x");
const BLOCKS = 4096;
const BYTES = BLOCK.length * BLOCKS;
const buffer = Buffer.alloc(BLOCK.length);

const [row = "", file = ""] = process.argv.slice(2);
const identity: Identity = { work: "tcp-bulk", row, unit: "MB/s" };
let arrived = 0;
let finished: () => void = () => {};
const sink = createServer({ highWaterMark: BLOCK.length }, (socket) => {
  socket.on("data", (bytes) => {
    arrived += bytes.length;
    if (arrived >= BYTES) finished();
  });
}).listen(0, "127.0.0.1");
await once(sink, "listening");
const relay = new Program(process.execPath, join(import.meta.dirname, file), `${(sink.address() as AddressInfo).port}`);
let total = 0;
try {
  const callback = (): boolean => true;
  const source = connect({ port: Number(await relay.says()), host: "127.0.0.1", onread: { buffer, callback } });
  await once(source, "connect");
  const pass = async (): Promise<number> => {
    arrived = 0;
    const over = new Promise<void>((resolve) => (finished = resolve));
    for (let i = 0; i < BLOCKS; i++) if (!source.write(BLOCK)) await once(source, "drain");
    await over;
    check("what arrived", arrived, BYTES);
    total += BYTES;
    return BYTES;
  };
  const also = (): Record<string, number> => ({ "ms of the relay's CPU for each 100 MB": relay.cpu() / (total / 1e8) });
  await measure(identity, pass, { busy: false, warmUps: 8, also });
  source.destroy();
} finally {
  relay.end();
  sink.close();
}
process.exit();
