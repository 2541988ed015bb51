// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { test } from "node:test";
import { serve, systemOf } from "../internet/parts.ts";
import { SimpleVideoCookieServer } from "./SimpleVideoCookieServer.ts";

const clips = [1, 2, 3].map((fill) => new Uint8Array(500).fill(fill));

test("SimpleVideoCookieServer() shows each client a clip, and closes the connection at its end", async (t) => {
  const { port } = await serve(systemOf(t), SimpleVideoCookieServer({ port: 0, host: "127.0.0.1", clips, rate: 80_000 }));
  const films = Array.from({ length: 5 }, async () => {
    const socket = connect(port, "127.0.0.1");
    const pieces: Buffer[] = [];
    socket.on("data", (bytes) => pieces.push(bytes));
    await once(socket, "close");
    return new Uint8Array(Buffer.concat(pieces));
  });
  for (const film of await Promise.all(films))
    assert.ok(
      clips.some((clip) => Buffer.compare(clip, film) === 0),
      String(film.length),
    );
});
test("SimpleVideoCookieServer() refuses what a film cannot be, where it is made", () => {
  assert.throws(() => SimpleVideoCookieServer({ rate: 0 }), RangeError);
  assert.throws(() => SimpleVideoCookieServer({ port: 1.5 }), RangeError);
});
