// SPDX-License-Identifier: Apache-2.0
import { drive, specimen, type Specimens } from "../../testing/index.ts";
import { RTPFECDecoder, RTPFECEncoder, RTPFramer } from "./index.ts";

const contents = [1, 2, 3, 4, 5].map((n) => ({ payloadtype: 33, payload: Uint8Array.of(n), timestamp: n, ssrc: 1 }));
const { outbox: packets } = await drive(RTPFramer(), { inbox: contents });
const { columns } = await drive(RTPFECEncoder({ columns: 1 }), { inbox: packets });

export const specimens: Specimens = {
  RTPFECEncoder: specimen(() => RTPFECEncoder({ columns: 2, rows: 4 }), { inbox: packets }),
  RTPFECDecoder: specimen(() => RTPFECDecoder(), { inbox: packets.slice(1), fec: columns }),
};
