// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { drive } from "../../testing/index.ts";
import { IcecastMount } from "./IcecastMount.ts";
import { IcecastMounts } from "./IcecastMounts.ts";

test("IcecastMount() plays what comes, and lets go of the mount at its end", async () => {
  const mounts = new IcecastMounts();
  await drive(IcecastMount(mounts, "/live", { name: "Radio" }), { inbox: [Buffer.from("a"), Buffer.from("bc")], metadata: ["One"] });
  const [mount] = mounts.statistics().mounts;
  assert.deepEqual([mount!.received, mount!.source, mount!.options.name, mounts.title("/live")], [3, undefined, "Radio", ""]);
});
test("IcecastMount() fails when somebody plays there already, and where nobody can", async () => {
  const mounts = new IcecastMounts();
  mounts.begin("/live", { peer: undefined, agent: undefined, since: 0 }, {});
  await assert.rejects(drive(IcecastMount(mounts, "/live")), /Cannot send to \/live: somebody does already/);
});

test("IcecastMount() refuses what cannot be a mount, and what cannot be said of it, when it is made", () => {
  const mounts = new IcecastMounts();
  for (const path of ["radio", "", "/", "/admin/", "/a b", "/live.m3u", "/a\r\nb"])
    assert.throws(() => IcecastMount(mounts, path), { name: "RangeError", message: /^Cannot play at / });
  for (const options of [{ burstSize: -1 }, { queueSize: NaN }, { maxListeners: -1 }, { bitrate: -1 }, { fallback: "music" }]) {
    assert.throws(() => IcecastMount(mounts, "/live", options), RangeError, JSON.stringify(options));
    assert.throws(() => new IcecastMounts({ mounts: { "/live": options } }), RangeError, JSON.stringify(options));
  }
  for (const options of [
    { contenttype: "audio/mpeg\r\nX: y" },
    { contenttype: "" },
    { name: "a\nb" },
    { genre: "\0" },
    { url: "http://a\r\n" },
  ]) {
    assert.throws(() => IcecastMount(mounts, "/live", options), TypeError, JSON.stringify(options));
    assert.throws(() => new IcecastMounts({ mounts: { "/live": options } }), TypeError, JSON.stringify(options));
  }
  IcecastMount(mounts, "/live", {
    burstSize: 0,
    queueSize: 0,
    bitrate: 128,
    name: "Größe €",
    contenttype: "audio/ogg; codecs=opus",
    fallback: "/b",
  });
});
