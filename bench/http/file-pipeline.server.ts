// SPDX-License-Identifier: Apache-2.0
// A file of as many bytes as the first argument says, from the disk through a stream pipeline. Says its port.
import { createReadStream, stat } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { pipeline } from "node:stream";
import { FILE, folderWith } from "./folder.ts";

const path = join(folderWith(FILE, Number(process.argv[2])), FILE);
const server = createServer((_, response) => {
  stat(path, (error, stats) => {
    if (error !== null) throw error;
    if (response.destroyed) return;
    response.writeHead(200, { "content-type": "application/octet-stream", "content-length": stats.size });
    pipeline(createReadStream(path), response, () => {});
  });
});
server.listen(0, "127.0.0.1", () => console.log((server.address() as AddressInfo).port));
