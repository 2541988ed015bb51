// SPDX-License-Identifier: Apache-2.0
import { worker } from "../../src/axon/index.ts";
import type { Echo } from "./Echo.ts";

worker<typeof Echo>(({ inbox }, { outbox }) => {
  for (const message of inbox) outbox.send(message);
});
