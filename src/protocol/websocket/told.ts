// SPDX-License-Identifier: Apache-2.0
import type { Inbox, Shutdown } from "../../axon/index.ts";

/** What a component that reads its control box itself was told. @internal */
export class Told {
  readonly box: Inbox<Shutdown>;
  /** shutdownMicroprocess */
  stopped = false;
  /** producerFinished */
  finished = false;
  /** The message that said so. */
  last: Shutdown | undefined;

  constructor(box: Inbox<Shutdown>) {
    this.box = box;
  }

  /** Reads what has come, and gives the last of it. */
  hear(): Shutdown | undefined {
    let heard: Shutdown | undefined;
    for (const message of this.box) {
      heard = this.last = message;
      if (message.type === "shutdownMicroprocess") this.stopped = true;
      else this.finished = true;
    }
    return heard;
  }
}
