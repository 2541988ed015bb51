// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Component, component, producerFinished, shutdownMicroprocess, System, addOutbox, deleteOutbox } from "../axon/index.ts";
import { Pipeline } from "../chassis/index.ts";
import { drive, ToList } from "../testing/index.ts";
import { RegisterService } from "./RegisterService.ts";
import { Subscribe, type ServiceRequest } from "./Subscribe.ts";

/** Sends "<request> <n>" to whoever asked for it, at each message. */
function Kiosk(log: string[]): Component<{ orders: ServiceRequest<string>; inbox: number }, {}> {
  return component(Kiosk, {
    inboxes: { orders: "ADD and REMOVE", inbox: "numbers" },
    *main({ orders, inbox }, _, self) {
      const customers = new Map<string, ReturnType<typeof addOutbox<string>>>();
      for (;;) {
        self.pause();
        if (!(yield)) return;
        for (const [what, request, sink] of orders) {
          log.push(`${what} ${request}`);
          if (what === "ADD") {
            const out = addOutbox<string>(self, request);
            self.link(out, sink);
            customers.set(request, out);
          } else {
            deleteOutbox(self, customers.get(request)!);
            customers.delete(request);
          }
        }
        for (const n of inbox) for (const [request, out] of customers) out.send(`${request} ${n}`);
      }
    },
  });
}

test("Subscribe() asks a service for things, sends them on, and takes its requests back at its end, last one first", async () => {
  for (const message of [producerFinished(), shutdownMicroprocess()]) {
    const system = new System();
    const [log, list]: [string[], string[]] = [[], []];
    const customer = system.activate(Pipeline(Subscribe<string, string>("kiosk", "tea", "milk"), ToList(list)));
    await system.run();
    const kiosk = system.activate(RegisterService(Kiosk(log), { kiosk: "orders" }, system));
    await system.run();
    kiosk.inboxes.inbox.deliver(1);
    await system.run();
    customer.stop(message);
    await system.run();
    kiosk.inboxes.inbox.deliver(2);
    await system.run();
    assert.deepEqual(
      [list, log],
      [
        ["tea 1", "milk 1"],
        ["ADD tea", "ADD milk", "REMOVE milk", "REMOVE tea"],
      ],
    );
    assert.deepEqual([customer.isStopped, kiosk.isStopped], [true, false]);
  }
});
test("Subscribe() takes its requests back also when it is killed", async () => {
  const system = new System();
  const log: string[] = [];
  system.activate(RegisterService(Kiosk(log), { kiosk: "orders" }, system));
  const customer = Subscribe<string, string>("kiosk", "tea");
  await system.run(customer);
  customer.kill();
  await system.run();
  assert.deepEqual(log, ["ADD tea", "REMOVE tea"]);
});
test("Subscribe() waits for a service that is not there, and sends on meanwhile what comes", async () => {
  await drive(Subscribe<string, number>("kiosk", "tea"), { inbox: [1, 2] }).expect({ outbox: [1, 2], signal: [producerFinished()] });
});
