// SPDX-License-Identifier: Apache-2.0
// Every component that an entry point exports conforms: see `conforms` in kamaelia/testing. One without a specimen fails.
import assert from "node:assert/strict";
import { test } from "node:test";
import { conforms } from "../src/testing/index.ts";
import { findSpecimens } from "./lib/specimens.ts";
import { tree } from "./lib/tree.ts";

const { exported, strangers, broken } = await findSpecimens();

for (const { entry, name, value, specimens } of exported) {
  if (typeof specimens === "string") continue;
  if (specimens === undefined) {
    test(`${entry}: ${name}() conforms`, () => {
      assert.fail(`${name} has no specimen: add one to a table in src${entry.slice("kamaelia".length)}/*.specimens.ts`);
    });
    continue;
  }
  for (const [i, { make, inputs, options }] of specimens.entries()) {
    test(`${entry}: ${name}() conforms${i === 0 ? "" : `, specimen ${i + 1}`}`, { skip: options.skip }, async () => {
      const made = async (...args: Parameters<typeof make>) => {
        const component = await make(...args);
        assert.equal(component.kindName, options.kind ?? value.name, "the specimen makes another kind of component");
        return component;
      };
      await conforms(made, inputs, options);
    });
  }
}

test("every entry point loads, and every table of specimens", () => {
  assert.deepEqual(broken, []);
});

test("every specimen is one of something that is exported", () => {
  assert.deepEqual(strangers, []);
});

test("findSpecimens() finds what makes components, by all names in upper case but those of errors, with its specimens or without", async (t) => {
  const root = tree(t, {
    "package.json": JSON.stringify({
      type: "module",
      exports: { "./a": "./src/a/index.ts", "./b": "./src/b/index.ts", "./internal/*": null },
    }),
    "src/a/index.ts": `
      export function One() {} export class Two {} export function Three() {} export function Missing() {}
      export class Fault extends RangeError {} export function helper() {} export const LIMIT = 5;`,
    "src/a/first.specimens.ts": `export const specimens = { One: { make: 1 }, Two: "a number" };`,
    "src/a/second.specimens.ts": `export const specimens = { Three: [{ make: 3 }, { make: 4 }], Stranger: { make: 5 } };`,
    "src/b/index.ts": `export { One } from "../a/index.ts";`,
  });
  const found = await findSpecimens(root);
  assert.deepEqual(found.exported.map(({ entry, name, specimens }) => [`${entry}/${name}`, specimens]).toSorted(), [
    ["kamaelia/a/Missing", undefined],
    ["kamaelia/a/One", [{ make: 1 }]],
    ["kamaelia/a/Three", [{ make: 3 }, { make: 4 }]],
    ["kamaelia/a/Two", "a number"],
  ]);
  assert.deepEqual(found.strangers, ["src/a/Stranger"]);
});
