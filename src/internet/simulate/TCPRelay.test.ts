// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { Pipeline } from "../../chassis/index.ts";
import { EchoProtocol } from "../../protocol/index.ts";
import { drive, Feed, ToList } from "../../testing/index.ts";
import { SimpleServer, TCPClient } from "../index.ts";
import { client, fateOf, plainServer, program, serve, systemOf, textOf, without } from "../parts.ts";
import { star } from "./shapes.ts";
import { SimulatedNetwork } from "./SimulatedNetwork.ts";
import { TCPRelay, type TCPRelayFaults } from "./TCPRelay.ts";

/** How an echo over a relay goes on a simulated network, where time is exact. */
async function echo(
  faults: TCPRelayFaults,
  blocks: readonly Uint8Array[],
): Promise<{ back: Buffer; time: number; pieces: number; error: unknown }> {
  const network = new SimulatedNetwork(star(["client", "relay", "server"], { delay: 0.5 }), { tcp: { delayedAck: 0 } });
  network.host("server").system.activate(SimpleServer({ host: "0.0.0.0", port: 80, protocol: EchoProtocol }));
  const target = { address: network.host("server").address, port: 80 };
  network.host("relay").system.activate(TCPRelay({ host: "0.0.0.0", port: 81, target, ...faults }));
  await network.advance(10);
  const start = network.clock.now();
  const inputs = { inbox: blocks };
  const tcp = TCPClient({ host: "relay", port: 81 });
  const outputs = await drive(tcp, inputs, { clock: network.clock, network: network.host("client") });
  const time = network.clock.now() - start;
  return { back: Buffer.concat(outputs.outbox), time, pieces: outputs.outbox.length, error: outputs.signal[0]?.message };
}

const HELLO = [Buffer.from("hello, relay")];

test("TCPRelay() carries a megabyte between two programs and back, over real loopback", async (t) => {
  const { port: target } = await plainServer(t, (socket) => socket.pipe(socket));
  const { port } = await serve(
    systemOf(t),
    TCPRelay({ target: { address: "127.0.0.1", port: target }, there: { delay: 5 }, back: { slice: 1000 } }),
  );
  const socket = await client(t, { address: "127.0.0.1", port });
  const text = "a line of text\n".repeat(70_000);
  socket.end(text);
  assert.equal(await textOf(socket), text);
});

test("TCPRelay() stands between other people's programs", { skip: without("socat") }, async (t) => {
  const { port: target } = await plainServer(t, (socket) => socket.pipe(socket));
  const { port } = await serve(systemOf(t), TCPRelay({ target: { address: "127.0.0.1", port: target }, there: { rate: 50e6 } }));
  const text = "from socat, and back\n".repeat(10_000);
  const { output, code } = await program(["socat", "-t5", "-", `TCP:127.0.0.1:${port}`], text);
  assert.deepEqual([output === text, code], [true, 0]);
});

test("TCPRelay() adds its delay, and lets bytes pass at its rate", async () => {
  const plain = await echo({}, HELLO);
  const late = await echo({ there: { delay: 100 }, back: { delay: 50 } }, HELLO);
  assert.equal(late.back.toString(), "hello, relay");
  assert.ok(late.time - plain.time >= 150 && late.time - plain.time < 320, `${late.time - plain.time} ms more`); // the ends are late, too
  const thin = await echo({ there: { rate: 1e6 } }, [new Uint8Array(125_000)]);
  assert.equal(thin.back.length, 125_000);
  assert.ok(thin.time > 1000 && thin.time < 1100, `${thin.time} ms for a second's worth of bytes`);
});

test("TCPRelay() cuts bytes into slices", async () => {
  const { back, pieces } = await echo({ back: { slice: 3, delay: 1 } }, HELLO);
  assert.deepEqual([back.toString(), pieces], ["hello, relay", 4]);
});

test("TCPRelay() keeps back the end", async () => {
  const plain = await echo({}, HELLO);
  const late = await echo({ back: { slowClose: 5000 } }, HELLO);
  assert.equal(Math.round((late.time - plain.time) / 1000), 5);
});

