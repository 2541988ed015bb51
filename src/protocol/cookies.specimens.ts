// SPDX-License-Identifier: Apache-2.0
import { specimen, type Specimens } from "../testing/index.ts";
import { AudioCookieProtocol, SimpleVideoCookieServer, VideoCookieProtocol } from "./index.ts";

const bytes = ["one", "two", "three"].map((word) => new TextEncoder().encode(word));
const clips = [new Uint8Array(5000)];

export const specimens: Specimens = {
  AudioCookieProtocol: specimen(() => AudioCookieProtocol(), { inbox: bytes }),
  VideoCookieProtocol: specimen(() => VideoCookieProtocol({ clips }), { inbox: bytes }),
  SimpleVideoCookieServer: specimen(
    () => SimpleVideoCookieServer({ port: 0, clips }),
    {},
    { compare: (messages) => messages.map(() => "an address"), kind: "ServerCore" },
  ),
};
