// SPDX-License-Identifier: Apache-2.0
import { PassThrough, Readable } from "node:stream";
import { specimen, type Specimens } from "../../testing/index.ts";
import { FromNode } from "./FromNode.ts";
import { IntoNode } from "./IntoNode.ts";

const words = ["one", "two", "three", "four"];

export const specimens: Specimens = {
  FromNode: specimen(() => FromNode<string>(Readable.from(words))),
  IntoNode: specimen(() => IntoNode(new PassThrough().resume()), { inbox: words }),
};
