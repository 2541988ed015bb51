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
import type { Received } from "./session.ts";

/** Members of a session, each of whom gets what all others send, unless it is lost. */
class Party {
  readonly clock = new VirtualClock();
  readonly system = new System({ clock: this.clock, random: new SeededRandom(7) });
  readonly members: ReturnType<typeof RTPSession>[] = [];
  readonly received: Received[][] = [];
  readonly reports: RTCPPacket[][] = [];
  /** Bytes of RTCP, with 28 for the headers below. */
  control = 0;

  constructor(count: number, options: RTPSessionOptions = {}, lose: (packet: Uint8Array) => boolean = () => false) {
    for (let n = 0; n < count; n++) {
      const member = RTPSession({ cname: `${n}@here`, ...options });
      const send = (bytes: Uint8Array): void => {
        for (const other of this.members) if (other !== member && !lose(bytes)) other.inboxes.packets.deliver(bytes);
      };
      const air = Air(send, (bytes) => (this.control += bytes.length + 28));
      const [received, reports] = [[] as Received[], [] as RTCPPacket[]];
      const [list, reportList] = [ToList(received), ToList(reports)];
      member.link(member.outboxes.rtp, air.inboxes.rtp);
      member.link(member.outboxes.rtcp, air.inboxes.rtcp);
      member.link(member.outboxes.outbox, list.inboxes.inbox);
      member.link(member.outboxes.reports, reportList.inboxes.inbox);
      for (const each of [member, air, list, reportList]) this.system.activate(each as Component<any, any>);
      this.members.push(member);
      this.received.push(received);
      this.reports.push(reports);
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
