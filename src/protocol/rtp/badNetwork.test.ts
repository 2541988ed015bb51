// SPDX-License-Identifier: Apache-2.0
// RTP over simulated networks that lose packets in bursts, double them, delay them, and change their order.
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { type Component, component } from "../../axon/index.ts";
import { Graphline, Pipeline } from "../../chassis/index.ts";
import { UDPReceiver, UDPSender } from "../../internet/index.ts";
import { type LinkOptions, SimulatedNetwork, star } from "../../internet/simulate/index.ts";
import { Feed } from "../../testing/index.ts";
import { Fanout } from "../../util/index.ts";
import { RecoverOrder } from "../RecoverOrder.ts";
import {
  JitterBuffer,
  type Received,
  type RTCPPacket,
  type RTPContent,
  RTPDeframer,
  RTPFECDecoder,
  RTPFECEncoder,
  RTPFramer,
  RTPPacer,
  type RTPParsed,
  RTPSession,
  RTPSource,
  TSDepacketiser,
  TSPacketiser,
} from "./index.ts";
import { Bytes } from "./parts.ts";
import { tsPacket } from "./payload/parts.ts";

const PORT = 5004;
/** Between each of the two and the middle. Losses come in bursts of two, 2 % of all packets; packets overtake each other. */
const BAD: LinkOptions = { delay: 20, jitter: 15, loss: { gemodel: [0.01, 0.5] }, duplicate: 0.01 };

/** Keeps what comes. */
function Keep<T>(kept: T[]): Component<{ inbox: T }, {}> {
  return component(Keep, {
    inboxes: { inbox: "what is kept" },
    *main({ inbox }) {
      while (yield inbox) for (const message of inbox) kept.push(message);
    },
  });
}

function networkOf(t: TestContext, seed: number): SimulatedNetwork {
  const network = new SimulatedNetwork(star(["sender", "receiver"], BAD), { seed });
  t.after(() => Promise.all(["sender", "receiver"].map((name) => network.host(name).system.stop())));
  return network;
}

const send = (port: number) => UDPSender({ receiverAddress: "receiver", receiverPort: port });
const receive = (port: number) => Pipeline(UDPReceiver({ localAddress: "0.0.0.0", localPort: port }), Bytes());

test("a transport stream comes in order through a network that loses in bursts, doubles and reorders, and nearly whole with RTPFECEncoder()", async (t) => {
  const film = Array.from({ length: 7000 }, (_, n) => tsPacket(n, n % 10 === 0 ? 900 * n : undefined));
  const bare: Uint8Array[] = [];
  const repaired: Uint8Array[] = [];
  const network = networkOf(t, 4);
  const order = () => Pipeline(RTPSource(), RecoverOrder<RTPParsed>({ bufferSize: 100, timeout: 300 }));
  const receiver = Graphline({
    components: {
      MEDIA: receive(PORT),
      COLUMNS: receive(PORT + 2),
      ROWS: receive(PORT + 4),
      REPAIR: RTPFECDecoder(),
      FILM: Pipeline(RTPDeframer(), order(), TSDepacketiser(), Keep(repaired)),
      PLAIN: Pipeline(RTPDeframer(), order(), TSDepacketiser(), Keep(bare)),
      BOTH: Fanout<Uint8Array, "repair" | "plain">(["repair", "plain"]),
    },
    linkages: {
      "MEDIA.outbox": "BOTH.inbox",
      "BOTH.repair": "REPAIR.inbox",
      "BOTH.plain": "PLAIN.inbox",
      "COLUMNS.outbox": "REPAIR.fec",
      "ROWS.outbox": "REPAIR.fec",
      "REPAIR.outbox": "FILM.inbox",
    },
  });
  network.host("receiver").system.activate(receiver);
  const sender = Graphline({
    components: {
      FILM: Pipeline(Feed(film), TSPacketiser(), RTPPacer(), RTPFramer()),
      PROTECT: RTPFECEncoder({ columns: 5, rows: 5 }),
      MEDIA: send(PORT),
      COLUMNS: send(PORT + 2),
      ROWS: send(PORT + 4),
    },
    linkages: {
      "FILM.outbox": "PROTECT.inbox",
      "FILM.signal": "PROTECT.control",
      "PROTECT.outbox": "MEDIA.inbox",
      "PROTECT.columns": "COLUMNS.inbox",
      "PROTECT.rows": "ROWS.inbox",
      "PROTECT.signal": "MEDIA.control",
      "MEDIA.signal": "COLUMNS.control",
      "COLUMNS.signal": "ROWS.control",
    },
  });
  await network.host("sender").system.run(sender);
  await network.quiet();
  const lost = film.length - inOrder(bare, film);
  const missing = film.length - inOrder(repaired, film);
  assert.ok(lost > 0.02 * film.length && lost < 0.08 * film.length, `${lost} lost`);
  assert.ok(missing < lost / 4, `${missing} of ${lost} are still missing`);
});

