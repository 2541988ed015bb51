// SPDX-License-Identifier: Apache-2.0
import { specimen, type Specimens } from "../testing/index.ts";
import { EchoProtocol } from "./EchoProtocol.ts";
import { FortuneCookieProtocol } from "./FortuneCookieProtocol.ts";

const bytes = ["one", "two", "three"].map((word) => new TextEncoder().encode(word));

export const specimens: Specimens = {
  EchoProtocol: specimen(() => EchoProtocol(), { inbox: bytes }),
  FortuneCookieProtocol: specimen(() => FortuneCookieProtocol({ program: "no such program" }), { inbox: bytes }),
};
