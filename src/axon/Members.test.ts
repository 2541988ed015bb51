// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { SeededRandom } from "../testing/index.ts";
import { type Member, Members } from "./Members.ts";

interface Named extends Member {
  readonly name: number;
}

const named = (name: number): Named => ({ name, place: -1 });

test("Members keeps them in the order in which they came, each once", () => {
  const members = new Members<Named>();
  const [a, b, c] = [named(1), named(2), named(3)];
  for (const one of [a, b, a, c, b]) members.add(one);
  assert.deepEqual([...members], [a, b, c]);
  assert.equal(members.size, 3);
  assert.deepEqual([members.delete(b), members.delete(b), members.delete(named(4))], [true, false, false]);
  members.add(b);
  assert.deepEqual([...members], [a, c, b]);
});
test("Members shows those that are there when the loop begins", () => {
  const members = new Members<Named>();
  const all = [named(1), named(2), named(3)];
  for (const one of all) members.add(one);
  const seen: Named[] = [];
  for (const one of members) {
    seen.push(one);
    members.delete(all[2]!);
    members.add(named(9));
  }
  assert.deepEqual(seen, all);
});
test("Members is like a Set, however they come and go", () => {
  const random = new SeededRandom(1);
  const members = new Members<Named>();
  const set = new Set<Named>();
  const all = Array.from({ length: 300 }, (_, name) => named(name));
  for (let i = 0; i < 20_000; i++) {
    const one = all[Math.floor(random.next() * all.length)]!;
    if (random.next() < (Math.floor(i / 2000) % 2 === 0 ? 0.7 : 0.3)) {
      members.add(one);
      set.add(one);
    } else assert.equal(members.delete(one), set.delete(one));
    assert.equal(members.size, set.size);
    if (i % 100 === 0) assert.deepEqual([...members], [...set]);
  }
});
test("Members takes no more room than needed, while few are there and many come and go", () => {
  const members = new Members<Named>();
  const stays = named(0);
  members.add(stays);
  let most = 0;
  for (let i = 1; i < 10_000; i++) {
    const [one, other] = [named(i), named(i)];
    members.add(one);
    members.add(other);
    members.delete(one);
    most = Math.max(most, other.place);
    members.delete(other);
  }
  assert.deepEqual([...members], [stays]);
  assert.ok(most < 100, `places up to ${most} were given`);
});