test("RTPSession() and JitterBuffer() over such a network: what is lost is reported to who sends it, the rest is played in order, and once", async (t) => {
  const speech = Array.from({ length: 3000 }, (_, n) => ({ payloadtype: 0, payload: new Uint8Array(160), timestamp: 160 * n, ssrc: 0 }));
  const reports: RTCPPacket[] = [];
  const came: Received[] = [];
  const played: Received[] = [];
  const network = networkOf(t, 9);
  const options = { clockRate: 8000, minimum: 1 };
  const receiver = Graphline({
    components: {
      IN: receive(PORT),
      SESSION: RTPSession(options),
      BOTH: Fanout<Received, "came" | "play">(["came", "play"]),
      CAME: Keep(came),
      PLAY: Pipeline(JitterBuffer({ clockRate: 8000 }), Keep(played)),
      OUT: UDPSender({ receiverAddress: "sender", receiverPort: PORT }),
    },
    linkages: {
      "IN.outbox": "SESSION.packets",
      "SESSION.outbox": "BOTH.inbox",
      "SESSION.rtcp": "OUT.inbox",
      "BOTH.came": "CAME.inbox",
      "BOTH.play": "PLAY.inbox",
    },
  });
  network.host("receiver").system.activate(receiver);
  const sender = Graphline({
    components: {
      SPEECH: Pipeline(Feed<RTPContent>(speech), RTPPacer({ clockRate: 8000 })),
      SESSION: RTPSession(options),
      IN: receive(PORT),
      OUT: send(PORT),
      REPORTS: Keep(reports),
    },
    linkages: {
      "SPEECH.outbox": "SESSION.inbox",
      "IN.outbox": "SESSION.packets",
      "SESSION.rtp": "OUT.inbox",
      "SESSION.rtcp": "OUT.inbox",
      "SESSION.reports": "REPORTS.inbox",
    },
  });
  network.host("sender").system.activate(sender);
  await network.advance(65_000);

  const last = reports.flatMap((packet) => (packet.type === "RR" ? packet.reports : [])).at(-1);
  const expected = speech.length - 1 - came.length; // the first one made the source known; what came twice counts twice
  assert.ok(expected > 50, `${expected} lost`);
  assert.ok(last !== undefined && Math.abs(last.lost - expected) <= 2, `${last?.lost} reported, ${expected} lost`);
  const numbers = played.map(({ sequence }) => sequence);
  assert.deepEqual(
    numbers,
    [...new Set(numbers)].toSorted((a, b) => a - b),
  );
  assert.ok(numbers.length > 0.97 * new Set(came.map(({ sequence }) => sequence)).size, `${numbers.length} of ${came.length} were played`);
});

/** How many packets came; each of them has to be one of the film, and none may come twice, or too late. */
function inOrder(pieces: readonly Uint8Array[], film: readonly Uint8Array[]): number {
  let at = 0;
  let count = 0;
  for (const piece of pieces) {
    for (let start = 0; start < piece.length; start += 188, count++) {
      const packet = Buffer.from(piece.buffer, piece.byteOffset + start, 188);
      while (at < film.length && !packet.equals(film[at]!)) at++;
      assert.ok(at++ < film.length, `packet ${count} is not one that follows`);
    }
  }
  return count;
}
