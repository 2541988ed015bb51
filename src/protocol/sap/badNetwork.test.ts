// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { Pipeline } from "../../chassis/index.ts";
import { type MulticastDatagram, Multicast_receiver, Multicast_sender } from "../../internet/index.ts";
import { ToList } from "../../testing/index.ts";
import { PureTransformer } from "../../util/index.ts";
import { badNetwork, Paced } from "../parts.ts";
import { SAP_ADDRESS, SAP_PORT } from "./index.ts";
import { session } from "./parts.ts";
import { SAPAnnouncer, type SAPRequest } from "./SAPAnnouncer.ts";
import { type SAPEvent, SAPListener } from "./SAPListener.ts";

test("SAPListener() hears from SAPAnnouncer() all that happens, once, over a network that loses, doubles and reorders, also who comes late", async (t) => {
  const network = badNetwork(t, ["announcer", "early", "late"]);
  const listen = (name: string): SAPEvent[] => {
    const events: SAPEvent[] = [];
    const bytes = PureTransformer(([, packet]: MulticastDatagram) => packet);
    const receiver = Multicast_receiver({ address: SAP_ADDRESS, port: SAP_PORT });
    network.host(name).system.activate(Pipeline(receiver, bytes, SAPListener({ timeout: 60 }), ToList(events)));
    return events;
  };
  const early = listen("early");
  await network.advance(10);
  const requests: SAPRequest[] = [session("A"), session("BB"), session("A", 2), { gone: session("A", 2) }];
  const sender = Multicast_sender({ remoteAddress: SAP_ADDRESS, remotePort: SAP_PORT });
  network.host("announcer").system.activate(Pipeline(Paced(requests, 100_000), SAPAnnouncer({ source: "192.0.2.1", interval: 3 }), sender));
  await network.advance(250_000);
  const late = listen("late");
  await network.advance(450_000);
  const told = (events: readonly SAPEvent[]): string[] =>
    events.map(({ type, session: { sessionname, origin } }) => `${type} ${sessionname} ${origin.ver}`);
  assert.deepEqual(told(early), ["new A 1", "new BB 1", "changed A 2", "gone A 2", "gone BB 1"]);
  assert.deepEqual(told(late).toSorted(), ["gone A 2", "gone BB 1", "new A 2", "new BB 1"]);
});
