// SPDX-License-Identifier: Apache-2.0
// "Hello" for every request. Says its port.
import { SimpleServer } from "../../src/internet/index.ts";
import { HTTPProtocol } from "../../src/protocol/http/index.ts";
import { serve } from "../lib/serve.ts";

const protocol = HTTPProtocol(() => ({ headers: HEADERS, data: "Hello" }));
const HEADERS = Object.freeze({ "content-type": "text/plain" });
await serve(SimpleServer({ port: 0, host: "127.0.0.1", protocol }));
