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
  await assert.rejects(drive(IcecastMount(mounts, "/admin/")), /Cannot play at "\/admin\/"/);
});
