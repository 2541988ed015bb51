// SPDX-License-Identifier: Apache-2.0
// tshark looks at captures of our streams.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Graphline, Pipeline } from "../../chassis/index.ts";
import { UDPSender } from "../../internet/index.ts";
import { SimulatedNetwork, star } from "../../internet/simulate/index.ts";
import { NOTHING, tshark } from "../../internet/simulate/parts.ts";
import { without } from "../../internet/parts.ts";
import { Feed } from "../../testing/index.ts";
import { H264Packetiser, type RTPContent, RTPFECEncoder, RTPFramer, RTPPacer, RTPSession, TSPacketiser } from "./index.ts";
import { tsPacket } from "./payload/parts.ts";

const skip = without("tshark");
const [SOUND, FILM, PICTURES] = [5004, 5008, 5012];
const PORTS = [SOUND, SOUND + 1, FILM, PICTURES, PICTURES + 2, PICTURES + 4];

test(
  "tshark finds no malformed packet and no sequence error in what we send: sessions with reports, transport streams, H.264, FEC",
  { skip },
  async (t) => {
    const network = new SimulatedNetwork(star(["sender", "receiver"], { delay: 10 }), { wallTime: Date.UTC(2026, 0, 1) });
    for (const port of PORTS) network.host("receiver").bind({ host: "0.0.0.0", port }, NOTHING);
    const capture = network.capture("receiver");
    const to = (port: number) => UDPSender({ receiverAddress: "receiver", receiverPort: port });
    const { system } = network.host("sender");

    const speech = Array.from({ length: 3000 }, (_, n) => ({
      payloadtype: 0,
      payload: new Uint8Array(160),
      timestamp: 160 * n,
      ssrc: 0,
      marker: n === 0,
    }));
    const session = Graphline({
      components: {
        SPEECH: Pipeline(Feed<RTPContent>(speech), RTPPacer({ clockRate: 8000 })),
        SESSION: RTPSession({ clockRate: 8000, cname: "tester@simulated" }),
        RTP: to(SOUND),
        RTCP: to(SOUND + 1),
      },
      linkages: {
        "SPEECH.outbox": "SESSION.inbox",
        "SPEECH.signal": "SESSION.control",
        "SESSION.rtp": "RTP.inbox",
        "SESSION.rtcp": "RTCP.inbox",
        "SESSION.signal": "RTP.control",
        "RTP.signal": "RTCP.control",
      },
    });
    const film = Array.from({ length: 700 }, (_, n) => tsPacket(n, n % 10 === 0 ? 900 * n : undefined));
    const stream = Pipeline(Feed(film), TSPacketiser({ ssrc: 2 }), RTPPacer(), RTPFramer(), to(FILM));
    const pictures = Array.from({ length: 50 }, (_, n) => ({
      nals: [Uint8Array.from({ length: 500 * (n % 10) + 10 }, (_, i) => (i === 0 ? 0x65 : n))],
      timestamp: 3000 * n,
    }));
    const video = Graphline({
      components: {
        PICTURES: Pipeline(Feed(pictures), H264Packetiser({ ssrc: 3, payloadtype: 97 }), RTPPacer(), RTPFramer()),
        PROTECT: RTPFECEncoder(),
        RTP: to(PICTURES),
        COLUMNS: to(PICTURES + 2),
        ROWS: to(PICTURES + 4),
      },
      linkages: {
        "PICTURES.outbox": "PROTECT.inbox",
        "PICTURES.signal": "PROTECT.control",
        "PROTECT.outbox": "RTP.inbox",
        "PROTECT.columns": "COLUMNS.inbox",
        "PROTECT.rows": "ROWS.inbox",
        "PROTECT.signal": "RTP.control",
        "RTP.signal": "COLUMNS.control",
        "COLUMNS.signal": "ROWS.control",
      },
    });
    await Promise.all([session, stream, video].map((each) => system.run(each)));
    await network.quiet();

    const decode = PORTS.flatMap((port) => ["-d", `udp.port==${port},${port === SOUND + 1 ? "rtcp" : "rtp"}`]);
    assert.deepEqual(tshark(t, capture, ...decode, "-Y", "_ws.malformed || _ws.expert.severity >= 4194304"), []);
    assert.ok(tshark(t, capture, ...decode, "-Y", "rtcp.pt == 200").length >= 5);
    assert.ok(tshark(t, capture, ...decode, "-o", "2dparityfec.enable:TRUE", "-Y", "2dparityfec && !_ws.malformed").length >= 20);
    const rows = tshark(t, capture, ...decode, "-q", "-z", "rtp,streams").filter((line) => line.includes("10.0.0."));
    assert.equal(rows.length, PORTS.length - 1);
    for (const row of rows) assert.match(row, / 0 \(0\.0%\)/);
  },
);
