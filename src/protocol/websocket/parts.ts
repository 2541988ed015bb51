// SPDX-License-Identifier: Apache-2.0
// What the tests of WebSockets need.
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";
import { type ServerOptions, type WebSocket, WebSocketServer } from "ws";

/** A server of another kind, until the test ends. @internal */
export async function wsServer(
  t: Pick<TestContext, "after">,
  greet: (socket: WebSocket) => void,
  options: ServerOptions = {},
): Promise<{ readonly url: string; readonly server: WebSocketServer }> {
  const server = new WebSocketServer({ host: "127.0.0.1", port: 0, ...options });
  server.on("connection", (socket) => {
    socket.on("error", () => {});
    greet(socket);
  });
  await once(server, "listening");
  t.after(() => {
    for (const client of server.clients) client.terminate();
    server.close();
  });
  return { url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`, server };
}

/** Sends back what comes, as it came. @internal */
export function echoing(socket: WebSocket): void {
  socket.on("message", (data: Buffer, isBinary: boolean) => socket.send(data, { binary: isBinary }));
}

const MASK = [1, 2, 3, 4] as const;

/** A frame as a client sends it; or a server, if it is not masked. @internal */
export function clientFrame(
  first: number,
  payload: string | Uint8Array = "",
  { length = -1, size = 0, masked = true }: { readonly length?: number; readonly size?: number; readonly masked?: boolean } = {},
): Buffer {
  const bytes = Buffer.from(payload);
  const said = length < 0 ? bytes.length : length;
  const width = size > 0 ? size : said < 126 ? 1 : said < 65_536 ? 2 : 8;
  const head = Buffer.alloc(width === 1 ? 2 : 2 + width);
  head[0] = first;
  head[1] = (masked ? 128 : 0) | (width === 1 ? said : width === 2 ? 126 : 127);
  if (width === 2) head.writeUInt16BE(said, 2);
  if (width === 8) head.writeBigUInt64BE(BigInt(said), 2);
  return masked ? Buffer.concat([head, Buffer.from(MASK), bytes.map((byte, i) => byte ^ MASK[i & 3]!)]) : Buffer.concat([head, bytes]);
}

/** What a server sent, frame by frame. @internal */
export function framesOf(bytes: Buffer): string[] {
  const frames: string[] = [];
  for (let at = 0; at < bytes.length;) {
    const opcode = bytes[at]! & 15;
    const short = bytes[at + 1]!;
    const [length, start] =
      short < 126
        ? [short, at + 2]
        : short === 126
          ? [bytes.readUInt16BE(at + 2), at + 4]
          : [Number(bytes.readBigUInt64BE(at + 2)), at + 10];
    const payload = bytes.subarray(start, start + length);
    frames.push(
      opcode === 8
        ? `close ${length === 0 ? "" : payload.readUInt16BE(0)}`.trim()
        : `${["", "text", "binary", "", "", "", "", "", "", "ping", "pong"][opcode]} ${payload.toString()}`,
    );
    at = start + length;
  }
  return frames;
}
