// SPDX-License-Identifier: Apache-2.0
// A chat room with a page: `node examples/chat.ts 8000` opens it at http://127.0.0.1:8000/. Without a port, two visit it, and then it closes.
import { handle, tap } from "kamaelia/axon";
import { Graphline } from "kamaelia/chassis";
import { type HTTPRequest, routes, WebServer, WebSocketHandler, type WebSocketProtocol } from "kamaelia/protocol/http";
import { WebSocketClient } from "kamaelia/protocol/websocket";
import { Backplane, backplaneName, PublishTo, PureTransformer, SubscribeTo } from "kamaelia/util";

const ROOM = backplaneName<string>("room");

// #region visitor
/** What is between one page and the room. */
function Visitor({ parsed }: HTTPRequest): WebSocketProtocol {
  const name = new URLSearchParams(parsed.query).get("name") ?? "Somebody";
  return Graphline({
    components: {
      SIGN: PureTransformer((text: string) => `${name}: ${text}`),
      SAY: PublishTo(ROOM),
      HEAR: SubscribeTo(ROOM, { whenFull: "disconnect" }), // who does not read is not waited for
    },
    linkages: { "self.inbox": "SIGN.inbox", "SIGN.outbox": "SAY.inbox", "HEAR.outbox": "self.outbox" },
  });
}
// #endregion

// #region page
const PAGE = `<!doctype html>
<title>Chat</title>
<form><input autofocus> <button>Say</button></form>
<ul></ul>
<script>
  const name = prompt("Who are you?");
  const socket = new WebSocket("ws://" + location.host + "/room?name=" + encodeURIComponent(name));
  const [form, input, list] = document.querySelectorAll("form, input, ul");
  socket.onmessage = ({ data }) => list.append(Object.assign(document.createElement("li"), { textContent: data }));
  form.onsubmit = (event) => {
    event.preventDefault();
    socket.send(input.value);
    input.value = "";
  };
</script>`;
// #endregion

// #region server
const [port] = process.argv.slice(2);
const server = WebServer({
  host: "127.0.0.1",
  port: Number(port ?? 0),
  handler: routes({
    "GET /": () => ({ headers: { "content-type": "text/html; charset=utf-8" }, data: PAGE }),
    "GET /room": WebSocketHandler(Visitor, { maxMessage: 1000 }),
  }),
});
const room = Backplane(ROOM, { replay: 20 }).activate(); // who comes later hears what was said last
// #endregion

if (port === undefined) await visit();
else {
  tap(server.outboxes.listening, (at) => console.log(`The room is at http://127.0.0.1:${at.port}/`));
  await server.run();
}
room.stop();

// #region clients
async function visit(): Promise<void> {
  const serving = handle(server, { outboxes: ["listening"] });
  const at = await serving.get("listening");
  const join = (name: string) => handle(WebSocketClient({ url: `ws://127.0.0.1:${at?.port}/room?name=${name}` }));

  const ann = join("Ann");
  await ann.put("Is anybody here?");
  console.log("Ann hears", await ann.get());
  const bob = join("Bob");
  console.log("Bob hears", await bob.get());
  await bob.put("I am!");
  console.log("Ann hears", await ann.get());
  console.log("Bob hears", await bob.get());

  serving.finish(); // it tells its visitors that it closes
  await Promise.all([ann.ended, bob.ended, serving.ended]);
}
// #endregion

// Output:
// Ann hears Ann: Is anybody here?
// Bob hears Ann: Is anybody here?
// Ann hears Bob: I am!
// Bob hears Bob: I am!
