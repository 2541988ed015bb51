// SPDX-License-Identifier: Apache-2.0
// `ours.ts <window>`, which is how many messages are on the way at a time.
import { type Component, component, System } from "../../src/axon/index.ts";
import { measure } from "../lib/measure.ts";
import { Echo } from "./Echo.ts";
import { checkMessage, message } from "./job.ts";

/** So many messages are to go there and back. */
interface Order {
  readonly count: number;
  readonly done: (count: number) => void;
}

const window = Number(process.argv[2]);
const MESSAGES = 10_000;

function Asker(): Component<{ inbox: Uint8Array; orders: Order }, { outbox: Uint8Array }> {
  return component(Asker, {
    inboxes: { inbox: "answers", orders: "how many messages to send" },
    outboxes: { outbox: "messages" },
    *main({ inbox, orders }, { outbox }) {
      while (yield orders) {
        const { count, done } = orders.recv();
        let sent = 0;
        let received = 0;
        while (received < count) {
          while (sent < count && sent - received < window) outbox.send(message(sent++));
          if (!(yield inbox)) return;
          for (const bytes of inbox) checkMessage(bytes, received++);
        }
        done(count);
      }
    },
  });
}

const system = new System();
const asker = Asker();
const echo = Echo();
asker.link(asker.outboxes.outbox, echo.inboxes.inbox);
asker.link(echo.outboxes.outbox, asker.inboxes.inbox);
system.activate(echo);
system.activate(asker);
const row = window === 1 ? "ours, question and answer" : `ours, ${window} on the way`;
await measure(
  { work: "thread", row, unit: "thousand messages/s there and back" },
  () => new Promise<number>((done) => asker.inboxes.orders.deliver({ count: MESSAGES, done })),
  { scale: 1000, busy: false },
);
await system.stop();
