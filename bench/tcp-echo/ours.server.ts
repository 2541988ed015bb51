// SPDX-License-Identifier: Apache-2.0
// A component for each connection. Says its port.
import { SimpleServer } from "../../src/internet/index.ts";
import { EchoProtocol } from "../../src/protocol/index.ts";
import { serve } from "../lib/serve.ts";

await serve(SimpleServer({ port: 0, host: "127.0.0.1", protocol: EchoProtocol }));
