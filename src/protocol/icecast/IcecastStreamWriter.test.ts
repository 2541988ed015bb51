// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { drive } from "../../testing/index.ts";
import { IcecastStreamWriter } from "./IcecastStreamWriter.ts";
import { folderOf } from "./parts.ts";

test("IcecastStreamWriter() writes the sound to a file, and ends (the original could not be stopped)", async (t) => {
  const file = join(folderOf(t), "recording.mp3");
  await drive(IcecastStreamWriter(file), {
    inbox: [
      { type: "IceIPCHeader", contenttype: "audio/mpeg" },
      { type: "IceIPCDataChunk", data: Buffer.from("so") },
      { type: "IceIPCMetadata", metadata: { StreamTitle: "x" } },
      { type: "IceIPCDataChunk", data: Buffer.from("und") },
      { type: "IceIPCDisconnected" },
    ],
  });
  assert.equal(readFileSync(file, "utf8"), "sound");
});