test("TCPRelay() resets after so many bytes", async () => {
  const { back, error } = await echo({ back: { resetAfter: 5 } }, HELLO);
  assert.ok(back.length <= 5);
  assert.match(String(error), /ECONNRESET/);
});

test("TCPRelay() lets nothing pass while it is down, and is changed while it runs", async () => {
  const network = new SimulatedNetwork(star(["client", "relay", "server"], { delay: 1 }));
  network.host("server").system.activate(SimpleServer({ host: "0.0.0.0", port: 80, protocol: EchoProtocol }));
  const relay = TCPRelay({ host: "0.0.0.0", port: 81, target: { address: "server", port: 80 }, there: { down: true } });
  network.host("relay").system.activate(relay);
  const back: Uint8Array[] = [];
  const run = network.host("client").system.run(Pipeline(Feed(HELLO), TCPClient({ host: "relay", port: 81 }), ToList(back)));
  await network.advance(1000);
  assert.equal(back.length, 0);
  relay.inboxes.inbox.deliver({ there: { down: false } });
  await run;
  assert.equal(Buffer.concat(back).toString(), "hello, relay"); // a stream has no holes
});

test(
  "TCPRelay() makes the network between other people's programs bad: late, thin, closed late, cut off",
  { skip: without("socat") },
  async (t) => {
    const { port: target } = await plainServer(t, (socket) => socket.pipe(socket));
    const system = systemOf(t);
    const relay = TCPRelay({ target: { address: "127.0.0.1", port: target } });
    const { port } = await serve(system, relay);
    const timed = async (faults: TCPRelayFaults, text: string): Promise<{ output: string; code: number | null; time: number }> => {
      relay.inboxes.inbox.deliver(faults);
      await new Promise(setImmediate);
      const start = performance.now();
      return { ...(await program(["socat", "-t5", "-", `TCP:127.0.0.1:${port}`], text)), time: performance.now() - start };
    };
    const plain = await timed({}, "hello");
    assert.equal(plain.output, "hello");
    const late = await timed({ there: { delay: 100 }, back: { delay: 100, slice: 1 } }, "hello");
    assert.equal(late.output, "hello");
    assert.ok(late.time > 200, `${late.time} ms`);
    const thin = await timed({ there: { delay: 0, rate: 800_000 }, back: { delay: 0, slice: 1e6 } }, "x".repeat(30_000));
    assert.equal(thin.output.length, 30_000);
    assert.ok(thin.time > 300, `${thin.time} ms for 30 kB at 100 kB/s`);
    const closed = await timed({ there: { rate: 1e9 }, back: { slowClose: 300 } }, "hello");
    assert.equal(closed.output, "hello");
    assert.ok(closed.time > 300, `${closed.time} ms`);
    const cut = await timed({ back: { slowClose: 0, resetAfter: 100 } }, "x".repeat(30_000));
    assert.ok(cut.output.length <= 100, `${cut.output.length} bytes`); // what was not read yet is lost with a reset
  },
);

