// SPDX-License-Identifier: Apache-2.0
// "Hello" for every request; says its port, and what the connections cost.
import { SimpleServer } from "../../src/internet/index.ts";
import { HTTPProtocol } from "../../src/protocol/http/index.ts";
import { serve } from "../lib/serve.ts";
import { costCounter } from "../tcp-idle/cost.ts";

const count = costCounter();
const protocol = HTTPProtocol(() => {
  count();
  return { headers: { "content-type": "text/plain" }, data: "Hello" };
});
await serve(SimpleServer({ port: 0, host: "127.0.0.1", protocol }));
