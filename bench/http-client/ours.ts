// SPDX-License-Identifier: Apache-2.0
// Gets "Hello" from our server, 50 requests under way at a time: HTTPClient.
import { type Component, component, System } from "../../src/axon/index.ts";
import { HTTPClient, type HTTPFailure, type HTTPResponse } from "../../src/protocol/http/index.ts";
import { UNDER_WAY, measured } from "./asking.ts";

let goOn: (count: number) => Promise<void> = () => Promise.resolve();

/** Asks so often, with as many under way as may be. */
function Asker(url: string): Component<{ inbox: HTTPResponse; failures: HTTPFailure; _more: number }, { outbox: string }> {
  return component(Asker, {
    inboxes: { inbox: "answers", failures: "what went wrong", _more: "so many are to be asked" },
    outboxes: { outbox: "what to ask for" },
    *main({ inbox, failures, _more }, { outbox }, self) {
      let resolve: () => void = () => {};
      goOn = (count) => new Promise((done) => ((resolve = done), _more.deliver(count)));
      const done = self.system.expect("the next pass");
      while (yield _more) {
        const count = _more.recv();
        let [asked, answered] = [Math.min(count, UNDER_WAY), 0];
        for (let i = 0; i < asked; i++) outbox.send(url);
        while (answered < count && (yield inbox))
          for (const { status, body } of inbox) {
            if (status !== 200 || body.length !== 5) throw new Error(`Cannot count an answer of ${status} with ${body.length} bytes`);
            answered++;
            if (asked++ < count) outbox.send(url);
          }
        if (failures.length > 0) throw failures.recv().error;
        resolve();
      }
      done();
    },
  });
}

await measured("ours: HTTPClient", async (url, measure) => {
  const system = new System();
  const [asker, client] = [Asker(url), HTTPClient({ concurrency: UNDER_WAY, connections: UNDER_WAY })];
  asker.link(asker.outboxes.outbox, client.inboxes.inbox, { bound: 1000 });
  asker.link(client.outboxes.outbox, asker.inboxes.inbox, { bound: 1000 });
  asker.link(client.outboxes.failures, asker.inboxes.failures);
  system.activate(client);
  system.activate(asker);
  await new Promise((resolve) => setTimeout(resolve, 10));
  await measure((count) => goOn(count));
});