test("TCPRelay() keeps bytes in order by the real clock, too, whose timers are a millisecond coarse", async (t) => {
  const { port: target } = await plainServer(t, (socket) => socket.pipe(socket));
  const faults = { delay: 3, jitter: 2, rate: 50e6, slice: 700 };
  const { port } = await serve(systemOf(t), TCPRelay({ target: { address: "127.0.0.1", port: target }, there: faults, back: faults }));
  const socket = await client(t, { address: "127.0.0.1", port });
  const bytes = Buffer.from(randomBytes(150_000).toString("hex"));
  const back = textOf(socket);
  for (let at = 0; at < bytes.length; at += 3000) {
    socket.write(bytes.subarray(at, at + 3000));
    if (at % 30_000 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  }
  socket.end();
  assert.ok((await back) === bytes.toString());
});

test("TCPRelay() holds who sends to one who does not read: memory stays flat", async (t) => {
  const { port: target } = await plainServer(t, (socket) => socket.pause());
  const { port } = await serve(systemOf(t), TCPRelay({ target: { address: "127.0.0.1", port: target } }));
  const socket = await client(t, { address: "127.0.0.1", port });
  const block = Buffer.alloc(1 << 20);
  let taken = 0;
  for (let i = 0; i < 200; i++) {
    if (!socket.write(block))
      await Promise.race([new Promise((resolve) => socket.once("drain", resolve)), new Promise((resolve) => setTimeout(resolve, 200))]);
    if (socket.writableLength > 0) break;
    taken++;
  }
  assert.ok(taken < 100, `${taken} MiB were taken for one who does not read`);
});

test("TCPRelay() cuts its connections when it is stopped, and resets those whose target is not there", async (t) => {
  const { port: target } = await plainServer(t, (socket) => socket.pipe(socket));
  const system = systemOf(t);
  const relay = TCPRelay({ target: { address: "127.0.0.1", port: target } });
  const { port } = await serve(system, relay);
  const socket = await client(t, { address: "127.0.0.1", port });
  socket.write("x");
  await new Promise((resolve) => socket.once("data", resolve));
  const fate = fateOf(socket);
  relay.stop();
  assert.equal(await fate, "ECONNRESET");
  const { error } = await echo({ there: { resetAfter: 0 } }, HELLO);
  assert.match(String(error), /ECONNRESET/);
});

test("TCPRelay() refuses what there cannot be", () => {
  const target = { address: "127.0.0.1", port: 80 };
  assert.throws(() => TCPRelay({ target, there: { slice: 0 } }), /Cannot cut bytes into slices of 0/);
  assert.throws(() => TCPRelay({ target, back: { rate: -1 } }), RangeError);
  assert.throws(() => TCPRelay({ target, back: { resetAfter: -1 } }), RangeError);
  assert.throws(() => TCPRelay({ target: { address: "127.0.0.1", port: 80_000 } }), RangeError);
});

test("TCPRelay() pauses between slices, so that a real network does not put them together again", async (t) => {
  const { port: target } = await plainServer(t, (socket) => socket.pipe(socket));
  const { port } = await serve(systemOf(t), TCPRelay({ target: { address: "127.0.0.1", port: target }, back: { slice: 100 } }));
  const socket = await client(t, { address: "127.0.0.1", port });
  const sizes: number[] = [];
  socket.on("data", (bytes) => sizes.push(bytes.length));
  socket.end(Buffer.alloc(20_000));
  await new Promise((resolve) => socket.once("close", resolve));
  assert.equal(
    sizes.reduce((sum, size) => sum + size, 0),
    20_000,
  );
  assert.ok(sizes.length >= 100, `20,000 bytes came in ${sizes.length} pieces of ${sizes.slice(0, 10).join()} …`);
});

test("TCPRelay() pauses between slices for as long as it is told, and not before the end", async () => {
  const times: number[] = [];
  for (const slicePause of [0, 1, 100]) {
    const { back, time } = await echo({ back: { slice: 3, slicePause } }, HELLO);
    assert.equal(back.toString(), "hello, relay");
    times.push(Math.round(time));
  }
  const [none = 0, one = 0, hundred = 0] = times;
  assert.deepEqual([one - none, hundred - none], [3, 300]); // between four slices are three pauses
});

test("TCPRelay() says what is missing, and what is no fault of a stream", () => {
  const target = { address: "127.0.0.1", port: 80 };
  const missing = /^TypeError: Cannot relay: there is no target; give target: \{ address: "127.0.0.1", port: 8080 \}$/;
  assert.throws(() => TCPRelay({} as never), missing);
  assert.throws(() => TCPRelay(undefined as never), missing);
  assert.throws(() => TCPRelay({ target: { port: 80 } } as never), missing);
  assert.throws(() => TCPRelay({ target: { address: "a" } } as never), /Cannot relay to a:undefined: undefined is no port/);
  assert.throws(
    () => TCPRelay({ target, there: { loss: 0.1 } as never }),
    /Cannot relay so badly: it has "loss", which is none of delay, jitter, rate, /,
  );
  assert.throws(() => TCPRelay({ target, back: { slice: 10, slicePause: -1 } }), /Cannot pause for -1 ms between slices/);
});
