// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { anyOf, type Component, component, producerFinished, SeededRandom, sleep, System } from "../../axon/index.ts";
import { at, drive, ToList, VirtualClock } from "../../testing/index.ts";
import { packRTP } from "./packet.ts";
import { packRTCP } from "./rtcp/packRTCP.ts";
import { type RTCPPacket } from "./rtcp/packets.ts";
import { parseRTCP } from "./rtcp/parseRTCP.ts";
import { RTPSession, type RTPSessionOptions } from "./RTPSession.ts";
import type { RTPMember } from "./members.ts";
import type { Received, RTPFeedback, RTPStatistics } from "./session.ts";

/** Members of a session, each of whom gets what all others send, unless it is lost. */
class Party {
  readonly clock = new VirtualClock();
  readonly system = new System({ clock: this.clock, random: new SeededRandom(7) });
  readonly members: ReturnType<typeof RTPSession>[] = [];
  readonly received: Received[][] = [];
  readonly reports: RTCPPacket[][] = [];
  readonly statistics: RTPStatistics[][] = [];
  readonly events: RTPMember[][] = [];
  /** Who sent each packet of RTCP, when, in seconds, and the types in it. */
  readonly sent: [who: number, time: number, types: string][] = [];
  /** Bytes of RTCP, with 28 for the headers below. */
  control = 0;

  constructor(count: number, options: RTPSessionOptions = {}, lose: (packet: Uint8Array) => boolean = () => false) {
    for (let n = 0; n < count; n++) {
      const member = RTPSession({ cname: `${n}@here`, ...options });
      const send = (bytes: Uint8Array): void => {
        for (const other of this.members) if (other !== member && !lose(bytes)) other.inboxes.packets.deliver(bytes);
      };
      const air = Air(send, (bytes) => {
        this.control += bytes.length + 28;
        const packets = parseRTCP(bytes) as readonly RTCPPacket[];
        this.sent.push([n, this.clock.now() / 1000, packets.map(({ type }) => type).join(" ")]);
      });
      const [received, reports] = [[] as Received[], [] as RTCPPacket[]];
      const [statistics, events] = [[] as RTPStatistics[], [] as RTPMember[]];
      const [statisticsList, eventList] = [ToList(statistics), ToList(events)];
      const [list, reportList] = [ToList(received), ToList(reports)];
      member.link(member.outboxes.rtp, air.inboxes.rtp);
      member.link(member.outboxes.rtcp, air.inboxes.rtcp);
      member.link(member.outboxes.outbox, list.inboxes.inbox);
      member.link(member.outboxes.reports, reportList.inboxes.inbox);
      member.link(member.outboxes.statistics, statisticsList.inboxes.inbox);
      member.link(member.outboxes.members, eventList.inboxes.inbox);
      for (const each of [member, air, list, reportList, statisticsList, eventList]) this.system.activate(each as Component<any, any>);
      this.members.push(member);
      this.received.push(received);
      this.reports.push(reports);
      this.statistics.push(statistics);
      this.events.push(events);
    }
  }

  /** Has a member send so many packets, one each 20 ms. */
  speak(who: number, count: number): void {
    const { inbox } = this.members[who]!.inboxes;
    const speaker = component(function Speaker() {}, {
      *main() {
        for (let n = 0; n < count; n++) {
          inbox.deliver({ payloadtype: 0, payload: new Uint8Array(160), timestamp: 160 * n });
          yield sleep(20);
        }
      },
    });
    this.system.activate(speaker);
  }

  /** Lets so many seconds pass. */
  async pass(seconds: number): Promise<void> {
    const over = component(function Over() {}, {
      *main() {
        yield sleep(seconds * 1000);
      },
    });
    await this.system.run(over);
  }

  end(): Promise<void> {
    return this.system.stop();
  }
}

function Air(
  send: (bytes: Uint8Array) => void,
  control: (bytes: Uint8Array) => void,
): Component<{ rtp: Uint8Array; rtcp: Uint8Array }, {}> {
  return component(Air, {
    inboxes: { rtp: "to all others", rtcp: "to all others" },
    *main({ rtp, rtcp }) {
      while (yield anyOf(rtp, rtcp)) {
        for (const bytes of rtp) send(bytes);
        for (const bytes of rtcp) {
          control(bytes);
          send(bytes);
        }
      }
    },
  });
}

const blocks = (reports: readonly RTCPPacket[]) =>
  reports.flatMap((each) => (each.type === "SR" || each.type === "RR" ? each.reports : []));

