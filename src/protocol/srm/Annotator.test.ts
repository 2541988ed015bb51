// SPDX-License-Identifier: Apache-2.0
import { test } from "node:test";
import { drive } from "../../testing/index.ts";
import { Annotator } from "./Annotator.ts";

test("Annotator() numbers messages, from 1, and ends (the original could not be stopped)", async () => {
  await drive(Annotator<string>(), { inbox: ["a", "b"] }).expect({
    outbox: [
      [1, "a"],
      [2, "b"],
    ],
  });
});
