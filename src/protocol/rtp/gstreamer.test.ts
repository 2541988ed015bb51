// SPDX-License-Identifier: Apache-2.0
// RTP sessions with GStreamer's rtpbin, over the real loopback: what the two count is the same.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { test, type TestContext } from "node:test";
import { type Component, component, SeededRandom, sleep, System } from "../../axon/index.ts";
import { Graphline, Pipeline } from "../../chassis/index.ts";
import { UDPReceiver, UDPSender } from "../../internet/index.ts";
import { without } from "../../internet/parts.ts";
import { Feed, ToList } from "../../testing/index.ts";
import { PureTransformer, TwoWaySplitter } from "../../util/index.ts";
import { parseRTCP, type RTCPPacket, type RTPContent, RTPPacer, RTPSession } from "./index.ts";
import { Bytes, evenPort, untilBound } from "./parts.ts";
import type { Received } from "./session.ts";

const skip = without("gst-launch-1.0");
const timeout = 60_000;
const PCMU = "application/x-rtp,media=audio,clock-rate=8000,encoding-name=PCMU,payload=0";
const RATE = 8000;
const PACKETS = 300;

/** Ends a moment later, so that what is said in the end does not overtake what was sent before. */
function Linger(): Component<{ inbox: RTPContent }, { outbox: RTPContent }> {
  return component(Linger, {
    inboxes: { inbox: "contents" },
    outboxes: { outbox: "the same" },
    *main({ inbox }, { outbox }) {
      while (yield inbox) for (const content of inbox) outbox.send(content);
      yield sleep(300);
    },
  });
}

/** Loses every tenth packet by chance, but the first few, which make the source credible. */
function Lossy(random: SeededRandom): Component<{ inbox: Uint8Array }, { outbox: Uint8Array }> {
  return component(Lossy, {
    inboxes: { inbox: "packets" },
    outboxes: { outbox: "most of them" },
    *main({ inbox }, { outbox }) {
      let count = 0;
      while (yield inbox) for (const bytes of inbox) if (count++ < 5 || random.next() >= 0.1) outbox.send(bytes);
    },
  });
}

function gst(t: TestContext, line: string): { said: () => string } {
  const child = spawn("gst-launch-1.0", line.split(" "), { stdio: ["ignore", "pipe", "inherit"] });
  t.after(() => child.kill("SIGKILL"));
  let text = "";
  child.stdout.on("data", (bytes: Buffer) => (text += bytes.toString()));
  return { said: () => text };
}

