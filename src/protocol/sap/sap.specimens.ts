// SPDX-License-Identifier: Apache-2.0
import { specimen, type Specimens } from "../../testing/index.ts";
import { packSAP, SAPAnnouncer, SAPListener } from "./index.ts";
import { writeSDP } from "../sdp/index.ts";
import { session } from "./parts.ts";

const packets = ["One", "Three", "Fifteen"].map((name, hash) =>
  packSAP({ deletion: false, hash: hash + 1, source: "192.0.2.1", payload: new TextEncoder().encode(writeSDP(session(name))) }),
);

export const specimens: Specimens = {
  SAPAnnouncer: specimen(
    () => SAPAnnouncer(),
    { inbox: ["One", "Three", "Fifteen"].map((name) => session(name)) },
    {
      but: { endless: "it announces again and again" },
    },
  ),
  SAPListener: specimen(
    () => SAPListener(),
    { inbox: packets },
    { but: { endless: "it waits for the end of sessions that are not announced any more" } },
  ),
};
