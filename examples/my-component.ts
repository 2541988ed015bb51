// SPDX-License-Identifier: Apache-2.0
// The component of Kamaelia's home page, nearly word for word: it reads "control" itself, and sleeps with pause().
import { Component, type Main, producerFinished, type Shutdown } from "kamaelia/axon";
import { Pipeline } from "kamaelia/chassis";
import { ConsoleEchoer, ConsoleReader } from "kamaelia/util";

class MyComponent extends Component<{ inbox: string; control: Shutdown }, { outbox: string; signal: Shutdown }> {
  static readonly Inboxes = { inbox: "some data in", control: "stops the component" };
  static readonly Outboxes = { outbox: "some data out", signal: "Shutdown signal" };

  *main(): Main {
    while (!this.doShutdown()) {
      if (this.dataReady("inbox")) {
        const data = this.recv("inbox");
        // let's echo what we received...
        this.send(data, "outbox");
      }

      if (!this.anyReady()) this.pause();

      yield 1;
    }
  }

  doShutdown(): boolean {
    if (this.dataReady("control") && !this.dataReady("inbox")) {
      const mes = this.recv("control");
      if (mes.type === "shutdownMicroprocess" || mes.type === "producerFinished") {
        this.send(producerFinished(), "signal");
        return true;
      }
    }
    return false;
  }
}

// prettier-ignore
await Pipeline(
  ConsoleReader(),
  new MyComponent(),
  ConsoleEchoer(),
).run();

// Input:
// one
// two
// Output:
// one
// two
