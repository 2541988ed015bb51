// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { chain, dumbbell, randomGraph, star, tree } from "./shapes.ts";
import { SimulatedNetwork } from "./SimulatedNetwork.ts";
import { Topology, topologyFromFile, traceFromFile } from "./Topology.ts";

test("a topology is put together step by step, and each direction of a link may differ", () => {
  const plan = Topology()
    .hosts("home")
    .host("server", "203.0.113.5", "2001:db8::5")
    .routers("dsl")
    .link("home", "dsl", { delay: 8, rate: 1e6 }, { rate: 16e6 });
  const network = new SimulatedNetwork(plan.link("dsl", "server", { delay: 20 }));
  assert.deepEqual(network.link("home", "dsl").options, { delay: 8, rate: 1e6 });
  assert.deepEqual(network.link("dsl", "home").options, { delay: 8, rate: 16e6 });
  assert.deepEqual(network.host("server").addresses, ["203.0.113.5", "2001:db8::5"]);
  assert.deepEqual(network.host("home").addresses, ["10.0.0.1", "fd00::1"]);
});

test("shapes have as many hosts, routers and links as they should", () => {
  const counts = [star(5), chain(3), dumbbell(4, { bottleneck: {} }), tree({ depth: 3, fanOut: 5 })].map(({ nodes, links }) => [
    nodes.filter(({ kind }) => kind === "host").length,
    nodes.filter(({ kind }) => kind === "router").length,
    links.length,
  ]);
  assert.deepEqual(counts, [
    [5, 1, 5],
    [2, 3, 4],
    [8, 2, 9],
    [126, 31, 156],
  ]);
});

test("a topology goes into a JSON file and comes back; what is none is refused", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "kamaelia-"));
  t.after(() => rm(folder, { recursive: true }));
  const plan = dumbbell(2, { bottleneck: { delay: 20, rate: 1e6, loss: { gemodel: [0.01, 0.3] }, queue: { discipline: "codel" } } });
  await writeFile(join(folder, "plan.json"), JSON.stringify(plan));
  const again = await topologyFromFile(join(folder, "plan.json"));
  assert.deepEqual(again.toJSON(), plan.toJSON());
  const [a, b] = ["a", "b"].map((name) => ({ name, kind: "host" }));
  const between = ["a", "b"];
  for (const [plan, why] of [
    [[1, 2], /^RangeError: Cannot take .*none\.json for a topology: it is no object$/],
    [{ nodes: [] }, /it has no "links"$/],
    [{ nodes: [a, null], links: [] }, /it has a "nodes" that has a 2\. part that is no object$/],
    [{ nodes: [{ name: "a", kind: "hub" }], links: [] }, /has a "kind" that is none of host, router$/],
    [{ nodes: [{ ...a, addresses: ["1.2.3"] }], links: [] }, /has a "addresses" that is no list of addresses$/],
    [{ nodes: [a, b], links: [{ between: ["a"] }] }, /has a "between" that is no pair of names$/],
    [{ nodes: [a, b], links: [{ between, both: { dealy: 1 } }] }, /has a "both" that has "dealy", which is none of delay, jitter, /],
    [{ nodes: [a, b], links: [{ between, both: { delay: "10" } }] }, /has a "delay" that is no number$/],
    [{ nodes: [a, b], links: [{ between, both: { loss: { gemodel: [0.1, "x"] } } }] }, /has a "gemodel" that is no list of numbers$/],
    [{ nodes: [a, b], links: [{ between, back: { loss: 2 } }] }, /Cannot simulate a loss of 2/],
    [JSON.parse('{ "nodes": [], "links": [], "__proto__": {} }'), /it has "__proto__", which is none of nodes, links$/],
  ] as const) {
    await writeFile(join(folder, "none.json"), JSON.stringify(plan));
    await assert.rejects(topologyFromFile(join(folder, "none.json")), why);
  }
  await writeFile(join(folder, "bad.json"), JSON.stringify({ nodes: [{ name: "a", kind: "host" }], links: [{ between: ["a", "b"] }] }));
  await assert.rejects(topologyFromFile(join(folder, "bad.json")), /Cannot link a and b: there is no b, only a/);
  await writeFile(join(folder, "lte.down"), "0\n3\n3\n8\n");
  assert.deepEqual(await traceFromFile(join(folder, "lte.down")), [0, 3, 3, 8]);
  await writeFile(join(folder, "bad.trace"), `0\n\n${"9".repeat(400)}\n`);
  await assert.rejects(traceFromFile(join(folder, "bad.trace")), /^SyntaxError: Cannot read line 3 of the trace: "99999/);
  await writeFile(join(folder, "half.json"), '{ "nodes": ');
  await assert.rejects(
    topologyFromFile(join(folder, "half.json")),
    /^SyntaxError: Cannot take .*half\.json for a topology: it is no JSON: /,
  );
});

