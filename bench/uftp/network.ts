// SPDX-License-Identifier: Apache-2.0
// A network namespace in which one packet of twenty is lost, and all are counted; a file is sent in it.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { report } from "../lib/measure.ts";

const SIZE = 20_000_000;
const LOSS = 5;

/** The programs get the folder, which has the file "file" and a folder "come"; "$0" is ours, with its arguments. It is over when the file is there. */
const SCRIPT = `
ip link set lo up multicast on
ip route add 224.0.0.0/4 dev lo
nft add table inet lossy
nft add counter inet lossy sent
nft add chain inet lossy output '{ type filter hook output priority 0; }'
nft add rule inet lossy output meta l4proto udp counter name sent
nft add chain inet lossy input '{ type filter hook input priority 0; }'
nft add rule inet lossy input meta l4proto udp numgen random mod 100 \\< ${LOSS} drop
cd "$FOLDER"
head -c ${SIZE} /dev/urandom > file
mkdir come part
RECEIVE & receiver=$!
trap 'kill $receiver' EXIT
for i in $(seq 100); do if grep -qi GROUP /proc/net/igmp; then break; fi; sleep 0.05; done
begun=$(date +%s%N)
SEND > said 2>&1 & sender=$!
for i in $(seq 6000); do if [ -e come/file ]; then break; fi; sleep 0.005; done
echo arrived $(( ($(date +%s%N) - begun) / 1000 ))
wait $sender || cat said >&2
echo ended $(( ($(date +%s%N) - begun) / 1000 ))
cmp file come/file
nft list counter inet lossy sent
`;

/** Two programs, as the shell has them, and the group in which they meet, as /proc/net/igmp has it. */
export interface Programs {
  readonly receive: string;
  readonly send: string;
  readonly group: string;
}

/** Runs them, and reports how long it took until the file was there, or how many bytes were sent for each that the loss demands. */
export function sendFile(row: string, unit: string, { receive, send, group }: Programs): void {
  const missing = ["ip", "nft", "unshare", "uftp"].filter((name) => spawnSync("sh", ["-c", `command -v ${name}`]).status !== 0);
  if (missing.length > 0 || spawnSync("unshare", ["-n", "true"]).status !== 0) {
    console.log(
      JSON.stringify({
        skipped:
          missing.length > 0
            ? `there is no ${missing.join(", ")}; to have this row too: apt-get install uftp nftables iproute2`
            : "needs the right to make a network namespace",
      }),
    );
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), "uftp-"));
  try {
    const script = SCRIPT.replace("RECEIVE", receive).replace("SEND", send).replace("GROUP", group);
    const env = { ...process.env, FOLDER: folder, NODE: process.execPath };
    const { stdout, stderr, status } = spawnSync("unshare", ["-n", "sh", "-ec", script], { env, encoding: "utf8", timeout: 60_000 });
    if (status !== 0) throw new Error(`Cannot measure ${row}: it ended with ${status}\n${stdout}\n${stderr}`);
    const number = (pattern: RegExp): number => Number(pattern.exec(stdout)?.[1]);
    const seconds = number(/arrived (\d+)/) / 1e6;
    const share = (number(/bytes (\d+)/) / SIZE) * (1 - LOSS / 100);
    report({
      work: `uftp-${unit}`,
      row,
      unit: unit === "seconds" ? "s" : "times the need",
      value: unit === "seconds" ? seconds : share,
      also: {
        s: seconds,
        "s until the sender had ended": number(/ended (\d+)/) / 1e6,
        "times the need": share,
        packets: number(/packets (\d+)/),
      },
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
