// SPDX-License-Identifier: Apache-2.0
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { join } from "node:path";
import { specimen, type Specimens, type Surroundings } from "../../testing/index.ts";
import type { HTTPAnswered, ResponseHeader } from "../http/index.ts";
import {
  IcecastClient,
  IcecastDemux,
  IcecastMount,
  IcecastMounts,
  IcecastServer,
  IcecastSource,
  type IceIPC,
  IcecastStreamRemoveMetadata,
  IcecastStreamWriter,
} from "./index.ts";

const stream: IceIPC[] = [
  { type: "IceIPCHeader", contenttype: "audio/mpeg" },
  { type: "IceIPCDataChunk", data: Buffer.from("one") },
  { type: "IceIPCMetadata", metadata: { StreamTitle: "Title" } },
  { type: "IceIPCDataChunk", data: Buffer.from("two") },
  { type: "IceIPCDataChunk", data: Buffer.from("three") },
];
const header: ResponseHeader = {
  bad: false,
  version: "1.0",
  protocol: "HTTP",
  headers: { "content-type": "audio/mpeg", "icy-metaint": "4" },
  fields: [],
  keepAlive: false,
  length: undefined,
  upgrade: undefined,
  responsecode: 200,
  reason: "OK",
};
const answers: HTTPAnswered[] = [
  { type: "ParsedHTTPHeader", header },
  { type: "ParsedHTTPBodyChunk", bodychunk: Buffer.from("abcd\u0001StreamTitle='a';") },
  { type: "ParsedHTTPBodyChunk", bodychunk: Buffer.from("efgh\0ijkl") },
  { type: "ParsedHTTPEnd" },
];

/** A server that says this to all who come. */
async function saying({ after }: Surroundings, text: string, closes: boolean): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("data", () => {});
    if (closes) socket.end(text);
    else socket.write(text);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  after(async () => {
    const closed = once(server, "close");
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  });
  const at = server.address();
  return `127.0.0.1:${typeof at === "object" && at !== null ? at.port : 0}`;
}

const howMany = (messages: readonly unknown[]): number => messages.length;

export const specimens: Specimens = {
  IcecastClient: specimen(
    async (world) =>
      IcecastClient(`http://${await saying(world, "HTTP/1.0 200 OK\r\nContent-Type: audio/mpeg\r\n\r\nsound", true)}/`, { attempts: 0 }),
    { _answers: [], _ended: [] },
    { compare: howMany },
  ),
  IcecastDemux: specimen(() => IcecastDemux(), { inbox: answers }),
  IcecastMount: specimen(() => IcecastMount(new IcecastMounts(), "/live"), {
    inbox: [Buffer.from("a"), Buffer.from("b"), Buffer.from("c")],
    metadata: ["Title"],
  }),
  IcecastMounts: "what a server knows of its mounts, no component",
  IcecastServer: specimen(() => IcecastServer({ port: 0 }), {}, { compare: howMany }),
  IcecastSource: specimen(
    async (world) =>
      IcecastSource(`icecast://source:x@${await saying(world, "HTTP/1.1 100 Continue\r\n\r\n", false)}/live`, { timeout: 500 }),
    { inbox: [Buffer.from("a"), Buffer.from("b"), Buffer.from("c")], metadata: [], _bytes: [], _over: [], _titles: [] },
    { compare: howMany },
  ),
  IcecastStreamRemoveMetadata: specimen(() => IcecastStreamRemoveMetadata(), { inbox: stream }),
  IcecastStreamWriter: specimen(
    ({ folder }) => IcecastStreamWriter(join(folder, "out.mp3")),
    { inbox: stream },
    { but: { silent: "it writes a file" }, kind: "Pipeline" },
  ),
};
