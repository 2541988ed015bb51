// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import type { Endpoint } from "../../../axon/index.ts";
import { dial, program, without } from "../parts.ts";
import { folderWith, get, type Got, served } from "./parts.ts";
import { upload, type UploadedForm } from "./upload.ts";

const filesIn = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder) : []);

async function post({ port }: Endpoint, form: FormData): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}/`, { method: "POST", body: form });
  return `${response.status} ${await response.text()}`;
}

/** A form with these. */
function formOf(entries: Readonly<Record<string, string | Blob>>, filename?: string): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(entries)) {
    if (typeof value === "string") form.append(name, value);
    else form.append(name, value, filename ?? name);
  }
  return form;
}

const describe = (_: unknown, { fields, files }: UploadedForm): string =>
  JSON.stringify([fields, files.map(({ name, filename, type, size }) => [name, filename, type, size])]);

test("upload() writes files to disk, byte for byte, and gives the fields", async (t) => {
  const folder = join(folderWith(t), "new");
  const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * 7) % 251));
  let path = "";
  const handler = upload(
    (request, form) => {
      path = form.files[0]!.path;
      return `${form.get("title")} ${describe(request, form)}`;
    },
    { folder },
  );
  const at = await served(t, handler);
  const form = formOf({ title: "Größe", file: new Blob([bytes], { type: "image/png" }) }, 'a "b".png');
  assert.equal(await post(at, form), '200 Größe [[["title","Größe"]],[["file","a \\"b\\".png","image/png",300000]]]');
  assert.ok(readFileSync(path).equals(bytes));
});

test("upload() takes no names of others for paths", async (t) => {
  const folder = folderWith(t);
  const at = await served(t, upload(describe, { folder: join(folder, "in") }));
  for (const filename of ["../../escaped", "/etc/escaped", "..\\escaped"])
    assert.match(await post(at, formOf({ f: new Blob(["x"]) }, filename)), /^200 .*"(?:\.\.)?escaped"/);
  assert.deepEqual(filesIn(folder), ["in"]);
  assert.ok(filesIn(join(folder, "in")).every((name) => name.startsWith("upload-")));
});

test("upload() unpacks nothing that is sent: 50 MiB in a few bytes of gzip stay a few bytes, as a body and as a file", async (t) => {
  const folder = folderWith(t);
  const bomb = gzipSync(Buffer.alloc(50 << 20));

  const count = upload((_, { files }) => files.map(({ size, path }) => `${size} ${statSync(path).size}`).join(), {
    folder,
    maxFileSize: 100_000,
  });
  const at = await served(t, (request) =>
    request.parsed.query === "form" ? count(request) : request.bytes().then((body) => String(body.length)),
  );
  const before = process.memoryUsage().rss;
  const send = async (query: string, body: FormData | Buffer<ArrayBuffer>): Promise<string> =>
    (await fetch(`http://127.0.0.1:${at.port}/?${query}`, { method: "POST", headers: { "content-encoding": "gzip" }, body })).text();
  assert.ok(bomb.length < 60_000);
  assert.equal(await send("body", bomb), `${bomb.length}`);
  assert.equal(await send("form", formOf({ file: new Blob([bomb], { type: "application/gzip" }) })), `${bomb.length} ${bomb.length}`);
  assert.ok(process.memoryUsage().rss - before < 40 << 20);
});

test("upload() refuses what is too much or malformed, and keeps nothing of it", async (t) => {
  const folder = folderWith(t);
  const limits = { maxFiles: 2, maxFileSize: 1000, maxFields: 2, maxFieldSize: 100 };
  const at = await served(t, upload(describe, { folder, ...limits }));
  const small = new Blob(["x"]);
  assert.match(await post(at, formOf({ a: small, b: small, c: small })), /^413 .*more than 2 files/);
  assert.match(await post(at, formOf({ a: small, b: new Blob(["x".repeat(1001)]) })), /^413 .*larger than 1000/);
  assert.match(await post(at, formOf({ a: "1", b: "2", c: "3" })), /^413 .*more than 2 fields/);
  assert.match(await post(at, formOf({ f: small, a: "x".repeat(101) })), /^413 .*longer than 100/);
  const send = (type: string, body: string): Promise<Got> => get(at, "/", { method: "POST", headers: { "content-type": type }, body });
  const part = '--b\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\nx';
  assert.equal((await send("multipart/form-data; boundary=b", part)).status, 400);
  assert.equal((await send("multipart/form-data; boundary=b", "--b\r\nX: y\r\n\r\nx\r\n--b--")).status, 400);
  assert.equal((await send("multipart/form-data", part)).status, 415);
  assert.equal((await send("text/plain", part)).status, 415);
  assert.equal((await send("application/x-www-form-urlencoded", "a=1&b=2&c=3")).status, 413);
  assert.equal((await send("application/x-www-form-urlencoded", "a=%C3%BC&b=2")).text, '[[["a","ü"],["b","2"]],[]]');
  assert.deepEqual(filesIn(folder), []);
  assert.throws(() => upload(() => "", { folder, maxFiles: -1 }), RangeError);
});

test("upload() keeps nothing when the client leaves, or the handler fails", async (t) => {
  const folder = folderWith(t);
  const fails = upload(
    () => {
      throw new Error("on purpose");
    },
    { folder },
  );
  const at = await served(t, fails);
  assert.match(await post(at, formOf({ f: new Blob(["x"]) })), /^500 /);
  assert.deepEqual(filesIn(folder), []);
  const socket = await dial(t, at);
  const head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9999\r\nContent-Type: multipart/form-data; boundary=b\r\n\r\n";
  socket.write(`${head}--b\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n${"x".repeat(2000)}`);
  while (filesIn(folder).length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  socket.resetAndDestroy();
  while (filesIn(folder).length > 0) await new Promise((resolve) => setTimeout(resolve, 5));
});

test("upload() takes what curl sends", { skip: without("curl") }, async (t) => {
  const folder = folderWith(t);
  const file = join(folderWith(t), "sent.txt");
  writeFileSync(file, "sent");
  const { port } = await served(t, upload(describe, { folder }));
  const { output } = await program(["curl", "-s", "-F", `file=@${file}`, "-F", "a=b", `http://127.0.0.1:${port}/`]);
  assert.equal(output, '[[["a","b"]],[["file","sent.txt","text/plain",4]]]');
});
