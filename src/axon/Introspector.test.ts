// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { drive, type Stepper, stepper } from "../testing/index.ts";
import { make } from "../testing/make.ts";
import {
  addInbox,
  addOutbox,
  type AnyComponent,
  deleteInbox,
  deleteOutbox,
  type Inbox,
  Introspector,
  type Linkage,
  parseTopologyLine,
  shutdownMicroprocess,
  snapshot,
  System,
} from "./index.ts";

const idle = (name: string): AnyComponent =>
  make(name, function* ({ inbox }) {
    while (yield inbox) inbox.recv();
  });

/** A system with an introspector in it; `told` lets it run, and takes what it tells, message by message, each in lines. */
function observed(): { system: System; turns: Stepper; introspector: AnyComponent; told: () => string[][] } {
  const system = new System({ manual: true });
  const introspector = Introspector();
  const sink = make("Sink", function* () {});
  sink.link([introspector, "outbox"], [sink, "inbox"]);
  system.activate(introspector);
  const turns = stepper(system);
  const inbox: Inbox<string> = sink.inboxes["inbox"]!;
  const told = (): string[][] => {
    turns.rest();
    return Array.from({ length: inbox.length }, () => {
      const text = inbox.recv();
      assert(text.endsWith("\n"));
      return text.slice(0, -1).split("\n");
    });
  };
  return { system, turns, introspector, told };
}

