// SPDX-License-Identifier: Apache-2.0
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { specimen, type Specimens, type Surroundings } from "../../testing/index.ts";
import {
  HTTPClient,
  HTTPDownload,
  type HTTPFailure,
  type HTTPResponse,
  HTTPUpload,
  SimpleHTTPClient,
  SingleShotHTTPClient,
} from "./index.ts";

/** A server needs real time, more of it on a machine that is busy. */
const quiet = 2000;
const howMany = (messages: readonly unknown[]): number => messages.length;
/** Bodies; or why there are none. */
const textOf = (pieces: readonly (Uint8Array | HTTPFailure)[]): string =>
  pieces.map((piece) => (piece instanceof Uint8Array ? Buffer.from(piece).toString("latin1") : piece.error.message)).join("");
const asked: string[] = [];

/** A server of Node.js that says where it was asked. */
async function plain({ after }: Surroundings): Promise<string> {
  const server = createServer((request, response) => {
    request.resume();
    request.on("end", () => response.end(request.url));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  asked.push(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return asked.at(-1)!;
}

const three = (): { inbox: string[] } => ({ inbox: [1, 2, 3].map((n) => `${asked.at(-1)}/${n}`) });

export const specimens: Specimens = {
  CookieJar: "keeps cookies, no component",
  HTTPClient: specimen(async (world) => (await plain(world), HTTPClient({ ordered: true })), three, {
    compare: (messages: readonly (HTTPResponse | HTTPFailure)[]) => textOf(messages.map((one) => ("body" in one ? one.body : one))),
    quiet,
  }),
  HTTPDownload: specimen(
    async (world) => (await plain(world), HTTPDownload()),
    ({ folder }) => ({ inbox: [1, 2, 3].map((n) => ({ url: `${asked.at(-1)}/${n}`, path: join(folder, `${n}`) })) }),
    { compare: howMany, quiet },
  ),
  HTTPPool: "connections that clients share, no component",
  HTTPUpload: specimen(async (world) => HTTPUpload(await plain(world)), { inbox: ["a", "b", "c"] }, { compare: howMany, quiet }),
  SimpleHTTPClient: specimen(async (world) => (await plain(world), SimpleHTTPClient()), three, { compare: textOf, quiet }),
  SingleShotHTTPClient: specimen(async (world) => SingleShotHTTPClient(await plain(world)), {}, { compare: howMany, quiet }),
};
