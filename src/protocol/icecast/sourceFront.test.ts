// SPDX-License-Identifier: Apache-2.0
// Sources of SHOUTcast 1, and of old.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ask, dial, raw, until } from "../http/parts.ts";
import { IcecastMounts } from "./IcecastMounts.ts";
import { station, untilSo } from "./parts.ts";

const timeout = 60_000;
const streamsOf = (): IcecastMounts => new IcecastMounts({ sourcePassword: "hackme" });
const HEAD = "icy-name:Röck\r\nicy-genre: Noise\r\nicy-br:64\r\nicy-pub:1\r\ncontent-type:audio/aacp\r\nx-evil: 1\r\n\r\n";

test(
  "IcecastServer() takes sources of SHOUTcast: the password, then what they are, then sound, wherever it is cut",
  { timeout },
  async (t) => {
    const said = raw(`hackme\r\n${HEAD}sound`);
    for (const cut of [1, 6, 7, 8, 9, 20, said.length - 6, said.length - 3, said.length]) {
      const streams = streamsOf();
      const { at } = await station(t, { streams });
      const socket = await dial(t, at);
      const caps = until(socket, "OK2\r\nicy-caps:11\r\n\r\n");
      socket.write(said.subarray(0, cut));
      await new Promise((resolve) => setTimeout(resolve, 2));
      socket.write(said.subarray(cut));
      assert.equal(await caps, "OK2\r\nicy-caps:11\r\n\r\n");
      await untilSo(() => streams.statistics().mounts[0]?.received === 5);
      const [mount] = streams.statistics().mounts;
      assert.deepEqual(
        [mount!.path, mount!.contenttype, mount!.options.name, mount!.options.genre, mount!.options.bitrate],
        ["/stream", "audio/aacp", "Röck", "Noise", 64],
      );
      const answer = await fetch(`http://127.0.0.1:${at.port}/admin.cgi?pass=hackme&mode=updinfo&song=A+-+B&url=`);
      assert.deepEqual([answer.status, streams.title("/stream")], [200, "A - B"]);
      const refused = await fetch(`http://127.0.0.1:${at.port}/admin.cgi?pass=wrong&mode=updinfo&song=C`);
      assert.deepEqual([refused.status, streams.title("/stream")], [401, "A - B"]);
      socket.end();
      await untilSo(() => mount!.source === undefined);
    }
  },
);

test(
  "IcecastServer() takes no source of SHOUTcast that does not know the password, or where there is one already",
  { timeout },
  async (t) => {
    const streams = streamsOf();
    const { at, url } = await station(t, { streams });
    for (const wrong of ["hackm", "hackme!", "x".repeat(9000)])
      assert.match(await ask(t, at, `${wrong}\r\n`), /^invalid password\r\n$|^HTTP\/1\.1 4/);
    const first = await dial(t, at);
    first.write(raw(`hackme\r\n${HEAD}sound`));
    await untilSo(() => streams.statistics().mounts[0]?.received === 5);
    assert.equal(await ask(t, at, `hackme\r\n${HEAD}sound`), "OK2\r\nicy-caps:11\r\n\r\n");
    assert.equal(streams.statistics().mounts[0]!.received, 5);
    assert.match(await (await fetch(`${url}/status-json.xsl`)).text(), /R.*ck/);
    const open = await station(t, { streams: new IcecastMounts() });
    assert.match(await ask(t, open.at, `hackme\r\n${HEAD}sound`), /^HTTP\/1\.1 400 /);
    assert.throws(() => new IcecastMounts({ shoutcastMount: "stream" }), RangeError);
  },
);

test("IcecastServer() takes sources that call their protocol ICE", { timeout }, async (t) => {
  const streams = streamsOf();
  const { at } = await station(t, { streams });
  const socket = await dial(t, at);
  const authorization = `Basic ${Buffer.from("source:hackme").toString("base64")}`;
  const answer = until(socket, "200 OK");
  socket.write(`SOURCE /old ICE/1.0\r\nAuthorization: ${authorization}\r\nice-name: Old\r\ncontent-type: audio/mpeg\r\n\r\nsound`);
  assert.match(await answer, /^HTTP\/1\.[01] 200 OK/);
  await untilSo(() => streams.statistics().mounts[0]?.received === 5);
  assert.equal(streams.statistics().mounts[0]!.options.name, "Old");
  assert.match(await ask(t, at, "SOURCE /old ICE/1.0\r\nAuthorization: Basic x\r\n\r\n"), /^HTTP\/1\.1 401 /);
});
