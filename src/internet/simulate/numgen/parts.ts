// SPDX-License-Identifier: Apache-2.0
// Sends itself datagrams over loopback, and prints how many were lost in a row each time: for a network namespace whose firewall loses some.
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { runs } from "../parts.ts";

const COUNT = 20_000;
/** Datagrams that are sent before those that came are read: they must fit into the socket's buffer. */
const BATCH = 100;
const PORT = 5000;

const came = new Set<number>();
const receiver = createSocket("udp4", (bytes) => came.add(bytes.readUInt32BE())).bind(PORT, "127.0.0.1");
await once(receiver, "listening");
const sender = createSocket("udp4");
for (let i = 0; i < COUNT;) {
  const sent: Promise<unknown>[] = [];
  for (const end = i + BATCH; i < end; i++) {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(i);
    sent.push(new Promise((resolve) => sender.send(bytes, PORT, "127.0.0.1", resolve)));
  }
  await Promise.all(sent);
  for (let quiet = 0, before = -1; quiet < 3; before = came.size) {
    await new Promise(setImmediate);
    quiet = came.size === before ? quiet + 1 : 0;
  }
}
sender.close();
receiver.close();
const lost = Array.from({ length: COUNT }, (_, i) => !came.has(i));
process.stdout.write(JSON.stringify({ count: COUNT, lost: COUNT - came.size, bursts: runs(lost) }));
