// SPDX-License-Identifier: Apache-2.0
import type { Boxes, Component } from "./Component.ts";
import { handle, type HandleOptions } from "./handle.ts";

/** The two ends of a component as web streams: what `pipeThrough` wants. */
export interface Streams<I, O> {
  readonly writable: WritableStream<I>;
  readonly readable: ReadableStream<O>;
}

/** How to make streams of a component. */
export type StreamsOptions = Pick<HandleOptions, "system" | "bound">;

/**
 * Activates a component between two web streams: what is written comes to its "inbox", what it sends from its "outbox" can be read. Streams wait for the
 * component, and it for them. Closing the one tells it that there is no more; its end closes the other; its failure is theirs; aborting or cancelling
 * one of them stops it. A component without an inbox or outbox leaves that stream without use.
 *
 * @throws Error when the component is active already, or a child of another one
 * @example
 * const text = new Blob(["one\ntwo"]).stream().pipeThrough(new TextDecoderStream());
 * for await (const line of text.pipeThrough(toStreams(LineSplit()))) console.log(line);
 */
export function toStreams<I extends Boxes, O extends Boxes>(
  component: Component<I, O>,
  options: StreamsOptions = {},
): Streams<I["inbox"], O["outbox"]> {
  const held = handle(component as Component<any, any>, options);
  const messages = Object.hasOwn(component.outboxes, "outbox") ? held.messages() : undefined;
  let reading!: ReadableStreamDefaultController<O["outbox"]>;
  let writing!: WritableStreamDefaultController;
  let isClosed = false;
  const readable = new ReadableStream<O["outbox"]>(
    {
      start: (controller) => void (reading = controller),
      async pull(controller) {
        const next = messages === undefined ? await held.ended : await messages.next();
        if (next === undefined || next.done === true) controller.close();
        else controller.enqueue(next.value);
      },
      async cancel(reason) {
        writing.error(reason);
        await (messages === undefined ? held.stop() : messages.return!());
      },
    },
    { highWaterMark: 0 },
  );
  const writable = new WritableStream<I["inbox"]>({
    start: (controller) => void (writing = controller),
    write: (message) => held.put(message),
    close() {
      isClosed = true;
      const ended = held.finish();
      return messages === undefined ? ended : undefined; // nobody else will hear how it ends
    },
    async abort(reason) {
      reading.error(reason);
      await held.stop();
    },
  });
  held.ended.then(
    () => isClosed || writing.error(new Error(`Cannot write to ${component.name}: it has ended`)),
    (failure: unknown) => writing.error(failure),
  );
  return { readable, writable };
}
