// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { drive } from "../../testing/index.ts";
import { EventsAfter } from "./EventsAfter.ts";

const events = ["a1", "a9", "a10", "b2", "x", undefined].map((id) => ({ data: "", ...(id === undefined ? {} : { id }) }));

async function after(last: string | undefined): Promise<unknown[]> {
  const { outbox } = await drive(EventsAfter(last), { inbox: events });
  return outbox.map(({ id }) => id);
}

test("EventsAfter() leaves out what the page has had, by number", async () => {
  assert.deepEqual(await after("a9"), ["a10", "b2", "x", undefined]);
  assert.deepEqual(await after("a10"), ["b2", "x", undefined]);
  assert.deepEqual(await after("b1"), ["a1", "a9", "a10", "b2", "x", undefined]);
  for (const last of [undefined, "", "x"]) assert.equal((await after(last)).length, events.length, last);
});
