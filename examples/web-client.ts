// SPDX-License-Identifier: Apache-2.0
// Asks a web server: one thing, many at a time, with forms, with a body as it comes, for a file. The server is our own, so that this runs anywhere.
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { handle } from "kamaelia/axon";
import { Graphline, Pipeline } from "kamaelia/chassis";
import {
  type HTTPAnswered,
  HTTPClient,
  HTTPDownload,
  type HTTPDownloaded,
  type HTTPFailure,
  type HTTPResponse,
  HTTPUpload,
  routes,
  SingleShotHTTPClient,
  textOf,
  WebServer,
} from "kamaelia/protocol/http";
import { ConsoleEchoer, DataSource, PureTransformer } from "kamaelia/util";

let visits = 0;
const server = handle(
  WebServer({
    port: 0,
    handler: routes({
      "GET /": () => "Hello\n",
      "GET /old": () => ({ statuscode: 301, headers: { location: "/" } }),
      "GET /busy": () => (++visits === 1 ? { statuscode: 503, headers: { "retry-after": "0" } } : "Not any more\n"),
      "POST /shout": async (request) => (await request.text()).toUpperCase(),
      "POST /login": async (request) => `Hello, ${new URLSearchParams(await request.text()).get("name")}`,
      "POST /letters": async (request) => {
        const letter = (await request.formData()).get("letter");
        return letter instanceof File ? `${letter.name}: ${await letter.text()}` : "There is no letter";
      },
      "GET /words": () => ({ headers: { etag: '"1"' }, data: "alpha beta gamma\n" }),
      "GET /*": () => ({ statuscode: 404, data: "Nothing here" }),
    }),
  }),
  { outboxes: ["listening"] },
);
const at = `http://127.0.0.1:${(await server.get("listening"))?.port}`;

// #region one
const Body = PureTransformer((said: HTTPAnswered) => (said.type === "ParsedHTTPBodyChunk" ? said.bodychunk : undefined));
await Pipeline(SingleShotHTTPClient(`${at}/old`), Body, ConsoleEchoer()).run();
// #endregion

// #region many
await Graphline({
  components: {
    ASK: DataSource([`${at}/`, `${at}/busy`, { url: `${at}/shout`, body: "loud\n" }, `${at}/nowhere`, "http://127.0.0.1:1/"]),
    CLIENT: HTTPClient({ concurrency: 4, ordered: true, backoff: { first: 10 } }),
    SHOW: PureTransformer((response: HTTPResponse) => `${response.status} ${response.reason}: ${textOf(response).split("\n")[0]}\n`),
    WHY: PureTransformer(({ error }: HTTPFailure) => `${error.message}\n`),
    PRINT: ConsoleEchoer(),
  },
  linkages: {
    "ASK.outbox": "CLIENT.inbox",
    "ASK.signal": "CLIENT.control",
    "CLIENT.outbox": "SHOW.inbox",
    "CLIENT.failures": "WHY.inbox",
    "CLIENT.signal": "SHOW.control",
    "SHOW.outbox": "PRINT.inbox",
    "SHOW.signal": "WHY.control",
    "WHY.outbox": "PRINT.inbox",
    "WHY.signal": "PRINT.control",
  },
}).run();
// #endregion

// #region form
const form = new FormData();
form.append("from", "Alice");
form.append("letter", new Blob(["Dear Bob"]), "letter.txt");
const forms = [
  { url: `${at}/login`, body: new URLSearchParams({ name: "Alice" }) },
  { url: `${at}/letters`, body: form },
];
const Answer = PureTransformer((response: HTTPResponse) => `${textOf(response)}\n`);
await Pipeline(DataSource(forms), HTTPClient({ ordered: true }), Answer, ConsoleEchoer()).run();
// #endregion

// #region upload
const Said = PureTransformer((said: HTTPAnswered) => (said.type === "ParsedHTTPBodyChunk" ? said.bodychunk : undefined));
await Pipeline(DataSource(["word ", "by ", "word\n"]), HTTPUpload(`${at}/shout`, { method: "POST" }), Said, ConsoleEchoer()).run();
// #endregion

// #region download
const folder = await mkdtemp(join(tmpdir(), "kamaelia-"));
const wanted = { url: `${at}/words`, path: join(folder, "words.txt") };
const Told = PureTransformer(({ bytes, resumed }: HTTPDownloaded) => `${bytes} bytes, ${resumed} of them from before\n`);
await Pipeline(DataSource([wanted]), HTTPDownload(), Told, ConsoleEchoer()).run();
process.stdout.write(await readFile(wanted.path));
// #endregion

await rm(folder, { recursive: true });
await server.stop();

// Output:
// Hello
// 200 OK: Hello
// 200 OK: Not any more
// 200 OK: LOUD
// 404 Not Found: Nothing here
// Cannot get http://127.0.0.1:1/: Cannot connect to 127.0.0.1:1: nobody listens there (ECONNREFUSED) (tried 3 times)
// Hello, Alice
// letter.txt: Dear Bob
// WORD BY WORD
// 17 bytes, 0 of them from before
// alpha beta gamma