test("Introspector() tells DEL ALL first, then all there is, itself included, in one message", () => {
  const { told } = observed();
  assert.deepEqual(told(), [
    ["DEL ALL"],
    [
      `ADD NODE "1" "Introspector_1" randompos component`,
      `ADD NODE "(1, 'i', 'control')" "control" randompos inbox`,
      `ADD NODE "(1, 'o', 'outbox')" "outbox" randompos outbox`,
      `ADD NODE "(1, 'o', 'signal')" "signal" randompos outbox`,
      `ADD LINK "1" "(1, 'i', 'control')"`,
      `ADD LINK "1" "(1, 'o', 'outbox')"`,
      `ADD LINK "1" "(1, 'o', 'signal')"`,
    ],
  ]);
});
test("Introspector() then tells what has changed: links that go, nodes that go, nodes that come, links that come", () => {
  const { system, told } = observed();
  const [one, two, three] = [idle("One"), idle("Two"), idle("Three")];
  for (const each of [one, two]) system.activate(each);
  const linkage = system.activate(idle("Maker")).link([one, "outbox"], [two, "inbox"]);
  const first = told().at(-1)!;
  assert(first.includes(`ADD LINK "(2, 'o', 'outbox')" "(3, 'i', 'inbox')"`));
  linkage.unlink();
  two.kill();
  system.activate(three);
  three.link([one, "outbox"], [three, "inbox"]);
  assert.deepEqual(told(), [
    [
      `DEL LINK "(2, 'o', 'outbox')" "(3, 'i', 'inbox')"`,
      `DEL LINK "3" "(3, 'i', 'inbox')"`,
      `DEL LINK "3" "(3, 'i', 'control')"`,
      `DEL LINK "3" "(3, 'o', 'outbox')"`,
      `DEL LINK "3" "(3, 'o', 'signal')"`,
      `DEL NODE "(3, 'i', 'inbox')"`,
      `DEL NODE "(3, 'i', 'control')"`,
      `DEL NODE "(3, 'o', 'outbox')"`,
      `DEL NODE "(3, 'o', 'signal')"`,
      `DEL NODE "3"`,
      `ADD NODE "5" "Three_5" randompos component`,
      `ADD NODE "(5, 'i', 'inbox')" "inbox" randompos inbox`,
      `ADD NODE "(5, 'i', 'control')" "control" randompos inbox`,
      `ADD NODE "(5, 'o', 'outbox')" "outbox" randompos outbox`,
      `ADD NODE "(5, 'o', 'signal')" "signal" randompos outbox`,
      `ADD LINK "5" "(5, 'i', 'inbox')"`,
      `ADD LINK "5" "(5, 'i', 'control')"`,
      `ADD LINK "5" "(5, 'o', 'outbox')"`,
      `ADD LINK "5" "(5, 'o', 'signal')"`,
      `ADD LINK "(2, 'o', 'outbox')" "(5, 'i', 'inbox')"`,
    ],
  ]);
});
test("Introspector() sleeps while nothing changes, however much goes on otherwise", () => {
  const { system, turns, told } = observed();
  const worker = system.activate(idle("Worker"));
  told();
  for (let n = 0; n < 10; n++) {
    worker.inboxes["inbox"]!.deliver(n);
    assert.deepEqual(turns.rest(), ["Worker_2"]);
  }
  assert.deepEqual(told(), []);
});
test("Introspector() does not tell what came and went between its turns", () => {
  const { system, told } = observed();
  const [one, two] = [idle("One"), idle("Two")];
  for (const each of [one, two]) system.activate(each);
  const linkage = one.link([one, "outbox"], [two, "inbox"]);
  told();
  linkage.unlink();
  one.link([one, "outbox"], [two, "inbox"]);
  one.link([two, "outbox"], [one, "inbox"]).unlink();
  deleteInbox(one, addInbox(one));
  system.activate(idle("Brief")).kill();
  assert.deepEqual(told(), []);
});
test("Introspector() tells of boxes that are added and deleted, also of inboxes and outboxes of the same name", () => {
  const { system, told } = observed();
  const one = system.activate(idle("One"));
  told();
  addInbox(one, "both");
  const out = addOutbox(one, "both");
  one.link(out, [one, "both"]);
  assert.deepEqual(told(), [
    [
      `ADD NODE "(2, 'i', 'both')" "both" randompos inbox`,
      `ADD NODE "(2, 'o', 'both')" "both" randompos outbox`,
      `ADD LINK "2" "(2, 'i', 'both')"`,
      `ADD LINK "2" "(2, 'o', 'both')"`,
      `ADD LINK "(2, 'o', 'both')" "(2, 'i', 'both')"`,
    ],
  ]);
  deleteOutbox(one, "both");
  assert.deepEqual(told(), [
    [`DEL LINK "(2, 'o', 'both')" "(2, 'i', 'both')"`, `DEL LINK "2" "(2, 'o', 'both')"`, `DEL NODE "(2, 'o', 'both')"`],
  ]);
});
test("Introspector() writes names that need it with backslashes, as a viewer reads them", () => {
  const { system, told } = observed();
  const one = system.activate(idle("One"));
  told();
  const names = [`it's`, `say "x"`, `'"`, `a\\b`, `two\nlines`];
  for (const name of names) addInbox(one, name);
  const nodes = told()[0]!
    .map((line) => parseTopologyLine(line))
    .filter((command) => command?.command === "ADD NODE");
  assert.deepEqual(
    nodes.map((node) => ("name" in node! ? [node.id, node.name] : [])),
    [
      [`(2, 'i', "it's")`, `it's`],
      [`(2, 'i', 'say "x"')`, `say "x"`],
      [`(2, 'i', '\\'"')`, `'"`],
      [`(2, 'i', 'a\\\\b')`, `a\\b`],
      [`(2, 'i', 'two\\nlines')`, `two lines`],
    ],
  );
});
test("Introspector() tells of children and of links through their parents", () => {
  const { system, told } = observed();
  const child = idle("Child");
  system.activate(
    make("Parent", function* ({ control }, _, self) {
      self.addChildren(child);
      self.link([self, "inbox"], [child, "inbox"], { passthrough: 1 });
      child.activate();
      yield control;
    }),
  );
  const lines = told().flat();
  assert(lines.includes(`ADD NODE "3" "Child_3" randompos component`));
  assert(lines.includes(`ADD LINK "(2, 'i', 'inbox')" "(3, 'i', 'inbox')"`));
});
test("Introspector() looks on only while it lives: it ends on shutdown, and says so", async () => {
  const { system, turns, introspector } = observed();
  turns.rest();
  assert.notEqual(system.changes, undefined);
  introspector.stop(shutdownMicroprocess());
  turns.rest();
  assert(introspector.isStopped);
  assert.equal(system.changes, undefined);
  const { outbox, signal } = await drive(Introspector());
  assert.equal(outbox[0], "DEL ALL\n");
  assert.deepEqual(signal, [{ type: "producerFinished" }]);
});
test("Introspector(): whoever follows its lines has the same picture as a snapshot, whatever happens", () => {
  const step = fc.oneof(
    fc.record({ does: fc.constant("activate" as const) }),
    fc.record({ does: fc.constantFrom("kill" as const, "addInbox" as const, "deleteInbox" as const, "look" as const), at: fc.nat(5) }),
    fc.record({ does: fc.constant("link" as const), at: fc.nat(5), to: fc.nat(5) }),
    fc.record({ does: fc.constant("unlink" as const), at: fc.nat(5) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const { system, told } = observed();
      const parts: AnyComponent[] = [];
      const linkages: Linkage[] = [];
      const picture = new Picture();
      const look = (): void => {
        for (const line of told().flat()) picture.apply(line);
        assert.deepEqual(picture.toString(), expectedPicture(system));
      };
      for (const each of steps) {
        const part = "at" in each ? parts[each.at] : undefined;
        if (each.does === "activate") parts.push(system.activate(idle("Part")));
        else if (each.does === "look") look();
        else if (each.does === "unlink") linkages[each.at]?.unlink();
        else if (part === undefined || part.isStopped) continue;
        else if (each.does === "kill") part.kill();
        else if (each.does === "addInbox") addInbox(part, "more");
        else if (each.does === "deleteInbox" && Object.hasOwn(part.inboxes, "more")) deleteInbox(part, "more");
        else if (each.does === "link" && parts[each.to] !== undefined && !part.outboxes["outbox"]!.linked)
          linkages.push(part.link([part, "outbox"], [parts[each.to]!, "inbox"]));
      }
      look();
    }),
  );
});

