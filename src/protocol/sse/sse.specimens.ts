// SPDX-License-Identifier: Apache-2.0
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { specimen, type Specimens, type Surroundings } from "../../testing/index.ts";
import { EventsAfter, EventSourceClient, EventStreamParser, NumberEvents } from "./index.ts";

/** A server of Node.js with three events, which asks who comes again not to. */
async function plain({ after }: Surroundings): Promise<string> {
  const server = createServer(({ headers }, response) => {
    if (headers["last-event-id"] !== undefined) response.writeHead(204).end();
    else response.writeHead(200, { "content-type": "text/event-stream" }).end("retry: 1\nid: 1\ndata: a\n\ndata: b\n\ndata: c\n\n");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const events = ["1", "2", "3"].map((id) => ({ data: id, id }));

export const specimens: Specimens = {
  EventsAfter: specimen(() => EventsAfter("0"), { inbox: events }),
  EventSourceClient: specimen(
    async (world) => EventSourceClient({ url: await plain(world) }),
    {},
    { compare: (messages, box) => (box === "outbox" ? messages : box) }, // ports differ, and so does what a stream was ended by
  ),
  EventStreamParser: specimen(() => EventStreamParser(), { inbox: ["data: a\n\nda", "ta: b\n\n", "data: c\n\n"] }),
  NumberEvents: specimen(() => NumberEvents(), { inbox: ["a", "b", { data: "c" }] }),
};
