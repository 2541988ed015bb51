// SPDX-License-Identifier: Apache-2.0
import { specimen, type Specimens } from "../../testing/index.ts";
import { WebSocketClient } from "./index.ts";
import { echoing, wsServer } from "./parts.ts";

export const specimens: Specimens = {
  WebSocketClient: specimen(
    async (world) => WebSocketClient({ url: (await wsServer(world, echoing)).url, pingAfter: Infinity }),
    { inbox: ["one", "two", "three"] },
    { compare: (messages, box) => (box === "connected" ? messages.length : messages) }, // the port differs
  ),
};
