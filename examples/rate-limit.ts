// SPDX-License-Identifier: Apache-2.0
// Components with a sense of time, one behind the other. The clock is one of virtual time: what would take minutes is over at once.
import { type Component, component, System } from "kamaelia/axon";
import { Graphline, Pipeline } from "kamaelia/chassis";
import { VirtualClock } from "kamaelia/testing";
import { ByteRate_RequestControl, ConsoleEchoer, DataSource, Debounce, MessageRateLimit, Throttle, Ticker } from "kamaelia/util";

const system = new System({ clock: new VirtualClock() });

/** Writes the time before each message. */
function Stamp<T = any>(name: string): Component<{ inbox: T }, { outbox: string }> {
  return component(Stamp, {
    inboxes: { inbox: "messages" },
    outboxes: { outbox: "the same, with the time" },
    *main({ inbox }, { outbox }, self) {
      const { clock } = self.system;
      const start = clock.now();
      while (yield inbox) outbox.send(`${name} ${((clock.now() - start) / 1000).toFixed(2)} s: ${inbox.recv()}\n`);
    },
  });
}

// Four frames a second, whatever the supply; the first one when three are there.
await system.run(
  Pipeline(DataSource(["I", "P", "B", "B", "P"]), MessageRateLimit<string>(4, { buffer: 3 }), Stamp<string>("rate"), ConsoleEchoer()),
);

// A tick each 100 ms: of all of them at most one in 250 ms, or only the last one, when it is quiet.
await system.run(
  Pipeline(Ticker({ every: 100, times: 8, message: "tick" }), Throttle<string>({ every: 250 }), Stamp<string>("throttle"), ConsoleEchoer()),
);
await system.run(
  Pipeline(Ticker({ every: 100, times: 8, message: "tick" }), Debounce<string>({ quiet: 150 }), Stamp<string>("debounce"), ConsoleEchoer()),
);

// 100 items a second in 3 requests: whole numbers, and nothing drifts.
const requests = Graphline({
  components: {
    CONTROL: ByteRate_RequestControl({ rate: 100, chunkRate: 3 }),
    END: Ticker({ every: 1900, times: 1 }),
    STAMP: Stamp<number>("asked for"),
  },
  linkages: {
    "CONTROL.outbox": "STAMP.inbox",
    "END.signal": "CONTROL.control",
    "CONTROL.signal": "STAMP.control",
    "STAMP.outbox": "self.outbox",
    "STAMP.signal": "self.signal",
  },
});
await system.run(Pipeline(requests, ConsoleEchoer()));

// Output:
// rate 0.00 s: I
// rate 0.25 s: P
// rate 0.50 s: B
// rate 0.75 s: B
// rate 1.00 s: P
// throttle 0.10 s: tick
// throttle 0.35 s: tick
// throttle 0.60 s: tick
// throttle 0.85 s: tick
// debounce 0.80 s: tick
// asked for 0.00 s: 33
// asked for 0.33 s: 33
// asked for 0.67 s: 34
// asked for 1.00 s: 33
// asked for 1.33 s: 33
// asked for 1.67 s: 34
