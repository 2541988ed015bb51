// SPDX-License-Identifier: Apache-2.0
import { specimen, type Specimens } from "../../testing/index.ts";
import { MimeRequestComponent, MultipartParser } from "./index.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

export const specimens: Specimens = {
  MimeRequestComponent: specimen(() => MimeRequestComponent(), {
    inbox: ["GET http://example.org/ PROTO/1.0\nContent-", "Length: 5\n\nhel", "lo"].map(bytes),
  }),
  MultipartParser: specimen(() => MultipartParser({ boundary: "cut" }), {
    inbox: ["--cut\r\nName: value\r\n\r\nhello, this is", " the body of a part\r\n--cut\r\n\r\nand", " another\r\n--cut--\r\n"].map(bytes),
  }),
  MIMEError: "an error",
};