/** A viewer that only knows who is there and what is linked, and refuses nonsense. */
class Picture {
  readonly #nodes: Map<string, string> = new Map();
  readonly #links: Set<string> = new Set();

  apply(line: string): void {
    const command = parseTopologyLine(line)!;
    if (command.command === "DEL ALL") {
      this.#nodes.clear();
      this.#links.clear();
    } else if (command.command === "ADD NODE") {
      assert(!this.#nodes.has(command.id), line);
      this.#nodes.set(command.id, `${command.name} ${command.type}`);
    } else if (command.command === "DEL NODE") {
      assert(this.#nodes.delete(command.id), line);
    } else if (command.command === "ADD LINK") {
      assert(this.#nodes.has(command.from) && this.#nodes.has(command.to) && !this.#links.has(line.slice(4)), line);
      this.#links.add(line.slice(4));
    } else if (command.command === "DEL LINK") {
      assert(this.#links.delete(line.slice(4)), line);
    } else assert.fail(line);
  }

  toString(): string[] {
    return [...[...this.#nodes].map(([id, what]) => `${id}: ${what}`), ...this.#links].sort();
  }
}

/** The same from a snapshot; links between boxes that are both there. */
function expectedPicture(system: System): string[] {
  const { components, linkages } = snapshot(system);
  const ids = new Map<string, string>();
  const lines: string[] = [];
  for (const { id, name, inboxes, outboxes } of components) {
    lines.push(`${id}: ${name} component`);
    for (const [type, boxes] of [
      ["inbox", inboxes],
      ["outbox", outboxes],
    ] as const) {
      for (const box of Object.keys(boxes)) {
        const boxId = `(${id}, '${type[0]}', '${box}')`;
        ids.set(`${name}.${box}`, boxId);
        lines.push(`${boxId}: ${box} ${type}`, `LINK "${id}" "${boxId}"`);
      }
    }
  }
  for (const { from, to } of linkages) if (ids.has(from) && ids.has(to)) lines.push(`LINK "${ids.get(from)}" "${ids.get(to)}"`);
  return lines.sort();
}
