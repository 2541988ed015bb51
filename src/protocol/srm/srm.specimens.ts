// SPDX-License-Identifier: Apache-2.0
import { specimen, type Specimens } from "../../testing/index.ts";
import { Annotator, SRM_Receiver, SRM_Sender } from "./index.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const MARK = "X".repeat(24);

export const specimens: Specimens = {
  Annotator: specimen(() => Annotator<string>(), { inbox: ["a", "b", "c"] }),
  SRM_Sender: specimen(() => SRM_Sender(), { inbox: ["a", "b", "c"].map(bytes) }),
  SRM_Receiver: specimen(() => SRM_Receiver(), { inbox: [1, 3, 2, 5].map((n) => bytes(`${MARK}${n} 1\na`)) }),
};
