// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { stepper, VirtualClock } from "../testing/index.ts";
import { make } from "../testing/make.ts";
import {
  AccessToUndeclaredTrackedVariable,
  addInbox,
  type AnyComponent,
  BadComponent,
  BadInbox,
  component,
  type Component,
  deleteInbox,
  MultipleServiceDeletion,
  NamespaceClash,
  producerFinished,
  ServiceAlreadyExists,
  serviceName,
  type Services,
  shutdownMicroprocess,
  sleep,
  System,
  valueName,
  waitsFor,
} from "./index.ts";

const SOME = serviceName<unknown>("someservice");
const HITS = valueName<number>("stats.pages.hitcount");

/** A component of the system that only waits, and so lives until it is told to stop. */
function idle(system: System, name = "Idle"): AnyComponent {
  return system.activate(
    make(name, function* ({ inbox }) {
      while (yield inbox) inbox.recv();
    }),
  );
}

function start(): { system: System; services: Services; provider: AnyComponent } {
  const system = new System({ manual: true });
  return { system, services: system.services, provider: idle(system) };
}

// What the original's tests of the CoordinatingAssistantTracker ask for; those of parents are gone with parents.

test("Services: at first nothing is registered and nothing is tracked", () => {
  const { services } = new System();
  assert.deepEqual([services.servicesRegistered(), services.informationItemsLogged()], [[], []]);
});
test("Services: every system has its own, and only one", () => {
  const system = new System();
  assert.equal(system.services, system.services);
  assert.notEqual(system.services, new System().services);
});
test("registerService() refuses a component of another system", () => {
  const { services } = start();
  const stranger = idle(new System({ manual: true }), "Stranger");
  assert.throws(() => services.registerService(SOME, stranger, "inbox"), {
    name: "BadComponent",
    message: 'Cannot register service "someservice": Stranger_1 belongs to another system',
  });
});
test("registerService() adds the inbox to the services there are", () => {
  const { services, provider } = start();
  services.registerService(SOME, provider, "control");
  assert.deepEqual(services.servicesRegistered(), ["someservice"]);
});
test("registerService() refuses a second service of the same name, also with the same arguments", () => {
  const { services, provider } = start();
  services.registerService(SOME, provider, "control");
  assert.throws(() => services.registerService(SOME, provider, "control"), {
    name: "ServiceAlreadyExists",
    message: 'Cannot register service "someservice": Idle_1.control offers it already',
  });
  assert.throws(() => services.registerService(SOME, provider, "inbox"), ServiceAlreadyExists);
});
test("registerService() refuses what is not a component", () => {
  const { services } = start();
  assert.throws(() => services.registerService(SOME, "dummycomponent" as never, "control"), {
    name: "BadComponent",
    message: 'Cannot register service "someservice": dummycomponent is not a component',
  });
});
test("registerService() refuses an inbox that the component does not have", () => {
  const { services, provider } = start();
  assert.throws(() => services.registerService(SOME, provider, "badinbox"), {
    name: "BadInbox",
    message: 'Cannot register service "someservice": Idle_1 has no inbox "badinbox", only "inbox", "control"',
  });
  assert.throws(() => services.registerService(SOME, provider, "toString" as "inbox"), BadInbox);
});
test("registerService() does not compile when the inbox is misspelt, or takes other messages", () => {
  const { system, services } = start();
  const typed = system.activate(ToEcho());
  // @ts-expect-error -- no such inbox
  assert.throws(() => services.registerService(ECHO, typed, "inbx"), BadInbox);
  // @ts-expect-error -- ToEcho takes strings, not numbers
  services.registerService(serviceName<number>("numbers"), typed, "inbox");
  services.registerService(ECHO, typed, "inbox");
});
test("retrieveService() gives the inbox that was registered", () => {
  const { services, provider } = start();
  services.registerService(SOME, provider, "control");
  assert.equal(services.retrieveService(SOME), provider.inboxes.control);
});
test("retrieveService() fails for a service that nobody offers, and names those there are", () => {
  const { services, provider } = start();
  assert.throws(() => services.retrieveService(SOME), {
    name: "RangeError",
    message: 'Cannot find service "someservice": no service is registered',
  });
  services.registerService(serviceName("echo"), provider, "inbox");
  assert.throws(() => services.retrieveService(SOME), { message: 'Cannot find service "someservice": only "echo" is registered' });
});
test("deRegisterService() takes a service back", () => {
  const { services, provider } = start();
  services.registerService(SOME, provider, "control");
  services.deRegisterService(SOME);
  assert.deepEqual(services.servicesRegistered(), []);
  services.registerService(SOME, provider, "inbox");
  assert.equal(services.retrieveService(SOME), provider.inboxes["inbox"], "the name is free again");
});
test("deRegisterService() fails for a service that is not registered, or not any more", () => {
  const { services, provider } = start();
  assert.throws(() => services.deRegisterService(SOME), {
    name: "MultipleServiceDeletion",
    message: 'Cannot deregister service "someservice": no service is registered',
  });
  services.registerService(SOME, provider, "inbox");
  services.deRegisterService(SOME);
  assert.throws(() => services.deRegisterService(SOME), MultipleServiceDeletion);
});
test("trackValue() adds the name to the items there are", () => {
  const { services } = new System();
  services.trackValue(HITS, 5);
  assert.deepEqual(services.informationItemsLogged(), ["stats.pages.hitcount"]);
});
test("trackValue() refuses a second value of the same name", () => {
  const { services } = new System();
  services.trackValue(HITS, 5);
  assert.throws(() => services.trackValue(HITS, 6), {
    name: "NamespaceClash",
    message: 'Cannot track "stats.pages.hitcount": it is tracked already; update it',
  });
  assert.throws(() => services.trackValue(valueName(HITS.name), 7), NamespaceClash);
  assert.equal(services.retrieveValue(HITS), 5);
});
test("retrieveValue() gives the value that is tracked", () => {
  const { services } = new System();
  services.trackValue(HITS, 5);
  assert.equal(services.retrieveValue(HITS), 5);
});
test("retrieveValue() gives a value that is undefined, too", () => {
  const { services } = new System();
  const nothing = valueName<undefined>("nothing");
  services.trackValue(nothing, undefined);
  assert.equal(services.retrieveValue(nothing), undefined);
});
test("retrieveValue() fails for a value that nobody tracks", () => {
  const { services } = new System();
  assert.throws(() => services.retrieveValue(HITS), {
    name: "AccessToUndeclaredTrackedVariable",
    message: 'Cannot retrieve "stats.pages.hitcount": nothing is tracked',
  });
});
test("updateValue() changes the value", () => {
  const { services } = new System();
  services.trackValue(HITS, 5);
  services.updateValue(HITS, 10);
  assert.equal(services.retrieveValue(HITS), 10);
});
test("updateValue() fails for a value that nobody tracks, and names those there are", () => {
  const { services } = new System();
  services.trackValue(valueName("a"), 1);
  services.trackValue(valueName("b"), 2);
  assert.throws(() => services.updateValue(HITS, 10), {
    name: "AccessToUndeclaredTrackedVariable",
    message: 'Cannot update "stats.pages.hitcount": only "a", "b" are tracked',
  });
  assert.throws(() => services.updateValue(HITS, 10), AccessToUndeclaredTrackedVariable);
});
test("informationItemsLogged() names all that is tracked", () => {
  const { services } = new System();
  const names = ["stats.pages.hitcount", "stats.pages.pagecount", "stats.foobar.count"];
  for (const name of names) services.trackValue(valueName<number>(name), 5);
  assert.deepEqual(services.informationItemsLogged(), names);
});

