// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import type { DatagramEvents, DatagramOptions } from "../../axon/index.ts";
import { NodeNetwork } from "../NodeNetwork.ts";

/** What becomes of a socket: the error that closed it, or where it is. */
function fate(host: string, options: DatagramOptions): Promise<string> {
  return new Promise((resolve) => {
    const events: DatagramEvents = {
      opened: ({ address }) => {
        socket.close();
        resolve(address);
      },
      received: () => {},
      drained: () => {},
      failed: (error) => resolve(`failed: ${error.message}`),
      closed: (error) => resolve(error?.message ?? "closed"),
    };
    const socket = new NodeNetwork().bind({ host, port: 0 }, events, options);
  });
}

test("no option of a datagram socket can end the process: each that cannot be closes it, and says so", async () => {
  for (const host of ["127.0.0.1", "localhost"]) {
    for (const [options, why] of [
      [{ receiveBuffer: 2 ** 31 }, /^Cannot set receiveBuffer to 2147483648: /],
      [{ receiveBuffer: -1 }, /^Cannot set receiveBuffer to -1: /],
      [{ sendBuffer: 1.5 }, /^Cannot set sendBuffer to 1\.5: /],
      [{ ttl: 0 }, /^Cannot set ttl to 0: /],
      [{ multicastTTL: 256 }, /^Cannot set multicastTTL to 256: /],
      [{ multicastInterface: "eth9" }, /^Cannot set multicastInterface to eth9: /],
      [{ groups: [{ group: "127.0.0.1" }] }, /^Cannot join the group 127\.0\.0\.1: /],
      [{ groups: [{ group: "224.1.1.1", source: "bob" }] }, /^Cannot join the group 224\.1\.1\.1 of bob: /],
      [{ groups: [{ group: "224.1.1.1", interface: "eth9" }] }, /^Cannot join the group 224\.1\.1\.1 at the interface eth9: /],
    ] satisfies [DatagramOptions, RegExp][])
      assert.match(await fate(host, options), why);
    assert.equal(
      await fate(host, { receiveBuffer: 100_000, sendBuffer: 100_000, ttl: 255, multicastTTL: 0, broadcast: true }),
      "127.0.0.1",
    );
  }
  assert.throws(() => new NodeNetwork().bind({ host: "127.0.0.1", port: 0 }, NOBODY, { peer: { host: "h", port: 70_000 } }), RangeError);
});

test("what is no datagram is refused when it is sent, and a port that is none is a failure, before the socket is open and after", async () => {
  const opened = Promise.withResolvers<void>();
  const failed: string[] = [];
  const socket = new NodeNetwork().bind(
    { host: "127.0.0.1", port: 0 },
    { ...NOBODY, opened: () => opened.resolve(), failed: ({ message }) => void failed.push(message) },
  );
  const tryBoth = (): void => {
    assert.throws(() => socket.send(5 as never), /^TypeError: Cannot send 5 as a datagram: give bytes, a Uint8Array$/);
    socket.send(new Uint8Array(3), { address: "127.0.0.1", port: 70_000 });
  };
  tryBoth();
  await opened.promise;
  tryBoth();
  while (failed.length < 2) await new Promise(setImmediate);
  for (const message of failed) assert.match(message, /^Cannot send 3 bytes to 127\.0\.0\.1:70000: /);
  socket.close();
});

const NOBODY: DatagramEvents = { opened() {}, received() {}, drained() {}, failed() {}, closed() {} };
