// SPDX-License-Identifier: Apache-2.0
// The real network over cables: with MTUs, fragments, neighbours and losses, which loopback has not.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { ADDRESSES, inNetwork, shell } from "../namespaces/parts.ts";
import { NodeNetwork } from "../NodeNetwork.ts";
import { datagramsConform, type Hosts, streamsConform } from "./parts.ts";

inNetwork(import.meta.filename, "NodeNetwork conforms over cables between network namespaces", () => {
  const network = new NodeNetwork();
  const over = ([oneAddress, otherAddress]: readonly [string, string]): (() => Hosts) => {
    const interfaces = oneAddress.includes(":") ? { oneInterface: "::%one", otherInterface: "::%other" } : {};
    return () => ({ one: network, other: network, oneAddress, otherAddress, ...interfaces });
  };
  streamsConform("NodeNetwork over a cable", over(ADDRESSES.four));
  streamsConform("NodeNetwork over a cable, with IPv6,", over(ADDRESSES.six));
  datagramsConform("NodeNetwork over a cable", over(ADDRESSES.four));
  datagramsConform("NodeNetwork over a cable, with IPv6,", over(ADDRESSES.six));

  test("all that went over the cables, and not past them", () => {
    const lines = readFileSync("/proc/net/dev", "utf8").split("\n");
    for (const name of ["one", "other"]) {
      const line = lines.find((text) => text.trim().startsWith(`${name}:`)) ?? "";
      const [received = 0, , , , , , , , sent = 0] = line.split(":")[1]!.trim().split(/\s+/).map(Number);
      assert.ok(received + sent > 1_000_000, line);
    }
  });

  test("from here on, one packet of a hundred is lost", () => {
    shell("nft add rule inet faults input iifname { one, other } numgen random mod 100 0 drop");
  });
  streamsConform("NodeNetwork over a cable that loses 1 %", over(ADDRESSES.four));
});
