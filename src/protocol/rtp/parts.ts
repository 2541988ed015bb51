// SPDX-License-Identifier: Apache-2.0
import { createSocket } from "node:dgram";
import { once } from "node:events";

/** Two ports in a row that are free, the first one even, as RTP wants them. @internal */
export async function evenPort(): Promise<number> {
  for (;;) {
    const [first, second] = [createSocket("udp4"), createSocket("udp4")];
    try {
      first.bind(0, "127.0.0.1");
      await once(first, "listening");
      const { port } = first.address();
      if (port % 2 !== 0) continue;
      second.bind(port + 1, "127.0.0.1");
      await once(second, "listening");
      return port;
    } catch {
      // the next one is taken
    } finally {
      first.close();
      second.close();
    }
  }
}
