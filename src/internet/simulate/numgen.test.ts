// SPDX-License-Identifier: Apache-2.0
// The same losses as those of another program: Linux's firewall, in a network namespace of its own.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { drive } from "../../testing/index.ts";
import { without } from "../parts.ts";
import { assertChiSquare, assertShare, geometric, histogram, runs } from "./parts.ts";
import { Throwaway } from "./Throwaway.ts";

/** The firewall has no seed: the test may fail once in so many runs. */
const CHANCE = 1e-6;

const RULES = `ip link set lo up
nft add table inet lossy
nft add chain inet lossy input '{ type filter hook input priority 0; }'
nft add rule inet lossy input udp dport 5000 numgen random mod 10 0 drop
exec "$0" "$1"`;

const namespaces = (): string | false =>
  spawnSync("unshare", ["-n", "true"]).status === 0 ? false : "needs the right to make a network namespace";

test(
  "Throwaway() loses as nftables does: the same share, in the same bursts (chi-square, p > 0.000001 each)",
  { skip: without("nft") || namespaces() },
  async () => {
    const program = join(import.meta.dirname, "numgen", "parts.ts");
    const { stdout, stderr } = spawnSync("unshare", ["-n", "sh", "-ec", RULES, process.execPath, program], { encoding: "utf8" });
    assert.ok(stdout.startsWith("{"), stderr);
    const real: { count: number; lost: number; bursts: number[] } = JSON.parse(stdout);
    const sent = Array.from({ length: real.count }, (_, i) => i);
    const there = new Set((await drive(Throwaway<number>({ probability: 0.1, seed: 1 }), { inbox: sent })).outbox);
    const ours = { lost: real.count - there.size, bursts: runs(sent.map((i) => !there.has(i))) };
    for (const { lost, bursts } of [real, ours]) {
      assertShare("lost", lost, real.count, 0.1, CHANCE);
      assertChiSquare("bursts", histogram(bursts, 5), geometric(0.1, 5), CHANCE);
    }
  },
);
