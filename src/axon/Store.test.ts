// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { BusyRetry, ConcurrentUpdate, Store, System } from "./index.ts";
import { make } from "../testing/make.ts";

interface Accounts {
  one: number;
  two: number;
  mine: number;
}

test("Store.usevar() gives undefined, in version 0, for what nobody has committed", () => {
  const greeting = new Store<{ hello: string }>().usevar("hello");
  assert.deepEqual([greeting.key, greeting.value, greeting.version], ["hello", undefined, 0]);
});
test("Store: what one commits, the next one takes out, in the next version", () => {
  const store = new Store<{ hello: string }>();
  const greeting = store.usevar("hello");
  greeting.set("Hello World");
  assert.equal(store.usevar("hello").value, undefined, "set() alone changes only the copy");
  greeting.commit();
  assert.equal(greeting.version, 1);
  const again = store.usevar("hello");
  assert.deepEqual([again.value, again.version], ["Hello World", 1]);
});
test("Store: a value may be committed again and again by the one who has the last version", () => {
  const store = new Store<{ count: number }>();
  const count = store.usevar("count");
  for (let n = 1; n <= 3; n++) {
    count.set(n);
    count.commit();
  }
  assert.deepEqual(store.dump(), { count: { version: 3, value: 3 } });
});
test("Store: commit() fails when somebody else has committed meanwhile, and changes nothing", () => {
  const store = new Store<{ hello: string }>();
  const [mine, theirs] = [store.usevar("hello"), store.usevar("hello")];
  theirs.set("theirs");
  theirs.commit();
  mine.set("mine");
  assert.throws(() => mine.commit(), {
    name: "ConcurrentUpdate",
    message: 'Cannot commit "hello": it is in version 1, this was taken out in version 0; take it out again',
  });
  assert.deepEqual(store.dump(), { hello: { version: 1, value: "theirs" } });
  assert.equal(mine.version, 0);
});
test("StoreCollection.commit() puts all values in, or none: the original's bank", () => {
  const store = new Store<Accounts>();
  const first = store.using("one", "two", "mine");
  first.get("mine").set(0);
  first.get("one").set(50);
  first.get("two").set(100);
  first.commit();
  const all = store.using("one", "two", "mine");
  all.get("mine").set(all.get("one").value! + all.get("two").value!);
  const some = store.using("one", "mine");
  some.get("mine").set(some.get("mine").value! - 100);
  some.get("one").set(100);
  some.commit();
  all.get("one").set(0);
  all.get("two").set(0);
  assert.throws(() => all.commit(), ConcurrentUpdate);
  assert.deepEqual(store.dump(), { one: { version: 2, value: 100 }, two: { version: 1, value: 100 }, mine: { version: 2, value: -100 } });
});
test("StoreCollection.commit() changes nothing when one of the values cannot be copied", () => {
  const store = new Store();
  const both = store.using("good", "bad");
  both.get("good").set(1);
  both.get("bad").set(() => 1);
  assert.throws(() => both.commit(), { name: "DataCloneError" });
  assert.deepEqual(store.dump(), { good: { version: 0, value: undefined }, bad: { version: 0, value: undefined } });
  assert.deepEqual([both.get("good").version, both.get("bad").version], [0, 0]);
});
test("StoreCollection.get() names what was taken out when asked for something else", () => {
  const some = new Store<Accounts>().using("one", "two");
  assert.throws(() => some.get("mine" as "one"), { name: "RangeError", message: 'Cannot get "mine": only "one", "two" were taken out' });
});
test("StoreCollection and StoreValue: a value taken out alone stands against one taken out with others", () => {
  const store = new Store<Accounts>();
  const both = store.using("one", "two");
  store.usevar("two").commit();
  assert.throws(() => both.commit(), { name: "ConcurrentUpdate", message: /"two"/ });
});
test("Store copies both ways: nobody can reach into it", () => {
  const store = new Store<{ list: number[] }>();
  const list = store.usevar("list");
  const mine = [1, 2];
  list.set(mine);
  list.commit();
  mine.push(3);
  store.usevar("list").value!.push(4);
  (store.dump()["list"]!.value as number[]).push(5);
  assert.deepEqual(store.usevar("list").value, [1, 2]);
});
test("Store: whoever uses it while it copies is told to try again, and it goes on working", () => {
  const store = new Store<{ evil: unknown; other: number }>();
  const evil = store.usevar("evil");
  const other = store.usevar("other");
  const tries: unknown[] = [];
  evil.set({
    get now() {
      for (const action of [() => store.usevar("other"), () => store.using("other"), () => other.commit(), () => store.dump()]) {
        try {
          tries.push(action());
        } catch (error) {
          tries.push(error);
        }
      }
      return 1;
    },
  });
  evil.commit();
  assert.equal(tries.length, 4);
  for (const error of tries) assert(error instanceof BusyRetry, String(error));
  assert.equal((tries[0] as Error).message, "Cannot take out values: the store is being used just now; try again");
  assert.deepEqual(store.usevar("evil").value, { now: 1 });
  other.commit();
});
test("Store: components that add up in transactions lose nothing, however their turns interleave", async () => {
  const store = new Store<{ sum: number }>();
  let conflicts = 0;
  const adders = Array.from({ length: 10 }, (_, i) =>
    make(`Adder${i}`, function* () {
      for (let done = 0; done < 20;) {
        const sum = store.usevar("sum");
        yield; // others have their turns between taking out and committing
        sum.set((sum.value ?? 0) + 1);
        try {
          sum.commit();
          done++;
        } catch (error) {
          assert(error instanceof ConcurrentUpdate);
          conflicts++;
        }
      }
    }),
  );
  const system = new System();
  for (const adder of adders) system.activate(adder);
  await system.run();
  assert.equal(store.usevar("sum").value, 200);
  assert(conflicts > 0);
});
