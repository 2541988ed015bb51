// SPDX-License-Identifier: Apache-2.0
// An asynchronous function as a component: two calls at a time, results in order, what is known is not asked for again, and what fails is tried again.
import { readFile } from "node:fs/promises";
import { System } from "kamaelia/axon";
import { Graphline, Pipeline } from "kamaelia/chassis";
import { SeededRandom, VirtualClock } from "kamaelia/testing";
import { Cache, ConsoleEchoer, DataSource, MapAsync, PureTransformer, Retry } from "kamaelia/util";

// Any promise will do: here, those of files. `signal` is aborted when the system stops meanwhile.
const FirstLine = MapAsync(
  async (file: string, { signal }) => {
    const text = await readFile(new URL(file, import.meta.url), { encoding: "utf8", signal });
    return `${file}: ${text.split("\n")[0]}\n`;
  },
  { concurrency: 2 },
);
await Pipeline(DataSource(["echo.ts", "console.ts", "greeter.ts"]), FirstLine, ConsoleEchoer()).run();

// Functions that wait by the system's clock run in virtual time, too: these seconds take none.
const system = new System({ clock: new VirtualClock(), random: new SeededRandom(1) });
const seconds = (): string => `${(system.clock.now() / 1000).toFixed(1)} s`;

const Lookup = Cache(
  async (host: string, { sleep }) => {
    await sleep(2000);
    return `${seconds()}: ${host} looked up\n`;
  },
  { ttl: 60_000, concurrency: 1 },
);
await system.run(Pipeline(DataSource(["a.example", "b.example", "a.example"]), Lookup, ConsoleEchoer()));

// The third order cannot be delivered however often it is tried. It is not lost, and holds up nobody.
const Deliver = Retry(
  async (order: number, { attempt }) => {
    if (order === 3 || attempt < order) throw new Error("nobody at home");
    return `order ${order} delivered, attempt ${attempt}\n`;
  },
  { attempts: 4, backoff: { first: 1000 }, jitter: 0.2 },
);
await system.run(
  Graphline({
    components: {
      ORDERS: DataSource([1, 2, 3, 4]),
      DELIVER: Deliver,
      FAILED: PureTransformer(({ message, error, attempts }: { message: number; error: unknown; attempts: number }) => {
        return `order ${message} not delivered, ${attempts} attempts: ${error}\n`;
      }),
      SHOW: ConsoleEchoer(),
    },
    linkages: {
      "ORDERS.outbox": "DELIVER.inbox",
      "ORDERS.signal": "DELIVER.control",
      "DELIVER.outbox": "SHOW.inbox",
      "DELIVER.error": "FAILED.inbox",
      "DELIVER.signal": "FAILED.control",
      "FAILED.outbox": "SHOW.inbox",
      "FAILED.signal": "SHOW.control",
    },
  }),
);

// Output:
// echo.ts: // SPDX-License-Identifier: Apache-2.0
// console.ts: // SPDX-License-Identifier: Apache-2.0
// greeter.ts: // SPDX-License-Identifier: Apache-2.0
// 2.0 s: a.example looked up
// 4.0 s: b.example looked up
// 2.0 s: a.example looked up
// order 1 delivered, attempt 1
// order 2 delivered, attempt 2
// order 3 not delivered, 4 attempts: Error: nobody at home
// order 4 delivered, attempt 4
