// SPDX-License-Identifier: Apache-2.0
// A file of as many bytes as the first argument says, from the disk. Says its port.
import { SimpleServer } from "../../src/internet/index.ts";
import { HTTPProtocol, MinimalFactory } from "../../src/protocol/http/index.ts";
import { serve } from "../lib/serve.ts";
import { FILE, folderWith } from "./folder.ts";

const protocol = HTTPProtocol(MinimalFactory({ homedirectory: folderWith(FILE, Number(process.argv[2])) }));
await serve(SimpleServer({ port: 0, host: "127.0.0.1", protocol }));
