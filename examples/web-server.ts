// SPDX-License-Identifier: Apache-2.0
// A web server with pages, files, users, sessions and uploads; somebody visits it, and then it closes.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { handle } from "kamaelia/axon";
import { basicAuth, compressed, cors, MinimalFactory, routes, ServerInfo, sessions, upload, WebServer } from "kamaelia/protocol/http";

const folder = await mkdtemp(join(tmpdir(), "web-server-"));
await writeFile(join(folder, "page.html"), "<p>All work and no play</p>\n".repeat(100));

// #region site
const files = compressed(MinimalFactory({ homedirectory: folder, listing: true }));

const visits = sessions((_, { data }) => {
  const count = Number(data.get("count") ?? 0) + 1;
  data.set("count", count);
  return `You were here ${count} times`;
});

const site = routes({
  "GET /": () => "Hello",
  "GET /people/:name": ({ params }) => `Hello, ${params["name"]}`,
  "POST /shout": async (request) => (await request.text()).toUpperCase(),
  "GET /price": cors(() => Response.json({ price: 5 })),
  "GET /visits": visits,
  "GET /inside": basicAuth(ServerInfo(), { users: { admin: "secret" } }),
  "GET /*": files,
});
// #endregion

// #region upload
const letters = upload(
  async (_, form) => {
    const [file] = form.files;
    if (file === undefined) return { statuscode: 400, data: "There is no file" };
    return `${form.get("from")} sends ${file.filename}: ${await readFile(file.path, "utf8")}`;
  },
  { folder: join(folder, "letters"), maxFiles: 1, maxFileSize: 1000 },
);
// #endregion

// #region serve
const handler = (request: Parameters<typeof site>[0]) => (request.parsed["raw-uri"] === "/letters" ? letters(request) : site(request));
const server = handle(WebServer({ port: 0, handler }), { outboxes: ["listening"] });
const { address, port } = (await server.get("listening"))!;
// #endregion

const at = `http://${address}:${port}`;
async function show(path: string, init?: RequestInit): Promise<Response> {
  const response = await fetch(at + path, init);
  const text = await response.text();
  console.log(`${path} ${response.status} ${text.length > 60 ? `${text.length} characters` : text}`);
  return response;
}

await show("/");
await show("/people/you");
await show("/shout", { method: "POST", body: "hello" });
await show("/price", { headers: { origin: "http://elsewhere" } });
const first = await show("/visits");
await show("/visits", { headers: { cookie: first.headers.get("set-cookie")!.split(";")[0]! } });
await show("/page.html");
await show("/nowhere");
console.log((await fetch(`${at}/inside`)).status);

// #region form
const form = new FormData();
form.append("from", "Alice");
form.append("letter", new Blob(["Dear Bob"]), "letter.txt");
await show("/letters", { method: "POST", body: form });
form.set("letter", new Blob(["x".repeat(2000)]), "long.txt");
await show("/letters", { method: "POST", body: form });
// #endregion

server.finish(); // what runs is answered, nothing new is taken
await server.ended;
await rm(folder, { recursive: true });

// Output:
// / 200 Hello
// /people/you 200 Hello, you
// /shout 200 HELLO
// /price 200 {"price":5}
// /visits 200 You were here 1 times
// /visits 200 You were here 2 times
// /page.html 200 2800 characters
// /nowhere 404 151 characters
// 401
// /letters 200 Alice sends letter.txt: Dear Bob
// /letters 413 171 characters