test("RTPSession() delivers what others send, numbered, from the second packet on", async () => {
  const party = new Party(3);
  party.speak(0, 10);
  await party.pass(1);
  for (const received of party.received.slice(1)) {
    assert.equal(received.length, 9);
    assert.deepEqual(
      received.map(({ sequence }) => sequence - received[0]!.sequence),
      [...Array(9).keys()],
    );
  }
  assert.equal(party.received[0]!.length, 0);
  await party.end();
});
test("RTPSession() reports what is lost, and no jitter where there is none", async () => {
  let n = 0;
  const party = new Party(2, { clockRate: 8000 }, (packet) => packet[1] === 0 && n++ % 4 === 3);
  party.speak(0, 3000);
  await party.pass(60);
  const last = blocks(party.reports[0]!).at(-1)!;
  assert.ok(Math.abs(last.lost - 750) < 80, `${last.lost} of 3000 packets are reported lost, and 750 were`);
  assert.ok(Math.abs(last.fractionLost - 64) <= 2, `${last.fractionLost} of 256`);
  assert.ok(last.jitter <= 1, `jitter ${last.jitter}`);
  assert.ok(last.lastSR !== 0 && last.delaySinceLastSR < 20 * 65_536);
  await party.end();
});
test("RTPSession() says what it has sent", async () => {
  const party = new Party(2, { clockRate: 8000 });
  party.speak(0, 500);
  await party.pass(20);
  const sent = party.reports[1]!.filter((each) => each.type === "SR");
  const [first, second] = [sent.at(-2)!, sent.at(-1)!];
  assert.deepEqual([second.packets, second.octets], [500, 80_000]);
  const seconds = Number(second.ntp - first.ntp) / 2 ** 32;
  assert.ok(Math.abs(((second.rtp - first.rtp) | 0) / 8000 - seconds) < 0.001, "the clocks of NTP and RTP agree");
  assert.ok(Math.abs(Number(second.ntp >> 32n) - 2_208_988_800 - party.clock.wallTime() / 1000) < 15);
  await party.end();
});
test("RTPSession() says goodbye, with its name", async () => {
  const party = new Party(2);
  await party.pass(10);
  party.members[0]!.stop(producerFinished());
  await party.pass(1);
  const last = party.reports[1]!;
  assert.ok(last.some((each) => each.type === "SDES" && each.chunks[0]!.items[0]!.text === "0@here"));
  assert.equal(last.at(-1)!.type, "BYE");
  await party.end();
});
test("RTPSession() that nobody has heard of leaves without a word", async () => {
  const { rtcp } = await drive(RTPSession({ cname: "me@here" }), {});
  assert.deepEqual(rtcp, []);
});
test(
  "RTPSession() reports as rarely as the number of members demands: 5 % of the bandwidth, once all are known",
  { timeout: 60_000 },
  async () => {
    const party = new Party(60, { bandwidth: 16_000, minimum: 1 });
    await party.pass(60);
    const before = party.control;
    await party.pass(120);
    const share = ((party.control - before) * 8) / 120 / 16_000;
    assert.ok(share < 0.055 && share > 0.02, `reports took ${(share * 100).toFixed(1)} % of the bandwidth`);
    await party.end();
  },
);
test("RTPSession() takes another SSRC when somebody else has its own, and says goodbye first", async () => {
  const clock = new VirtualClock();
  const system = new System({ clock, random: new SeededRandom(3) });
  const session = RTPSession({ cname: "me@here" });
  const [rtp, rtcp]: [Uint8Array[], Uint8Array[]] = [[], []];
  const [list, controls] = [ToList(rtp), ToList(rtcp)];
  session.link(session.outboxes.rtp, list.inboxes.inbox);
  session.link(session.outboxes.rtcp, controls.inboxes.inbox);
  for (const each of [session, list, controls]) system.activate(each as Component<any, any>);
  const content = { payloadtype: 0, payload: new Uint8Array(1), timestamp: 0 };
  session.inboxes.inbox.deliver(content);
  await system.run(component(function Wait() {}, { *main() { yield sleep(1); } })); // prettier-ignore
  const ssrc = new DataView(rtp[0]!.buffer, rtp[0]!.byteOffset).getUint32(8);
  session.inboxes.packets.deliver(rtp[0]!); // our own, come back: no collision
  session.inboxes.packets.deliver(packRTP({ ...content, ssrc }, (rtp[0]![3]! + 500) & 0xffff, 0));
  session.inboxes.inbox.deliver(content);
  await system.run(component(function Wait() {}, { *main() { yield sleep(1); } })); // prettier-ignore
  assert.notEqual(new DataView(rtp[1]!.buffer, rtp[1]!.byteOffset).getUint32(8), ssrc);
  const [goodbye, ...others] = rtcp.map((bytes) => parseRTCP(bytes) as RTCPPacket[]);
  assert.deepEqual(goodbye!.at(-1), { type: "BYE", sources: [ssrc], reason: "SSRC collision" });
  assert.equal(others.length, 0);
  await system.stop();
});
test("RTPSession() forgets who has long said nothing, and does not know more than it may", async () => {
  const session = RTPSession({ cname: "me@here", maxMembers: 100 });
  const packets = Array.from({ length: 150 }, (_, n) =>
    packRTP({ payloadtype: 0, payload: new Uint8Array(1), timestamp: 0, ssrc: n + 1 }, 0, 0),
  );
  const { malformed } = await drive(session, { packets });
  assert.equal(malformed.length, 50);
  assert.match(malformed[0]!.reason, /too many members/);
});
test("RTPSession() takes what somebody sent before a goodbye, and comes after it; later it is somebody new (RFC 3550, 6.2.1)", async () => {
  const packet = (number: number) => packRTP({ payloadtype: 0, payload: new Uint8Array(1), timestamp: 0, ssrc: 9 }, number, 0);
  const goodbye = packRTCP([
    { type: "RR", ssrc: 9, reports: [] },
    { type: "BYE", sources: [9] },
  ]);
  const packets = at({ 0: packet(1), 1: packet(2), 10: goodbye, 20: packet(3), 4000: packet(4), 6000: packet(5), 6001: packet(6) });
  const { outbox } = await drive(RTPSession(), { packets });
  assert.deepEqual(
    outbox.map(({ sequence }) => sequence),
    [2, 3, 4, 6],
  );
});
/** "That packet is lost": RFC 4585, section 6.2.1. */
const NACK: RTPFeedback = { type: "RTPFB", format: 1, media: 7, information: Uint8Array.of(0, 5, 0, 0) };
const APP: RTPFeedback = { type: "APP", subtype: 1, name: "test", data: new Uint8Array(4) };