/** Fulfilled with what it gives, once it gives something. */
async function until<T>(look: () => T | undefined): Promise<T> {
  for (;;) {
    const found = look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** What rtpbin says of a source that has said goodbye. */
function statistics(text: string): Record<string, number> | undefined {
  const sources = text
    .replaceAll("\\", "")
    .split("application/x-rtp-source-stats")
    .filter((source) => source.includes("received-bye=(boolean)true"));
  const last = sources.at(-1);
  if (last === undefined) return undefined;
  return Object.fromEntries(
    [...last.matchAll(/([a-z-]+)=\((?:int|uint|guint64)\)(-?\d+)/g)].map(([, name, value]) => [name, Number(value)]),
  );
}

test("rtpbin and RTPSession() count the same of a stream that is lossy and out of time", { skip, timeout }, async (t) => {
  const port = await evenPort();
  const receive = `udpsrc port=${port} caps=${PCMU} ! rtpbin.recv_rtp_sink_0 udpsrc port=${port + 1} ! rtpbin.recv_rtcp_sink_0`;
  const { said } = gst(t, `-v rtpbin name=rtpbin ${receive} rtpbin. ! fakesink`);
  await untilBound(port, port + 1);
  const random = new SeededRandom(1);
  const contents = Array.from({ length: PACKETS }, (_, n) => ({
    payloadtype: 0,
    payload: new Uint8Array(160),
    timestamp: 80 * n,
    ssrc: 0,
  }));
  const shifted = (content: RTPContent): RTPContent => ({ ...content, timestamp: content.timestamp + random.integer(480_000) });
  const reports: Uint8Array[] = [];
  const to = (offset: number) => UDPSender({ receiverAddress: "127.0.0.1", receiverPort: port + offset });
  const graph = Graphline({
    components: {
      FEED: Pipeline(Feed(contents), RTPPacer({ clockRate: RATE }), PureTransformer(shifted), Linger()), // up to a minute: what a busy machine adds does not matter
      OURS: RTPSession({ clockRate: RATE, cname: "ours@here", minimum: 0.5 }),
      LOSSY: Lossy(random),
      RTP: TwoWaySplitter<Uint8Array>(),
      TO_RTP: to(0),
      TO_RTCP: to(1),
      OTHER: RTPSession({ clockRate: RATE, cname: "other@here", minimum: 0.5 }),
      REPORTS: ToList(reports),
    },
    linkages: {
      "FEED.outbox": "OURS.inbox",
      "FEED.signal": "OURS.control",
      "OURS.rtp": "LOSSY.inbox",
      "OURS.rtcp": "TO_RTCP.inbox",
      "OURS.signal": "LOSSY.control",
      "LOSSY.outbox": "RTP.inbox",
      "LOSSY.signal": "RTP.control",
      "RTP.outbox": "TO_RTP.inbox",
      "RTP.outbox2": "OTHER.packets",
      "RTP.signal": "OTHER.control",
      "RTP.signal2": "TO_RTP.control",
      "OTHER.rtcp": "REPORTS.inbox",
      "OTHER.signal": "REPORTS.control",
      "REPORTS.signal": "TO_RTCP.control",
    },
  });
  await new System({ random: new SeededRandom(2) }).run(graph);
  const theirs = await until(() => statistics(said()));
  const ours = reports
    .flatMap((bytes): readonly (RTCPPacket | string)[] => [parseRTCP(bytes)].flat())
    .flatMap((packet) => (typeof packet === "object" && packet.type === "RR" ? packet.reports : []))
    .filter(({ ssrc }) => ssrc === theirs["ssrc"])
    .at(-1)!;
  assert.ok(ours.lost > PACKETS / 20);
  const near = (name: string, a: number, b: number): void => assert.ok(Math.abs(a - b) <= Math.max(1, 0.01 * b), `${name}: ${a} and ${b}`);
  near("lost", ours.lost, theirs["packets-lost"]!);
  near("received", PACKETS - ours.lost, theirs["packets-received"]!);
  near("jitter", ours.jitter, theirs["jitter"]!);
});
test("RTPSession() receives as many packets and bytes as rtpbin reports that it has sent", { skip, timeout }, async (t) => {
  const port = await evenPort();
  const received: Received[] = [];
  const packets: RTCPPacket[] = [];
  const system = new System();
  t.after(() => system.stop());
  const listen = (offset: number) => Pipeline(UDPReceiver({ localAddress: "127.0.0.1", localPort: port + offset }), Bytes());
  const graph = Graphline({
    components: {
      RTP: listen(0),
      RTCP: listen(1),
      OURS: RTPSession({ clockRate: RATE }),
      LIST: ToList(received),
      REPORTS: ToList(packets),
    },
    linkages: { "RTP.outbox": "OURS.packets", "RTCP.outbox": "OURS.packets", "OURS.outbox": "LIST.inbox", "OURS.reports": "REPORTS.inbox" },
  });
  void system.run(graph).catch(() => {});
  await untilBound(port, port + 1);
  const sound = `audiotestsrc num-buffers=${PACKETS} samplesperbuffer=80 is-live=true ! audio/x-raw,rate=${RATE},channels=1 ! mulawenc ! rtppcmupay max-ptime=10000000 min-ptime=10000000`;
  const send = `rtpbin.send_rtp_src_0 ! udpsink host=127.0.0.1 port=${port} rtpbin.send_rtcp_src_0 ! udpsink host=127.0.0.1 port=${port + 1} sync=false async=false`;
  gst(t, `-q rtpbin name=rtpbin ${sound} ! rtpbin.send_rtp_sink_0 ${send}`); // it says goodbye, but does not always end
  await until(() => packets.find(({ type }) => type === "BYE"));
  await until(() => (received.length >= PACKETS - 1 ? received : undefined)); // the goodbye came by another port
  const last = packets.findLast((packet) => packet.type === "SR")!;
  assert.deepEqual([last.packets, last.octets], [PACKETS, PACKETS * 80]);
  const first = received[0]!.sequence - 1; // which made the source credible
  assert.deepEqual(
    received.map(({ sequence }) => sequence - first),
    Array.from({ length: PACKETS - 1 }, (_, n) => n + 1),
  );
  assert.equal(
    received.reduce((sum, { content }) => sum + content.payload.length, 80),
    last.octets,
  );
});
