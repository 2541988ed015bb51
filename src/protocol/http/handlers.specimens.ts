// SPDX-License-Identifier: Apache-2.0
import { Buffer } from "node:buffer";
import { specimen, type Specimens } from "../../testing/index.ts";
import { HTTP2Server, SessionExample } from "./index.ts";

const PREFACE = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
const SETTINGS = Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]);
/** Asks whether anybody is there: eight bytes, and they come back. */
const PING = Buffer.concat([Buffer.from([0, 0, 8, 6, 0, 0, 0, 0, 0]), Buffer.from("12345678")]);

export const specimens: Specimens = {
  HTTP2Server: specimen(
    () => HTTP2Server(() => "Hello"),
    () => ({ inbox: [Buffer.concat([PREFACE, SETTINGS]), Buffer.from(PING), Buffer.from(PING)], _ended: [], _news: [] }),
    { compare: (messages: readonly Uint8Array[]) => Buffer.concat(messages).includes(SETTINGS.subarray(3, 4)) },
  ),
  ServerInfo: "makes handlers; it shows the system's snapshot",
  SessionExample: specimen(() => SessionExample(), { inbox: ["a", "b", "c"] }),
  SessionHandler: "makes handlers; see SessionExample",
};
