// SPDX-License-Identifier: Apache-2.0
// Who is idle, and who is only slow.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Component, component, sleep, tap as look, type Timer } from "../axon/index.ts";
import { Graphline } from "../chassis/index.ts";
import { Echo, VirtualClock } from "../testing/index.ts";
import { bytesOf, client, fateOf, serve, systemOf, tap } from "./parts.ts";
import { ServerCore } from "./ServerCore.ts";
import { SimpleServer } from "./SimpleServer.ts";
import { SimulatedNetwork, star } from "./simulate/index.ts";
import { TCPClient } from "./TCPClient.ts";

const HOUR = 3_600_000;

/** A clock whose machine can sleep: what was due meanwhile is called afterwards, and sees how late it is. */
class SleepyClock extends VirtualClock {
  #woken: number | undefined;

  override now(): number {
    return this.#woken ?? super.now();
  }

  override setTimer(callback: () => void, delay: number): Timer {
    return super.setTimer(callback, this.now() - super.now() + delay);
  }

  suspend(milliseconds: number): void {
    this.#woken = super.now() + milliseconds;
    this.advance(milliseconds);
    this.#woken = undefined;
  }
}

/** Says a byte so many times, at this pace, and then only keeps what it hears. */
function Trickle(times: number, pace: number, heard: Uint8Array[]): Component<{ inbox: Uint8Array }, { outbox: Uint8Array }> {
  return component(Trickle, {
    inboxes: { inbox: "bytes" },
    outboxes: { outbox: "bytes" },
    *main({ inbox }, { outbox }) {
      for (let i = 0; i < times; i++) {
        outbox.send(Uint8Array.of(i));
        yield sleep(pace);
      }
      while (yield inbox) for (const bytes of inbox) heard.push(bytes);
    },
  });
}

test("after an hour's sleep of the machine idle connections are closed once, and a server serves those that come as ever", async (t) => {
  const clock = new SleepyClock({ auto: false });
  const system = systemOf(t, { clock });
  const server = ServerCore({ port: 0, idleTimeout: 60_000, protocol: () => Echo() });
  const [failures, refused] = [tap(system, server.outboxes.failures), tap(system, server.outboxes.refused)];
  const at = await serve(system, server);
  const two = [await client(t, at), await client(t, at)];
  for (const socket of two) {
    socket.write("before");
    await bytesOf(socket, 6);
  }
  const ours = TCPClient({ host: at.address, port: at.port, idleTimeout: 90_000 });
  const [signals, echoed] = [tap(system, ours.outboxes.signal), tap(system, ours.outboxes.outbox)];
  ours.inboxes.inbox.deliver(Buffer.from("ours"));
  system.activate(ours);
  await echoed.next();
  clock.suspend(HOUR);
  for (const socket of two) assert.equal(await fateOf(socket.resume()), "ECONNRESET");
  assert.match(String((await signals.next()).message), /nothing came or went for 90000 ms$/);
  const later = await client(t, at);
  for (let i = 0; i < 3; i++) {
    later.write("after");
    assert.equal(String(await bytesOf(later, 5)), "after");
    clock.advance(59_000);
  }
  assert.equal(later.readyState, "open");
  assert.deepEqual([signals.list.length, failures.list, refused.list, server.isStopped], [1, [], [], false]);
});

for (const who of ["server", "client"])
  test(`a ${who} that says a byte just often enough keeps its connection, and loses it when that ends`, async () => {
    const network = new SimulatedNetwork(star(["server", "client"], { delay: 10 }));
    const heard: Uint8Array[] = [];
    const trickle = (name: string): ReturnType<typeof Trickle> => Trickle(name === who ? 100 : 0, 990, heard);
    const where = { port: 1500, idleTimeout: 1000 };
    network.host("server").system.activate(SimpleServer({ ...where, host: "0.0.0.0", protocol: () => trickle("server") }));
    const one = TCPClient({ ...where, host: "server" });
    const ends: number[] = [];
    look(one.outboxes.signal, () => ends.push(network.clock.now()));
    const other = trickle("client");
    network.host("client").system.activate(
      Graphline({
        components: { one, other },
        linkages: { "one.outbox": "other.inbox", "other.outbox": "one.inbox", "one.signal": "other.control" },
      }),
    );
    await network.advance(HOUR);
    assert.equal(Buffer.concat(heard).length, 100);
    assert.equal(ends.length, 1);
    assert.ok(ends[0]! >= 99_000 && ends[0]! < 99_200, `${ends[0]}`); // a second after the last of 100
  });
