// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import type { LookUp } from "../NodeNetwork.ts";
import { Names } from "./names.ts";

type Telling = Parameters<LookUp>[2];

/** Names that are looked up by hand. */
function byHand(ipv6: boolean): { names: Names; asked: string[]; tell: Telling[]; answers: string[]; find: (name: string) => void } {
  const asked: string[] = [];
  const tell: Telling[] = [];
  const answers: string[] = [];
  const names = new Names(ipv6, (name, family, answer) => {
    asked.push(`${name} ${family}`);
    tell.push(answer);
  });
  const find = (name: string): void =>
    names.find(name, (error, address, family) => void answers.push(error === null ? `${address} ${family}` : error.message));
  return { names, asked, tell, answers, find };
}

test("an address needs no look-up, and has the form that its socket knows", () => {
  const [four, six] = [byHand(false), byHand(true)];
  four.find("127.0.0.1");
  six.find("127.0.0.1");
  six.find("::1");
  four.find("::1");
  assert.deepEqual(
    [...four.answers, ...six.answers],
    ["127.0.0.1 4", "the socket is for IPv4; bind it to :: to send to IPv6, too", "::ffff:127.0.0.1 6", "::1 6"],
  );
  assert.deepEqual([...four.asked, ...six.asked], []);
});

test("a name is looked up once for all who ask meanwhile, and for half a minute after that", (t) => {
  let now = 0;
  t.mock.method(performance, "now", () => now);
  const { asked, tell, answers, find } = byHand(true);
  for (let i = 0; i < 3; i++) find("a.example");
  tell[0]!(null, [{ address: "192.0.2.1", family: 4 }]);
  find("a.example");
  assert.deepEqual([asked, answers], [["a.example 0"], Array(4).fill("::ffff:192.0.2.1 6")]);
  now = 30_001;
  find("a.example");
  assert.equal(asked.length, 2);
  tell[1]!(null, []); // that ends the wait for it
});

test("a name that is not found is looked up again, and what is wrong is told to all", () => {
  const { asked, tell, answers, find } = byHand(false);
  find("a.example");
  find("a.example");
  tell[0]!(new Error("no such host"), []);
  find("a.example");
  tell[1]!(null, []);
  assert.deepEqual(answers, ["no such host", "no such host", "the name has no address of that kind"]);
  assert.equal(asked.length, 2);
});

test("DNS that never answers is given up after ten seconds, and what it says later is not heard", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { tell, answers, find } = byHand(false);
  find("a.example");
  t.mock.timers.tick(9999);
  assert.deepEqual(answers, []);
  t.mock.timers.tick(1);
  tell[0]!(null, [{ address: "192.0.2.1", family: 4 }]);
  assert.deepEqual(answers, ["no answer"]);
});

test("names do not pile up", () => {
  const { asked, tell, find } = byHand(false);
  for (let i = 0; i < 2000; i++) {
    find(`${i}.example`);
    tell[i]!(null, [{ address: "192.0.2.1", family: 4 }]);
  }
  for (const i of [1999, 0]) find(`${i}.example`);
  assert.deepEqual(asked.slice(2000), ["0.example 4"]);
  tell[2000]!(null, []); // that ends the wait for it
});
