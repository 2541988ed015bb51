// SPDX-License-Identifier: Apache-2.0
// What is measured of WebSockets, and what must come out.
import { control, information, ours, type Work } from "../lib/catalogue.ts";

const OURS = "ours: WebSocketHandler, Backplane";

export const websocketWorks: readonly Work[] = (
  [
    ["1", "one at a time", 1.1, undefined],
    ["16", "sixteen at once", 8, 17],
  ] as const
).map(([atOnce, how, atLeast, goal]): Work => {
  return {
    name: `websocket-${atOnce}`,
    title: `Messages of 100 bytes to 1000 WebSockets, ${how}, by the server's CPU time`,
    better: "more",
    digits: 0,
    time: "wall",
    rows: [
      ours(OURS, "websocket/client.ts", OURS, "ours.server.ts", atOnce),
      control("ws", "websocket/client.ts", "ws", "ws.server.ts", atOnce),
      information("node:http alone, one write each", "websocket/client.ts", "node:http alone, one write each", "floor.server.ts", atOnce),
    ],
    requirements: [{ row: OURS, over: ["ws"], atLeast, ...(goal === undefined ? {} : { goal }) }],
  };
});
