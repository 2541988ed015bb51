// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { defaultSystem, System } from "../axon/index.ts";
import { Echo } from "../testing/index.ts";
import { RegisterService } from "./RegisterService.ts";

test("RegisterService() offers inboxes of a component, gives it back, and they are gone when it has ended", async () => {
  const system = new System();
  const echo = Echo();
  assert.equal(RegisterService(echo, { words: "inbox", stop: "control" }, system), echo);
  assert.deepEqual(system.services.servicesRegistered(), ["words", "stop"]);
  system.activate(echo);
  echo.stop();
  await system.run();
  assert.deepEqual(system.services.servicesRegistered(), []);
});
test("RegisterService() registers in the system in which the component would run", () => {
  const echo = RegisterService(Echo(), { here: "inbox" });
  assert(defaultSystem().services.servicesRegistered().includes("here"));
  echo.kill();
});
test("RegisterService() refuses a name that is taken, and an inbox that is not there", () => {
  const system = new System();
  RegisterService(Echo(), { words: "inbox" }, system);
  assert.throws(() => RegisterService(Echo(), { words: "inbox" }, system), { name: "ServiceAlreadyExists" });
  // @ts-expect-error -- it has no such inbox
  assert.throws(() => RegisterService(Echo(), { others: "inbx" }, system), { name: "BadInbox" });
});
test("RegisterService() offers all or none", () => {
  const system = new System();
  RegisterService(Echo(), { words: "inbox" }, system);
  assert.throws(() => RegisterService(Echo(), { first: "inbox", words: "inbox", last: "inbox" }, system), { name: "ServiceAlreadyExists" });
  assert.deepEqual(system.services.servicesRegistered(), ["words"]);
});
