// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { shutdownMicroprocess, System } from "../axon/index.ts";
import { at, drive, stepper, VirtualClock } from "../testing/index.ts";
import { OnDemandLimit } from "./OnDemandLimit.ts";

const limited = async (inbox: Record<number, string>, slidecontrol: Record<number, unknown>): Promise<string> => {
  const inputs = { inbox: at(inbox), slidecontrol: at(slidecontrol) };
  return (await drive(OnDemandLimit<string>(), inputs, { shutdown: "shutdownMicroprocess" })).outbox.join("");
};

test("OnDemandLimit() lets one item through for each NEXT, in order", async () => {
  assert.equal(await limited({ 0: "a", 1: "b", 2: "c" }, { 10: "NEXT", 20: "NEXT" }), "ab");
});
test("OnDemandLimit() discards a NEXT for which there is no item (the original remembered it)", async () => {
  assert.equal(await limited({ 10: "a", 20: "b" }, { 0: "NEXT", 1: "NEXT", 15: "NEXT" }), "a");
});
test("OnDemandLimit() hears no other word than NEXT", async () => {
  assert.equal(await limited({ 0: "a", 1: "b" }, { 10: "next", 11: undefined, 12: "NEXT" }), "a");
});
test("OnDemandLimit() stops on shutdownMicroprocess (the original did not)", async () => {
  const { signal, outbox } = await drive(OnDemandLimit<string>(), { inbox: ["a"] }, { shutdown: "shutdownMicroprocess" });
  assert.deepEqual([signal, outbox], [[shutdownMicroprocess()], []]);
});
test("OnDemandLimit() takes no turns while it waits (the original waited busily)", () => {
  const system = new System({ manual: true, clock: new VirtualClock({ auto: false }) });
  system.activate(OnDemandLimit<string>()).inboxes.inbox.deliver("a");
  const { rest, advance } = stepper(system);
  rest();
  assert.deepEqual(advance(1e9), []);
});
