// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { freePort } from "../../internet/parts.ts";
import { combinedLogLine, jsonLogLine } from "./accessLog.ts";
import { folderFor, listeningProgram } from "./client/parts.ts";
import type { Answered } from "./handlers.ts";
import { HTTPProtocol } from "./HTTPProtocol.ts";
import { ask, program, serving, without } from "./parts.ts";
import { routes } from "./routing.ts";

const basic = (who: string): string => `Authorization: Basic ${Buffer.from(who).toString("base64")}\r\n`;
const REQUESTS = [
  "GET / HTTP/1.1\r\nHost: a\r\n",
  'GET /?q="quoted"&b=\\ HTTP/1.1\r\nHost: a\r\nUser-Agent: Odd "quoted" \\ agent\r\nReferer: http://a/"b"\r\n',
  `GET / HTTP/1.1\r\nHost: a\r\n${basic("alice:secret")}User-Agent: Mozilla/5.0 (X11; Linux x86_64)\r\n`,
  `GET / HTTP/1.1\r\nHost: a\r\n${basic("josé:secret")}User-Agent: \xc3\xa9 \x80\xff\r\n`,
  "HEAD / HTTP/1.1\r\nHost: a\r\nUser-Agent: x\ty\r\n",
  "GET / HTTP/1.0\r\nUser-Agent: -\r\n",
];

/** What curl says in HTTP/2. */
const CURL = ["curl", "-s", "-o", "/dev/null", "--http2-prior-knowledge", "-A", 'A "B"', "-e", "http://b/", "-u", "bob:x"];

/** Without the time. */
const withoutTime = (lines: string): string[] =>
  lines
    .trimEnd()
    .split("\n")
    .map((line) => line.replace(/\[[^\]]*\]/, "[]"));

/** What nginx logs. */
async function nginxLog(t: TestContext): Promise<string[]> {
  const folder = folderFor(t);
  chmodSync(folder, 0o755);
  const port = await freePort();
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${folder}/${name};`).join(" ");
  const server = `listen 127.0.0.1:${port} http2; default_type text/plain; location / { return 200 "Hello"; }`;
  const plain = await freePort();
  const other = `listen 127.0.0.1:${plain}; default_type text/plain; location / { return 200 "Hello"; }`;
  const config = `daemon off; master_process off; pid ${folder}/pid; error_log ${folder}/errors; events {}
    http { ${temporary} access_log ${folder}/log combined; server { ${server} } server { ${other} } }`;
  writeFileSync(join(folder, "nginx.conf"), config);
  await listeningProgram(t, plain, "nginx", "-c", join(folder, "nginx.conf"), "-e", join(folder, "errors"));
  for (const said of REQUESTS) await ask(t, { address: "127.0.0.1", port: plain }, `${said}Connection: close\r\n\r\n`);
  await program([...CURL, `http://127.0.0.1:${port}/two`]);
  let lines: string[] = [];
  while (lines.length < REQUESTS.length + 1) lines = withoutTime(readFileSync(join(folder, "log"), "latin1"));
  return lines;
}

test(
  "combinedLogLine() writes what nginx writes: odd agents, names, bytes, HTTP/2",
  { skip: without("nginx") || without("curl") },
  async (t) => {
    let log = "";
    const protocol = HTTPProtocol(routes({ "GET /*": () => "Hello" }), { http2: "plain", log: (one) => (log += combinedLogLine(one)) });
    const at = await serving(t, protocol);
    for (const said of REQUESTS) await ask(t, at, `${said}Connection: close\r\n\r\n`);
    await program([...CURL, `http://127.0.0.1:${at.port}/two`]);
    const lines = withoutTime(log);
    assert.deepEqual(lines, await nginxLog(t));
    assert.equal(
      lines[1],
      '127.0.0.1 - - [] "GET /?q=\\x22quoted\\x22&b=\\x5C HTTP/1.1" 200 5 "http://a/\\x22b\\x22" "Odd \\x22quoted\\x22 \\x5C agent"',
    );
    assert.equal(lines.at(-1), '127.0.0.1 - bob [] "GET /two HTTP/2.0" 200 5 "http://b/" "A \\x22B\\x22"');
  },
);

test("combinedLogLine() and jsonLogLine() write one line, whatever the client says", () => {
  const answered: Answered = {
    time: 784_111_777_000,
    took: 2,
    peer: "::1",
    method: "GET",
    uri: '/"x',
    version: "1.1",
    status: 200,
    bytes: 5,
    referrer: "a\nb",
    agent: "ä\\",
    user: "m e",
  };
  assert.equal(combinedLogLine(answered), '::1 - m_e [06/Nov/1994:08:49:37 +0000] "GET /\\x22x HTTP/1.1" 200 5 "a\\x0Ab" "\\xE4\\x5C"\n');
  assert.deepEqual(JSON.parse(jsonLogLine(answered)), answered);
  assert.match(jsonLogLine({ ...answered, took: 1.0882300000000669 }), /"took":1\.088,/);
  assert.equal(jsonLogLine({ ...answered, agent: '"\r\n"' }).indexOf("\n"), jsonLogLine({ ...answered, agent: '"\r\n"' }).length - 1);
  assert.match(
    combinedLogLine({ ...answered, peer: undefined, method: "", bytes: 0, user: undefined, agent: undefined }),
    /^- - - \[.*\] "-" 200 0 ".*" "-"\n$/,
  );
});
