// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { producerFinished, serviceName, shutdownMicroprocess, System, waitsFor } from "../axon/index.ts";
import { Pipeline } from "../chassis/index.ts";
import { drive, Feed, ToList, VirtualClock } from "../testing/index.ts";
import { RegisterService } from "./RegisterService.ts";
import { ToService } from "./ToService.ts";

const NUMBERS = serviceName<number>("numbers");
const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

test("ToService() hands what it receives to a service, and does not end it", async () => {
  const system = new System();
  const list: number[] = [];
  const service = system.activate(RegisterService(ToList(list), { numbers: "inbox" }, system));
  await system.run(Pipeline(Feed(upTo(300)), ToService("numbers")));
  await system.run(Pipeline(Feed([-1]), ToService(NUMBERS)));
  await system.run();
  assert.deepEqual([list, service.isStopped], [[...upTo(300), -1], false]);
});
test("ToService() waits for the service, and loses nothing (the original ended the whole system)", async () => {
  const system = new System({ clock: new VirtualClock() });
  const list: number[] = [];
  const client = system.activate(Pipeline(Feed(upTo(100)), ToService(NUMBERS)));
  await system.run();
  assert(!client.isStopped);
  await system.run(RegisterService(ToList(list), { numbers: "inbox" }, system));
  assert.deepEqual([list, client.isStopped], [upTo(100), true]);
});
test("ToService() ends when it is told to and nothing waits; on shutdownMicroprocess, whatever waits", async () => {
  assert.deepEqual((await drive(ToService(NUMBERS))).signal, [producerFinished()]);
  assert.deepEqual((await drive(ToService(NUMBERS), { inbox: [1] }, { shutdown: "shutdownMicroprocess" })).signal, [
    shutdownMicroprocess(),
  ]);
});
test("ToService() says what it waits for", async () => {
  const system = new System();
  const client = ToService(NUMBERS);
  await system.run(client);
  assert.equal(waitsFor(client), "waits for ToService_1._service");
  assert.equal(system.snapshot().components[0]?.inboxes["_service"]?.doc, 'the service "numbers", once somebody offers it');
});
