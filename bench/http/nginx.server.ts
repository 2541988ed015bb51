// SPDX-License-Identifier: Apache-2.0
// nginx with one worker: "Hello", and a file of as many bytes as the first argument says. Says its port.
import { spawn } from "node:child_process";
import { chmodSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer } from "node:net";
import { join } from "node:path";
import { FILE, folderWith } from "./folder.ts";

const folder = folderWith(FILE, Number(process.argv[2] ?? 0));
chmodSync(folder, 0o755);
const port = await freePort();
const configuration = join(folder, "nginx.conf");
writeFileSync(
  configuration,
  `daemon off; master_process off; pid ${folder}/pid; error_log stderr;
events { worker_connections 1024; }
http {
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000000; open_file_cache max=10;
  client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/fastcgi; uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
  server { listen 127.0.0.1:${port}; root ${folder}; default_type application/octet-stream; location = / { default_type text/plain; return 200 Hello; } }
}`,
);
spawn("nginx", ["-e", "stderr", "-c", configuration], { stdio: ["ignore", "inherit", "inherit"] });
for (;;) if (await answers(port)) break;
console.log(port);

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.on("listening", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function answers(at: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(at, "127.0.0.1");
    socket.on("connect", () => resolve(socket.destroy() !== undefined));
    socket.on("error", () => setTimeout(resolve, 20, false));
  });
}
