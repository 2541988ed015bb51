// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { packagePage } from "./lib/packagePage.ts";

test("packagePage() drops what is only for the repository, and links and pictures that would lead nowhere", () => {
  const page = `# Title

<!-- repository -->
Run \`npm start\`.
<!-- /repository -->

![what it looks like](docs/a.svg)

The [changes](CHANGELOG.md#new), [all \`[of]\` it](src/x/README.md), [a site](https://example.org/x.md), [below](#below).

\`\`\`ts
const one = [first](second);
\`\`\`

[End](END.md)
`;
  const wanted = `# Title

The [changes](CHANGELOG.md#new), all \`[of]\` it, [a site](https://example.org/x.md), [below](#below).

\`\`\`ts
const one = [first](second);
\`\`\`

End
`;
  assert.equal(
    packagePage(page, (path) => path === "CHANGELOG.md"),
    wanted,
  );
});

test("README.md and CHANGELOG.md lead to nothing in the package that is not there, and say how to use it", () => {
  for (const name of ["README.md", "CHANGELOG.md"]) {
    const page = readFileSync(name, "utf8");
    for (const [, target = ""] of page.matchAll(/\]\(([^)\s#]+)/g)) assert.ok(/^\w+:/.test(target) || existsSync(target), target);
    const text = packagePage(page, () => false);
    assert.deepEqual(
      [...text.matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, target]) => target),
      [],
    );
    if (name === "CHANGELOG.md") continue;
    assert.match(text, /^import .* from "kamaelia\/chassis";$/m);
    assert.match(text, /@types\/node/);
    assert.doesNotMatch(text, /npm start|npm test|npx node/);
  }
});
