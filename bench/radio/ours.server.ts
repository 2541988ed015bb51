// SPDX-License-Identifier: Apache-2.0
// A radio: 128 kbit/s, in four pieces a second. Says its port, then, when all listen and some time has passed, what that has cost.
import { type Component, component, sleep, System } from "../../src/axon/index.ts";
import { Pipeline } from "../../src/chassis/index.ts";
import { IcecastMount, IcecastMounts, IcecastServer } from "../../src/protocol/icecast/index.ts";
import { Announcer } from "../lib/Announcer.ts";
import { Cost, PIECE, PIECES } from "./cost.ts";

const [listeners, seconds] = process.argv.slice(2).map(Number);
const mounts = new IcecastMounts();
const cost = new Cost(listeners!, seconds!);

/** Sound, at the pace of the clock. */
function Sound(): Component<{}, { outbox: Uint8Array }> {
  return component(Sound, {
    outboxes: { outbox: "four pieces a second" },
    *main(_, { outbox }, self) {
      const { clock } = self.system;
      const begun = clock.now();
      for (let n = 0; !self.toldToStop; n++) {
        outbox.send(Buffer.alloc(PIECE, n));
        cost.look(mounts.listeners());
        yield sleep(Math.max(0, begun + (n * 1000) / PIECES - clock.now()));
      }
    },
  });
}

const system = new System();
const server = IcecastServer({ port: 0, host: "127.0.0.1", streams: mounts, backlog: 4096 });
const announcer = Announcer();
announcer.link(server.outboxes.listening, announcer.inboxes.inbox);
system.activate(announcer);
system.activate(Pipeline(Sound(), IcecastMount(mounts, "/radio", { burstSize: 16_000 })));
await system.run(server);
