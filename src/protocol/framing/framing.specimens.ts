// SPDX-License-Identifier: Apache-2.0
import { at, specimen, type Specimens } from "../../testing/index.ts";
import { DataChunker, DataDeChunker, DeFramer, Framer, type Tagged } from "./index.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const tagged: Tagged[] = [
  [1, bytes("a")],
  [2, bytes("")],
  [3, bytes("hello")],
];

export const specimens: Specimens = {
  SimpleFrame: "a message and its bytes, no component",
  ShortFrame: "an error, no component",
  Framer: specimen(() => Framer(), { inbox: tagged }),
  DeFramer: specimen(() => DeFramer(), { inbox: ["1 1\na", "junk", "3 5\nhello", "2 0\n"].map(bytes) }),
  DataChunker: specimen(() => DataChunker(), { inbox: ["a", "X%", "hello"].map(bytes) }),
  DataDeChunker: specimen(() => DataDeChunker({ syncMessage: "XX" }), {
    inbox: at({ 0: bytes("XXaX"), 1: bytes("XbXXc%5"), 2: bytes("8XXd") }),
    flush: [],
  }),
};
