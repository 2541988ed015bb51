// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";
import { decodeSamples } from "../audio/index.ts";
import { producerFinished, shutdownMicroprocess } from "../axon/index.ts";
import { SimpleServer } from "../internet/index.ts";
import { serve, systemOf, without } from "../internet/parts.ts";
import { drive, VirtualClock } from "../testing/index.ts";
import { AudioCookieProtocol } from "./AudioCookieProtocol.ts";

const clip = new Uint8Array(1190).map((_, n) => n);

test("AudioCookieProtocol() sends 25 pieces of 476 bytes a second, then ends (the original never did)", async () => {
  const clock = new VirtualClock();
  const { outbox, signal } = await drive(AudioCookieProtocol({ clips: [clip] }), {}, { clock, shutdown: false });
  assert.deepEqual(
    outbox.map(({ length }) => length),
    [476, 476, 238],
  );
  assert.deepEqual([new Uint8Array(Buffer.concat(outbox)), clock.now(), signal], [clip, 120, [producerFinished()]]);
});
test("AudioCookieProtocol() plays tunes of its own: two seconds, audible, another one for another seed", async () => {
  const tune = async (seed: number): Promise<Buffer> => Buffer.concat((await drive(AudioCookieProtocol(), {}, { seed })).outbox);
  const [one, again, other] = [await tune(1), await tune(1), await tune(2)];
  const samples = decodeSamples(one, "S16_LE");
  assert.equal(samples.length, 8 * Math.round(5950 / 4));
  assert.ok(Math.max(...samples) > 0.3 && Math.max(...samples) <= 0.5);
  assert.ok(one.equals(again) && !one.equals(other));
});
test("AudioCookieProtocol({ texts }) speaks one of them", { skip: without("espeak-ng") }, async () => {
  const { outbox, signal } = await drive(AudioCookieProtocol({ texts: ["hello"] }), {}, { shutdown: false });
  const samples = decodeSamples(Buffer.concat(outbox), "S16_LE");
  assert.ok(samples.length > 2000 && Math.max(...samples) > 0.1, `${samples.length} samples`);
  assert.deepEqual(signal, [producerFinished()]);
});
test("AudioCookieProtocol({ texts }) plays a tune where there is nobody to speak", async (t) => {
  const path = process.env["PATH"];
  t.after(() => (process.env["PATH"] = path));
  process.env["PATH"] = "";
  const { outbox } = await drive(AudioCookieProtocol({ texts: ["hello"] }), {}, { shutdown: false });
  assert.equal(Buffer.concat(outbox).length, 16 * Math.round(5950 / 4));
});
test(
  "AudioCookieProtocol() plays to aplay and to ffplay",
  { skip: without("aplay") || without("ffplay") || without("ncat") },
  async (t) => {
    const { port } = await serve(systemOf(t), SimpleServer({ port: 0, protocol: () => AudioCookieProtocol({ clips: [clip] }) }));
    const players = [
      "aplay -q -D null -t raw -f S16_LE -r 5950 -",
      "ffplay -hide_banner -loglevel error -nodisp -autoexit -f s16le -ar 5950 -i -",
    ];
    for (const player of players) {
      const { stderr } = await promisify(execFile)("sh", ["-c", `ncat --recv-only 127.0.0.1 ${port} | SDL_AUDIODRIVER=dummy ${player}`]);
      assert.equal(stderr, "", player);
    }
  },
);
test("AudioCookieProtocol() stops at once when it is told to", async () => {
  const clock = new VirtualClock({ auto: false });
  const component = AudioCookieProtocol({ clips: [clip] });
  const driven = drive(component, {}, { clock, shutdown: false });
  while (component.outboxes.outbox.sent === 0) await new Promise(setImmediate);
  component.stop();
  assert.deepEqual([(await driven).outbox.length, (await driven).signal], [1, [shutdownMicroprocess()]]);
});
test("AudioCookieProtocol() plays to ncat over a real connection, and closes it at the end", { skip: without("ncat") }, async (t) => {
  const protocol = () => AudioCookieProtocol({ clips: [clip] });
  const { port } = await serve(systemOf(t), SimpleServer({ port: 0, protocol }));
  const { stdout } = await promisify(execFile)("ncat", ["--recv-only", "127.0.0.1", String(port)], { encoding: "buffer" });
  assert.deepEqual(new Uint8Array(stdout), clip);
});
test("AudioCookieProtocol() refuses rates at which nothing would ever come, and no clips", () => {
  for (const options of [{ rate: 0 }, { chunkRate: -1 }, { clips: [] }, { texts: [] }])
    assert.throws(() => AudioCookieProtocol(options), RangeError);
});
