// SPDX-License-Identifier: Apache-2.0
import { drive, specimen, type Specimens } from "../../testing/index.ts";
import { OggDeframer, OggFramer } from "./index.ts";

const packets = [1, 2, 3].map((length) => new Uint8Array(length).fill(0x78));
const pages = (await drive(OggFramer(), { inbox: packets })).outbox;

export const specimens: Specimens = {
  OggDeframer: specimen(() => OggDeframer(), { inbox: pages }),
  OggFramer: specimen(() => OggFramer(), { inbox: packets }),
};