// What is new.

test("Services: a service goes when its component ends, so nobody is handed a dead one", () => {
  const { system, services, provider } = start();
  services.registerService(SOME, provider, "inbox");
  services.registerService(serviceName("other"), idle(system), "inbox");
  provider.stop();
  stepper(system).rest();
  assert.deepEqual(services.servicesRegistered(), ["other"]);
  assert.throws(() => services.registerService(SOME, provider, "inbox"), {
    name: "BadComponent",
    message: 'Cannot register service "someservice": Idle_1 has ended',
  });
});
test("Services: a component may offer a service before it is activated", () => {
  const system = new System({ manual: true });
  const parent = make("Parent", function* (_, __, self) {
    const child = make("Child", function* () {});
    self.addChildren(child);
    self.system.services.registerService(SOME, child, "inbox");
    yield;
  });
  system.activate(parent);
  system.step();
  assert.deepEqual(system.services.servicesRegistered(), ["someservice"]);
  stepper(system).rest();
  assert(parent.isStopped);
  assert.deepEqual(system.services.servicesRegistered(), [], "the child was never activated, and went with its parent");
  assert.throws(() => system.services.retrieveService(SOME), RangeError);
  assert.throws(() => system.services.registerService(SOME, parent, "inbox"), BadComponent);
});

test("Services: a component outside of any system may offer a service in one, and loses it with the inbox", () => {
  const { services } = new System({ manual: true });
  const component = make("Fresh", function* () {});
  addInbox(component, "more");
  services.registerService(SOME, component, "more");
  assert.deepEqual(services.servicesRegistered(), ["someservice"]);
  deleteInbox(component, "more");
  assert.deepEqual(services.servicesRegistered(), []);
  services.registerService(SOME, component, "inbox");
  assert.equal(services.retrieveService(SOME), component.inboxes["inbox"]);
});

const ECHO = serviceName<string>("echo");

