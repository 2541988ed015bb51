// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { Pipeline } from "../../chassis/index.ts";
import { type MulticastDatagram, Multicast_receiver, Multicast_sender } from "../../internet/index.ts";
import { freePort, serve, systemOf, tap } from "../../internet/parts.ts";
import { at, drive, SeededRandom } from "../../testing/index.ts";
import { DataSource, PureTransformer } from "../../util/index.ts";
import { writeSDP } from "../sdp/index.ts";
import { packSAP } from "./packet.ts";
import { session } from "./parts.ts";
import { SAPAnnouncer } from "./SAPAnnouncer.ts";
import { type SAPEvent, SAPListener } from "./SAPListener.ts";

const told = (events: readonly SAPEvent[]): string[] =>
  events.map(({ type, session: { sessionname, origin } }) => `${type} ${sessionname} ${origin.ver}`);
const packet = (name: string, version = 1, { deletion = false, source = "192.0.2.1" } = {}): Uint8Array =>
  packSAP({ deletion, hash: version, source, payload: Buffer.from(writeSDP(session(name, version))) });

test("SAPListener() tells what is new, changed and over, once", async () => {
  const inbox = [
    packet("A"),
    packet("A"),
    packet("BB"),
    packet("A", 2),
    packet("A", 2),
    packet("BB", 1, { deletion: true }),
    packet("BB", 1, { deletion: true }),
  ];
  const { outbox, malformed } = await drive(SAPListener(), { inbox });
  assert.deepEqual([told(outbox), malformed], [["new A 1", "new BB 1", "changed A 2", "gone BB 1"], []]);
});
test("SAPListener() hears from an SAPAnnouncer() all that happens", async () => {
  const { outbox } = await drive(Pipeline(SAPAnnouncer(), SAPListener()), {
    inbox: [session("A"), session("A", 2), { gone: session("A", 2) }, session("BB")],
  });
  assert.deepEqual(told(outbox), ["new A 1", "changed A 2", "gone A 2", "new BB 1", "gone BB 1"]);
});
test("SAPListener() forgets what is not announced any more", async () => {
  const inbox = at({ 0: packet("A"), 50_000: packet("BB"), 90_000: packet("A"), 300_000: packet("CCC") });
  const { outbox } = await drive(SAPListener({ timeout: 100 }), { inbox });
  assert.deepEqual(told(outbox), ["new A 1", "new BB 1", "gone BB 1", "gone A 1", "new CCC 1"]);
});
test("SAPListener() lets nobody but who announced a session change or end it", async () => {
  const source = "192.0.2.66";
  const inbox = [packet("A"), packet("A", 2, { source }), packet("A", 1, { source, deletion: true })];
  assert.deepEqual(told((await drive(SAPListener(), { inbox })).outbox), ["new A 1"]);
});
test("SAPListener() knows no more sessions than it may", async () => {
  const inbox = ["A", "BB", "CCC"].map((name) => packet(name));
  assert.deepEqual(told((await drive(SAPListener({ maxSessions: 2 }), { inbox })).outbox), ["new A 1", "new BB 1"]);
});
test("SAPListener() says what is no announcement of a session", async () => {
  const other = packSAP({ deletion: false, hash: 1, source: "1.2.3.4", payloadType: "text/plain", payload: Buffer.from("x") });
  const bad = packSAP({ deletion: false, hash: 1, source: "1.2.3.4", payload: Buffer.from("v=0\ns=x\n") });
  const { outbox, malformed } = await drive(SAPListener(), { inbox: [other, bad, new Uint8Array()] });
  assert.deepEqual(outbox, []);
  assert.match(malformed.map(({ reason }) => reason).join("\n"), /text\/plain is not application\/sdp\n.*line 3.*\n.*its version is 0/);
});
test("SAPListener() survives mutated and truncated announcements", async () => {
  const random = new SeededRandom(7);
  const inbox = Array.from({ length: 2000 }, () => {
    const whole = packet("Music");
    const copy = whole.slice(0, random.integer(4) === 0 ? random.integer(whole.length) : whole.length);
    for (let n = random.integer(4); n > 0 && copy.length > 0; n--) copy[random.integer(copy.length)] = random.integer(256);
    return copy;
  });
  const { outbox } = await drive(SAPListener({ maxSessions: 20 }), { inbox });
  assert.ok(outbox.filter(({ type }) => type === "new").length >= 1);
});
test("SAPListener() hears announcements over real multicast", { timeout: 20_000 }, async (t) => {
  const group = "239.255.98.75";
  const port = await freePort();
  const system = systemOf(t);
  const receiver = Multicast_receiver({ address: group, port, interface: "127.0.0.1" });
  const bytes = PureTransformer(([, datagram]: MulticastDatagram) => datagram);
  const listener = SAPListener();
  const { next } = tap(system, listener.outboxes.outbox);
  bytes.link(receiver.outboxes.outbox, bytes.inboxes.inbox);
  listener.link(bytes.outboxes.outbox, listener.inboxes.inbox);
  for (const one of [bytes, listener]) system.activate(one);
  await serve(system, receiver);
  const here = { localAddress: "127.0.0.1", multicastInterface: "127.0.0.1" };
  const send = Multicast_sender({ remoteAddress: group, remotePort: port, ...here });
  await Pipeline(DataSource([session("Music")]), SAPAnnouncer(), send).run();
  assert.deepEqual(told([await next(), await next()]), ["new Music 1", "gone Music 1"]);
});
test("SAPListener() refuses what there cannot be", () => {
  for (const options of [{ timeout: 0 }, { maxSessions: 0 }]) assert.throws(() => SAPListener(options), RangeError);
});
