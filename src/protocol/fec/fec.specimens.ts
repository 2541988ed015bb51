// SPDX-License-Identifier: Apache-2.0
import { specimen, type Specimens } from "../../testing/index.ts";
import { FECDecoder, FECEncoder } from "./index.ts";
import { packFEC } from "./packet.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const packets = ["a", "b", "c", "d"].map((text, symbol) => packFEC({ block: 7, symbol, sources: 0, payload: bytes(text) }));

export const specimens: Specimens = {
  FECDecoder: specimen(() => FECDecoder(), { inbox: [...packets.slice(0, 2), packets[3]!, bytes("no packet")] }),
  FECEncoder: specimen(() => FECEncoder({ sources: 2, parities: 1 }), { inbox: ["a", "b", "c"].map(bytes) }),
  ReedSolomon: "a code, no component",
};