test("a topology, a trace or a capture without its file says what cannot be done, and why", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "kamaelia-"));
  t.after(() => rm(folder, { recursive: true }));
  const missing = join(folder, "none");
  for (const read of [topologyFromFile, traceFromFile]) {
    const message = `Cannot read ${missing}: there is no such file in ${folder} (ENOENT); give the path of one`;
    await assert.rejects(read(missing), { name: "FileError", code: "ENOENT", message });
    await assert.rejects(read(folder), { name: "FileError", message: `Cannot read ${folder}: it is a directory (EISDIR)` });
  }
  await assert.rejects(topologyFromFile("none.json"), {
    message: `Cannot read none.json: there is no such file in ${process.cwd()} (ENOENT); give the path of one`,
  });
  const capture = new SimulatedNetwork(chain(1)).capture("source");
  const below = join(missing, "all.pcapng");
  const message = `Cannot write ${below}: there is no folder ${missing} (ENOENT); make it first, or choose another`;
  await assert.rejects(capture.write(below), { name: "FileError", path: below, message });
  await assert.rejects(capture.write(folder), {
    message: `Cannot write ${folder}: it is a folder (EISDIR); give the path of a file in it`,
  });
});

test("plans are put together where they have the same names", () => {
  const both = star(["a", "b"]).add(Topology().hosts("c").routers("hub").link("hub", "c"));
  assert.deepEqual([both.nodes.length, both.links.length], [4, 3]);
});

test("names that are taken, and links that cannot be, are refused where they are made", () => {
  assert.throws(() => Topology().hosts("a", "a"), /Cannot add host a: there is one of that name/);
  assert.throws(() => Topology().hosts("a").link("a", "a"), /they are the same/);
  assert.throws(() => tree({ depth: 0, fanOut: 2 }), /Cannot grow a tree of depth 0/);
  assert.throws(() => tree({ depth: 1, fanOut: 0 }), /Cannot grow a tree of fan-out 0/);
  assert.throws(() => star(1.5), /Cannot make 1.5 of host/);
  assert.throws(() => star(0), /Cannot make 0 of host: give a whole number from 1/);
  assert.throws(() => star([]), /Cannot make a star without hosts/);
  assert.throws(() => dumbbell(0, { bottleneck: {} }), /Cannot make 0 of left: give a whole number from 1/);
});

test("addresses that no host can have are refused where they are given: nothing would ever be sent", () => {
  for (const address of ["foo", "1.2.3", "10.0.0.256", "fd00::x", "::", "0.0.0.0", "127.0.0.1", "224.0.0.1", ""]) {
    assert.throws(
      () => Topology().host("a", address),
      /^RangeError: Cannot add host a: .* is no address that it can have; give one like 10.1.0.1/,
    );
    const plan = { nodes: [{ name: "a", kind: "router", addresses: [address] }], links: [] } as const;
    assert.throws(() => new SimulatedNetwork(plan), /Cannot add router a: .* is no address/);
  }
  assert.throws(() => Topology().hosts(""), /Cannot add a host called "": give a name/);
  assert.equal(new SimulatedNetwork(Topology().host("a", "10.9.0.1", "fe80::1%eth0", "FD00:0::9")).host("a").addresses.length, 3);
});

test("shapes that cannot be are refused where they are made", () => {
  assert.throws(() => chain([]), /^RangeError: Cannot make a chain of no names: give two names or more, or a number of routers/);
  assert.throws(() => chain(["a"]), /Cannot make a chain of a: give two names or more/);
  assert.throws(() => dumbbell(1, undefined as never), /^TypeError: Cannot make a dumbbell: there is no bottleneck; give \{ bottleneck: /);
  assert.throws(() => dumbbell(1, {} as never), TypeError);
  assert.throws(() => randomGraph({ routers: 0 }), /^RangeError: Cannot link 0 routers by chance: give a whole number from 1/);
  assert.throws(() => randomGraph({ routers: 1.5 }), RangeError);
  assert.throws(
    () => randomGraph({ routers: 3, probability: 2 }),
    /Cannot simulate a probability of links of 2: a probability is from 0 to 1/,
  );
  assert.throws(() => randomGraph({ routers: 3, seed: NaN }), /Cannot make numbers from the seed NaN: give a whole number/);
});