test("RTPSession() sends feedback at once where two take part, then, until a report was due, with the next one (RFC 4585, 3.5)", async () => {
  const party = new Party(2, { minimum: 5 });
  await party.pass(30);
  const begun = party.sent.length;
  const next = (): (typeof party.sent)[number][] => party.sent.slice(begun).filter(([who]) => who === 1);
  party.members[1]!.inboxes.feedback.deliver(NACK);
  await party.pass(0.001);
  assert.deepEqual(next(), [[1, 30, "RR SDES RTPFB"]]);
  party.members[1]!.inboxes.feedback.deliver(NACK);
  party.members[1]!.inboxes.feedback.deliver(APP);
  await party.pass(20);
  const [, second, third] = next();
  assert.equal(second![2], "RR SDES RTPFB APP");
  assert.ok(second![1] > 30.1 && second![1] < 30 + 2 * 7.5 + 1, `sent at ${second![1]} s`);
  assert.equal(third![2], "RR SDES");
  const { ssrc, ...got } = party.reports[0]!.flatMap((each) => (each.type === "RTPFB" ? [each] : [])).at(-1)!;
  assert.deepEqual({ ...got, information: Uint8Array.from(got.information) }, NACK);
  assert.ok(party.reports[0]!.some((each) => each.type === "RR" && each.ssrc === ssrc));
  party.members[1]!.inboxes.feedback.deliver(NACK); // it may be early again
  await party.pass(0.001);
  assert.match(party.sent.at(-1)![2], /RTPFB$/);
  await party.end();
});
test("RTPSession() spreads the feedback of many, and goes on to report no more than it may", async () => {
  const party = new Party(20, { minimum: 5 });
  await party.pass(40);
  const begun = party.sent.length;
  for (const { inboxes } of party.members) inboxes.feedback.deliver(NACK);
  await party.pass(15);
  const told = party.sent.slice(begun).filter(([, , types]) => types.endsWith("RTPFB"));
  assert.equal(told.length, 20);
  const times = told.map(([, time]) => time);
  assert.ok(Math.max(...times) - Math.min(...times) > 1, `all within ${Math.max(...times) - Math.min(...times)} s`);
  assert.ok(Math.min(...times) < 41, `the first at ${Math.min(...times)} s`);
  await party.pass(200);
  const each = party.sent.filter(([who, time]) => who === 0 && time > 55).length;
  assert.ok(each >= 200 / 8 && each <= 200 / 4, `${each} reports of one in 200 s`);
  await party.end();
});
test("RTPSession() keeps no more feedback than it may", async () => {
  const party = new Party(2);
  await party.pass(20);
  for (let n = 0; n < 500; n++) party.members[0]!.inboxes.feedback.deliver(NACK);
  await party.pass(40);
  const all = party.reports[1]!.filter(({ type }) => type === "RTPFB").length;
  assert.equal(all, 100);
  await party.end();
});
test("RTPSession() says how well each source is received, as it reports it", async () => {
  let n = 0;
  const party = new Party(3, { clockRate: 8000 }, (packet) => packet[1] === 0 && n++ % 8 >= 6); // of the two, each loses a quarter
  party.speak(0, 2000);
  await party.pass(45);
  const [mine, theirs] = [party.statistics[1]!.at(-1)!, blocks(party.reports[0]!).at(-1)!];
  assert.equal(mine.cname, "0@here");
  assert.equal(mine.ssrc, theirs.ssrc);
  assert.ok(Math.abs(mine.lost - 500) < 100 && mine.expected - mine.received === mine.lost, JSON.stringify(mine));
  assert.ok(mine.fractionLost >= 0 && mine.fractionLost < 0.5 && mine.jitter < 1, JSON.stringify(mine));
  assert.ok(party.statistics[1]!.some(({ fractionLost }) => fractionLost > 0.15 && fractionLost < 0.35));
  assert.equal(party.statistics[0]!.length, 0, "it receives nothing");
  await party.end();
});
test("RTPSession() tells the jitter of a source in milliseconds", async () => {
  const packets = Array.from({ length: 200 }, (_, k) => {
    const bytes = packRTP({ payloadtype: 0, payload: new Uint8Array(1), timestamp: 0, ssrc: 9 }, k, 160 * k);
    return [1 + 20 * k + (k % 2) * 8, bytes] as const; // 8 ms to and fro
  });
  const { statistics } = await drive(RTPSession({ clockRate: 8000, minimum: 1 }), { packets: at(Object.fromEntries(packets)) });
  const { jitter } = statistics.at(-1)!;
  assert.ok(Math.abs(jitter - 8) < 0.5, `${jitter} ms`);
});
test("RTPSession() tells who joins, is named, leaves, and falls silent; a stray packet is nobody", async () => {
  const packet = (ssrc: number, number: number) => packRTP({ payloadtype: 0, payload: new Uint8Array(1), timestamp: 0, ssrc }, number, 0);
  const described = packRTCP([
    { type: "RR", ssrc: 9, reports: [] },
    { type: "SDES", chunks: [{ ssrc: 9, items: [{ item: "CNAME", text: "nine@there" }] }] },
  ]);
  const goodbye = packRTCP([
    { type: "RR", ssrc: 9, reports: [] },
    { type: "BYE", sources: [9], reason: "dinner" },
  ]);
  const { members } = await drive(RTPSession({ minimum: 1 }), {
    packets: at({
      1: packet(8, 1),
      2: packet(8, 2),
      3: packet(666, 1),
      4: described,
      5: described,
      900: goodbye,
      20_000: new Uint8Array(0),
    }),
  });
  assert.deepEqual(members, [
    { type: "joined", ssrc: 8 },
    { type: "joined", ssrc: 9 },
    { type: "named", ssrc: 9, cname: "nine@there" },
    { type: "left", ssrc: 9, cname: "nine@there", reason: "dinner" },
    { type: "silent", ssrc: 8 },
  ]);
});
test("RTPSession() fails with feedback that cannot be written", async () => {
  const feedback = at({ 1: { ...NACK, information: new Uint8Array(3) } });
  await assert.rejects(Promise.resolve(drive(RTPSession(), { feedback })), /whole words of 4 bytes/);
});
test("RTPSession() drops what is no packet, and says why", async () => {
  const broken = packRTCP([{ type: "RR", ssrc: 1, reports: [] }]).subarray(0, 6);
  const { malformed, outbox } = await drive(RTPSession(), { packets: [new Uint8Array(3), broken] });
  assert.deepEqual([malformed.length, outbox.length], [2, 0]);
  assert.match(malformed[1]!.reason, /^Cannot read an RTCP packet: /);
});
test("RTPSession() refuses rates and limits that are none", () => {
  for (const options of [{ clockRate: 0 }, { bandwidth: -1 }, { minimum: NaN }, { maxMembers: 0 }])
    assert.throws(() => RTPSession(options), RangeError);
});
