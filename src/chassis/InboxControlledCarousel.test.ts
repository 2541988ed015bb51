// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { drive, Feed } from "../testing/index.ts";
import { InboxControlledCarousel } from "./InboxControlledCarousel.ts";
import { Pipeline } from "./Pipeline.ts";

test("InboxControlledCarousel() takes its orders on inbox, so that it fits into a Pipeline", async () => {
  const { outbox } = await drive(
    Pipeline(
      Feed([1]),
      InboxControlledCarousel((n: number) => Feed([n])),
    ),
  );
  assert.deepEqual(outbox, [1]);
});
