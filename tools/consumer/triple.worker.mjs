// SPDX-License-Identifier: Apache-2.0
import { worker } from "kamaelia/axon";

worker(({ inbox }, { outbox }) => {
  for (const number of inbox) outbox.send(number * 3);
});
