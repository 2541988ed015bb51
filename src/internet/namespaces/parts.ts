// SPDX-License-Identifier: Apache-2.0
// A network of its own for tests, with real cables: a test file that runs itself again, in a network namespace.
import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { test, type TestContext } from "node:test";
import { without } from "../parts.ts";

/** Says to a test file that it has the network. */
const HERE = "KAMAELIA_TEST_NETWORK";

/** Says to the shell which process keeps the namespace of the switch. */
const AWAY = "KAMAELIA_TEST_SWITCH";

/** `plug` makes an interface on a cable to the switch: its name, its number, and the number of the other one. */
const PLUG = `
  plug() {
    ip link add $1 type veth peer name at-$1
    ip link set at-$1 netns $${AWAY}
    nsenter -t $${AWAY} -n ip link set at-$1 master switch up
    ip link set $1 address 02:00:00:00:00:0$2 up
    echo 1 > /proc/sys/net/ipv4/conf/$1/accept_local
    echo 0 > /proc/sys/net/ipv4/conf/$1/rp_filter
    ip address add 10.7.0.$2/24 broadcast 10.7.0.255 dev $1
    ip address add fd07::$2/64 dev $1 nodad
    ip neighbour replace 10.7.0.$3 lladdr 02:00:00:00:00:0$3 dev $1 nud permanent
    ip neighbour replace fd07::$3 lladdr 02:00:00:00:00:0$3 dev $1 nud permanent
    ip route replace 10.7.0.$3 dev $1 src 10.7.0.$2 table 10$3
    ip route replace fd07::$3 dev $1 src fd07::$2 table 10$3
  }`;

/**
 * Two network interfaces, "one" and "other", each on a cable to a switch, which is in another namespace, and a host itself. What goes from one address to the
 * other leaves by its interface, and arrives at the other one, although both belong to the same machine: its table of local addresses is asked only about what
 * has arrived. So one process can be both hosts.
 */
const NETWORK = `
  ip link set lo up
  unshare -n sleep 100 & export ${AWAY}=$!
  trap 'kill $${AWAY}' EXIT
  while [ "$(readlink /proc/$${AWAY}/ns/net)" = "$(readlink /proc/$$/ns/net)" ]; do sleep 0.01; done
  nsenter -t $${AWAY} -n ip link add switch type bridge mcast_snooping 0
  nsenter -t $${AWAY} -n ip link set switch address 02:00:00:00:00:03 up
  nsenter -t $${AWAY} -n ip link set lo up
  nsenter -t $${AWAY} -n ip address add 10.7.0.3/24 dev switch
  nsenter -t $${AWAY} -n ip address add fd07::3/64 dev switch nodad
  ${PLUG}
  echo 0 > /proc/sys/net/ipv4/conf/all/rp_filter
  for kind in -4 -6; do
    ip $kind rule add preference 1 iif one lookup local
    ip $kind rule add preference 2 iif other lookup local
    ip $kind rule add preference 100 lookup local
    ip $kind rule delete preference 0
  done
  ip -4 rule add preference 11 to 10.7.0.2 lookup 102
  ip -4 rule add preference 12 to 10.7.0.1 lookup 101
  ip -6 rule add preference 11 to fd07::2 lookup 102
  ip -6 rule add preference 12 to fd07::1 lookup 101
  plug one 1 2
  plug other 2 1
  nft add table inet faults
  nft add chain inet faults input '{ type filter hook input priority 0; }'
  nft add chain inet faults arrived '{ type filter hook prerouting priority 0; }'
  echo ready
  set +e
  "$0" "$@"
`;

/** Their addresses, and that of the switch. @internal */
export const ADDRESSES = { four: ["10.7.0.1", "10.7.0.2"], six: ["fd07::1", "fd07::2"], away: "10.7.0.3" } as const;

const unshare: readonly string[] = ["--net", ...(process.getuid?.() === 0 ? [] : ["--map-root-user"])];

/** For the `skip` of a test. */
const skip = ["ip", "nft", "unshare", "nsenter", "socat"].map(without).find((reason) => reason !== false) ?? right();

function right(): string | false {
  return spawnSync("unshare", [...unshare, "true"]).status === 0 ? false : "needs the right to make a network namespace";
}

/**
 * Runs the tests of a file in a network of its own. Each of them is a part of the test that is seen from outside.
 *
 * @param file `import.meta.filename`
 * @internal
 */
export function inNetwork(file: string, name: string, tests: () => void): void {
  if (process.env[HERE] === file) return tests();
  test(name, { skip }, async (t) => {
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    const words = [...unshare, "sh", "-ec", NETWORK, process.execPath, "--test-reporter=tap", "--test-timeout=20000", file];
    const { stdout, stderr } = spawnSync("unshare", words, { env: { ...env, [HERE]: file }, encoding: "utf8", timeout: 100_000 });
    if (!stdout.startsWith("ready")) return t.skip(`needs network namespaces, bridges, virtual cables and nftables: ${stderr}`);
    const results = stdout.split(/^(?=(?:not )?ok \d+ - )/m).slice(1);
    assert.ok(results.length > 0, `${stdout}\n${stderr}`);
    for (const result of results) {
      const [line = ""] = result.split("\n", 1);
      const { passed, what = "" } = /^(?<passed>ok )?.*?\d+ - (?<what>.*)$/.exec(line)?.groups ?? {};
      await t.test(what, () => assert.ok(passed !== undefined, `${result}\n${stderr}`));
    }
  });
}

/** Runs commands of the shell in the network, and gives what they print. `plug one 1 2` puts a cable back. @internal */
export function shell(commands: string): string {
  return execFileSync("sh", ["-ec", `${PLUG}\n${commands}`], { encoding: "utf8" });
}

/** Counts packets that arrive, from now on. @param which what nft is to match @internal */
export function counter(name: string, which: string): () => number {
  shell(`nft add counter inet faults ${name}; nft add rule inet faults arrived ${which} counter name ${name}`);
  return () => Number(/packets (\d+)/.exec(shell(`nft list counter inet faults ${name}`))?.[1]);
}

/** For a while, packets that arrive are treated as nft is told to: dropped, rejected … @internal */
export async function whileRule(rule: string, what: () => Promise<void>): Promise<void> {
  const handle = /# handle (\d+)/.exec(shell(`nft -ae add rule inet faults input ${rule}`))?.[1];
  try {
    await what();
  } finally {
    shell(`nft delete rule inet faults input handle ${handle}`);
  }
}

/** Starts a program in the namespace of the switch. @internal */
export function spawnAway(t: TestContext, command: string, ...words: string[]): ChildProcess {
  const child = spawn("nsenter", ["-t", process.env[AWAY] ?? "", "-n", command, ...words], { stdio: ["pipe", "pipe", "pipe"] });
  t.after(() => child.kill("SIGKILL"));
  return child;
}
