// SPDX-License-Identifier: Apache-2.0
// What comes goes through a PassThrough, and on to the port that is the first argument. Says its own.
import { Pipeline } from "../../src/chassis/index.ts";
import { SimpleServer, TCPClient } from "../../src/internet/index.ts";
import { PassThrough } from "../../src/util/index.ts";
import { serve } from "../lib/serve.ts";

const port = Number(process.argv[2]);
const relay = () => Pipeline(PassThrough<Uint8Array>(), TCPClient({ host: "127.0.0.1", port }));
await serve(SimpleServer({ port: 0, protocol: relay }));
