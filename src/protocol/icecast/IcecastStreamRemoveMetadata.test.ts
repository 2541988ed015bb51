// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { drive } from "../../testing/index.ts";
import { IcecastStreamRemoveMetadata } from "./IcecastStreamRemoveMetadata.ts";

test("IcecastStreamRemoveMetadata() sends the sound, and nothing else", async () => {
  const [one, two] = [Buffer.from("one"), Buffer.from("two")];
  const { outbox } = await drive(IcecastStreamRemoveMetadata(), {
    inbox: [
      { type: "IceIPCHeader", contenttype: "audio/mpeg" },
      { type: "IceIPCDataChunk", data: one },
      { type: "IceIPCMetadata", metadata: { StreamTitle: "x" } },
      { type: "IceIPCDataChunk", data: two },
      { type: "IceIPCDisconnected" },
    ],
  });
  assert.deepEqual(outbox, [one, two]);
});
