// SPDX-License-Identifier: Apache-2.0
import { specimen, type Specimens } from "../testing/index.ts";
import { MaxSizePacketiser } from "./MaxSizePacketiser.ts";
import { type Numbered, RecoverOrder } from "./RecoverOrder.ts";

const numbered: Numbered<string>[] = [1, 3, 2, 6, 5].map((n) => [n, `data ${n}`]);

export const specimens: Specimens = {
  MaxSizePacketiser: specimen(() => MaxSizePacketiser({ maxSize: 2 }), { inbox: [5, 2, 0, 3].map((length) => new Uint8Array(length)) }),
  RecoverOrder: [
    specimen(() => RecoverOrder<string>(), { inbox: numbered }),
    specimen(() => RecoverOrder<string>({ timeout: 100 }), { inbox: numbered }),
  ],
};