/** Sends what it gets to whoever offers ECHO, once somebody does. */
function ToEcho(): Component<{ inbox: string }, { outbox: string }> {
  return component(ToEcho, {
    inboxes: { inbox: "texts" },
    outboxes: { outbox: "the same texts" },
    *main({ inbox }, { outbox }, self) {
      self.link(outbox, yield* self.system.services.available(ECHO));
      while (yield inbox) outbox.send(inbox.recv());
    },
  });
}

/** Offers ECHO after a while. */
function EchoService({ after }: { after: number }): Component<{ inbox: string }, {}> & { readonly got: string[] } {
  const got: string[] = [];
  const made = component(EchoService, {
    inboxes: { inbox: "texts" },
    *main({ inbox }, _, self) {
      yield sleep(after);
      self.system.services.registerService(ECHO, self, "inbox");
      while (yield inbox) got.push(inbox.recv());
    },
  }) as Component<{ inbox: string }, {}>;
  return Object.assign(made, { got });
}

test("available() waits until somebody offers the service, in virtual time, too, also when the producer has finished meanwhile", async () => {
  const system = new System({ clock: new VirtualClock() });
  const service = EchoService({ after: 60_000 });
  const client = ToEcho();
  for (const text of ["a", "b"]) client.inboxes.inbox.deliver(text);
  client.stop(producerFinished());
  system.activate(client);
  await system.run(service);
  assert.deepEqual([service.got, client.isStopped, system.clock.now()], [["a", "b"], true, 60_000]);
});
test("available() gives a service that is there at once", () => {
  const { system, services, provider } = start();
  services.registerService(SOME, provider, "inbox");
  let found: unknown;
  system.activate(
    make("Client", function* (_, __, self) {
      found = yield* self.system.services.available(SOME);
    }),
  );
  stepper(system).rest();
  assert.equal(found, provider.inboxes["inbox"]);
});
test("available() wakes all who wait, at once, in the order in which they came", () => {
  const { system, services, provider } = start();
  const order: string[] = [];
  const names = ["A", "B"];
  for (const name of names) {
    system.activate(
      make(name, function* (_, __, self) {
        yield* self.system.services.available(SOME);
        order.push(name);
      }),
    );
  }
  const turns = stepper(system);
  turns.rest();
  services.registerService(SOME, provider, "inbox");
  turns.rest();
  assert.deepEqual(order, names);
});
test("available() goes on waiting when the service has gone again before its turn came", () => {
  const { system, services, provider } = start();
  const client = system.activate(
    make("Client", function* (_, __, self) {
      yield* self.system.services.available(SOME);
    }),
  );
  const turns = stepper(system);
  turns.rest();
  services.registerService(SOME, provider, "inbox");
  services.deRegisterService(SOME);
  turns.rest();
  assert(!client.isStopped);
  services.registerService(SOME, provider, "inbox");
  turns.rest();
  assert(client.isStopped);
});
test("available() is no reason for a system to go on: run() returns when nothing else is left, and says what was waited for", async () => {
  const system = new System({ clock: new VirtualClock() });
  const client = ToEcho();
  await system.run(client);
  assert.equal(waitsFor(client), 'waits for the service "echo"');
});
test("available() ends with its component on shutdownMicroprocess", () => {
  const { system } = start();
  let cleaned = false;
  const client = system.activate(
    make("Client", function* (_, __, self) {
      try {
        yield* self.system.services.available(SOME);
      } finally {
        cleaned = true;
      }
      assert.fail("it must not go on");
    }),
  );
  const turns = stepper(system);
  turns.rest();
  client.stop(shutdownMicroprocess());
  turns.rest();
  assert.deepEqual([client.isStopped, client.failure, cleaned], [true, undefined, true]);
});
test("changed() waits for the value to be tracked, then for every update that comes while somebody waits", () => {
  const { system, services } = start();
  const seen: number[] = [];
  system.activate(
    make("Watcher", function* (_, __, self) {
      while (seen.length < 2) seen.push(yield* self.system.services.changed(HITS));
    }),
  );
  const turns = stepper(system);
  turns.rest();
  services.trackValue(HITS, 1);
  turns.rest();
  services.updateValue(HITS, 2);
  turns.rest();
  services.updateValue(HITS, 3);
  turns.rest();
  assert.deepEqual(seen, [1, 2]);
});
test("changed() gives the last value when it changed more than once before its turn came", () => {
  const { system, services } = start();
  services.trackValue(HITS, 1);
  let seen = 0;
  system.activate(
    make("Watcher", function* (_, __, self) {
      seen = yield* self.system.services.changed(HITS);
    }),
  );
  const turns = stepper(system);
  turns.rest();
  services.updateValue(HITS, 2);
  services.updateValue(HITS, 3);
  turns.rest();
  assert.equal(seen, 3);
});
