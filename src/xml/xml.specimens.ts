// SPDX-License-Identifier: Apache-2.0
import { specimen, type Specimens } from "../testing/index.ts";
import { SimpleXMLParser } from "./SimpleXMLParser.ts";

export const specimens: Specimens = {
  SimpleXMLParser: specimen(() => SimpleXMLParser(), { inbox: ["<a>", "<b c='d'>text</b><e/>", "more", "</a>"] }),
};
