// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseArgs } from "node:util";
import { System } from "kamaelia/axon";
import { Pipeline } from "kamaelia/chassis";
import { SimpleFileWriter, SimpleReader } from "kamaelia/file";
import { inOneLine, portOf } from "./commandLine.ts";

test("inOneLine() says what is wrong with a command line, and leaves out what Node.js advises", () => {
  const options = { port: { type: "string" }, help: { type: "boolean" } } as const;
  for (const [args, what] of [
    [["--prot"], "Unknown option '--prot'"],
    [["--port"], "Option '--port <value>' argument missing"],
    [["--port", "--help"], "Option '--port' argument missing"],
    [["--help=yes"], "Option '--help' does not take an argument"],
    [["more"], "Unexpected argument 'more'"],
  ] as const) {
    assert.throws(
      () => parseArgs({ args: [...args], options }),
      (error) => inOneLine(error) === what,
    );
  }
});

test("inOneLine() says of components that failed why the first one did", async () => {
  const failed = await new System()
    .run(Pipeline(Pipeline(SimpleReader("no such file", { readMode: "bytes" })), SimpleFileWriter("/dev/null")))
    .catch((error: unknown) => inOneLine(error));
  assert.equal(failed, "Cannot read no such file: there is no such file or directory (ENOENT)");
  assert.equal(inOneLine("just so"), "just so");
});

test("portOf() takes ports, and nothing else", () => {
  assert.deepEqual(
    ["0", "80", "65535"].map((text) => portOf("port", text)),
    [0, 80, 65_535],
  );
  for (const text of ["", "-1", "65536", "99999", "1.5", "http"])
    assert.throws(() => portOf("port", text), new RangeError(`Cannot use --port ${text}: a port is a number from 0 to 65535`));
});
