// SPDX-License-Identifier: Apache-2.0
// A file for everybody: from one to ten over a network that loses a tenth of all packets, and to one more who comes when all is over. The network is simulated.
import { createHash } from "node:crypto";
import { type AnyComponent, type Component, component, sleep } from "kamaelia/axon";
import { Graphline, Pipeline } from "kamaelia/chassis";
import { type MulticastDatagram, Multicast_transceiver } from "kamaelia/internet";
import { SimulatedNetwork, star } from "kamaelia/internet/simulate";
import { ObjectDeframer, ObjectFramer, type ReceivedObject, ReliableMulticast, type Report } from "kamaelia/protocol/multicast";
import { DataSource, PureTransformer } from "kamaelia/util";

const names = ["source", "late", ...Array.from({ length: 10 }, (_, n) => `desk ${n}`)];
const network = new SimulatedNetwork(star(names, { delay: 10, jitter: 2, rate: 100e6, loss: 0.05 }), { seed: 1 }); // twice: out and in
const file = Uint8Array.from({ length: 500_000 }, (_, n) => (n * n) >> 7);

// #region member
/** A member of a group: messages to its inbox come to all others; what they send leaves from its outbox. */
function Member() {
  const group = { remoteAddress: "239.1.2.3", remotePort: 1600, localAddress: "239.1.2.3", localPort: 1600 };
  return Graphline({
    components: {
      MEMBER: ReliableMulticast({ rate: 10e6, groupSize: 10 }),
      NET: Multicast_transceiver(group),
      BYTES: PureTransformer(([, bytes]: MulticastDatagram) => bytes),
    },
    linkages: {
      "self.inbox": "MEMBER.inbox",
      "MEMBER.network": "NET.inbox",
      "NET.outbox": "BYTES.inbox",
      "BYTES.outbox": "MEMBER.packets",
      "MEMBER.outbox": "self.outbox",
      "MEMBER.reports": "self.reports",
    },
  });
}
// #endregion

const come: string[] = [];
const reports = new Map<number, Report>();

// #region desk
/** Receives files, and notes which. */
const Desk = (name: string) => Pipeline(Member(), ObjectDeframer(), Note(name));
// #endregion

/** Notes what comes. */
function Note(name: string): Component<{ inbox: ReceivedObject }, {}> {
  return component(Note, {
    inboxes: { inbox: "objects" },
    *main({ inbox }) {
      while (yield inbox)
        for (const { name: what, bytes } of inbox) come.push(`${name} has ${what}, ${sumOf(bytes) === sumOf(file) ? "whole" : "damaged"}`);
    },
  });
}

/** Notes the last report of each receiver. */
function Statistics(): Component<{ inbox: Report }, {}> {
  return component(Statistics, {
    inboxes: { inbox: "reports" },
    *main({ inbox }) {
      while (yield inbox) for (const report of inbox) reports.set(report.receiver, report);
    },
  });
}

/** Waits, then runs something, or ends. */
function After(ms: number, make?: () => AnyComponent): Component<{}, {}> {
  return component(After, {
    *main(_, __, self) {
      if ((yield sleep(ms)) && make !== undefined) self.system.activate(make());
    },
  });
}

function sumOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

// #region run
const source = Member();
const feed = Pipeline(DataSource([{ name: "plan.txt", bytes: file }]), ObjectFramer());
const statistics = Statistics();
source.link(feed.outboxes.outbox, source.inboxes.inbox);
source.link(source.outboxes.reports, statistics.inboxes.inbox);
for (const name of names.slice(2)) network.host(name).system.activate(Desk(name));
for (const each of [source, feed, statistics]) network.host("source").system.activate(each);
network.host("late").system.activate(After(30_000, () => Desk("late"))); // long after all was sent
await network.host("late").system.run(After(60_000));
// #endregion

for (const line of come.toSorted()) console.log(line);
const totals = { lost: 0, recovered: 0, nacks: 0 };
for (const { lost, recovered, nacks } of reports.values()) {
  totals.lost += lost;
  totals.recovered += recovered;
  totals.nacks += nacks;
}
console.log(
  `lost: more than ${Math.floor(totals.lost / 100) * 100}; asked: fewer than ${Math.ceil((totals.nacks + 1) / 10) * 10} times, all together`,
);
for (const name of names) await network.host(name).system.stop();

// Output:
// desk 0 has plan.txt, whole
// desk 1 has plan.txt, whole
// desk 2 has plan.txt, whole
// desk 3 has plan.txt, whole
// desk 4 has plan.txt, whole
// desk 5 has plan.txt, whole
// desk 6 has plan.txt, whole
// desk 7 has plan.txt, whole
// desk 8 has plan.txt, whole
// desk 9 has plan.txt, whole
// late has plan.txt, whole
// lost: more than 800; asked: fewer than 10 times, all together
