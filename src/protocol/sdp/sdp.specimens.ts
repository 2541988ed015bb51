// SPDX-License-Identifier: Apache-2.0
import { specimen, type Specimens } from "../../testing/index.ts";
import { SDPParser } from "./index.ts";

const session = (name: string): string[] => ["v=0", "o=- 1 1 IN IP4 127.0.0.1", `s=${name}`];

export const specimens: Specimens = {
  SDPError: "an error, no component",
  SDPParser: specimen(() => SDPParser(), { inbox: [...session("one"), "junk", ...session("two"), ...session("three")] }),
};
