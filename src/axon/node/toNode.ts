// SPDX-License-Identifier: Apache-2.0
import { Duplex } from "node:stream";
import { type Boxes, type Component, handle, type StreamsOptions } from "../index.ts";

/**
 * Activates a component, and makes a Node.js stream of it: what is written comes to its "inbox", what it sends from its "outbox" can be read. Streams wait
 * for the component, and it for them. Ending the stream tells it that there is no more; its end is that of the stream; its failure destroys the stream, once what
 * it had sent is read; destroying the stream stops it. Messages are taken as they are (object mode), so bytes stay bytes; `null` cannot be sent, it is how Node.js says "end".
 *
 * @throws Error when the component is active already, or a child of another one
 * @example
 * socket.pipe(toNode(EchoProtocol())).pipe(socket);
 */
export function toNode<I extends Boxes, O extends Boxes>(component: Component<I, O>, options: StreamsOptions = {}): Duplex {
  const held = handle(component as Component<any, any>, options);
  const messages = Object.hasOwn(component.outboxes, "outbox") ? held.messages() : undefined;
  const stream = new Duplex({
    objectMode: true,
    readableHighWaterMark: 1,
    writableHighWaterMark: 1,
    allowHalfOpen: false,
    read() {
      const next = messages === undefined ? held.ended : messages.next();
      next.then(push, (failure: Error) => stream.destroy(failure));
    },
    write(message: unknown, _encoding, done) {
      held.put(message).then(() => done(), done);
    },
    final(done) {
      const ended = held.finish();
      if (messages !== undefined) done();
      else ended.then(() => done(), done); // nobody else will hear how it ends
    },
    destroy(error, done) {
      held.stop().then(
        () => done(error),
        (failure: Error) => done(error ?? failure),
      );
    },
  });
  const push = (next: IteratorResult<unknown, undefined> | void): void => {
    if (next === undefined || next.done === true) stream.push(null);
    else if (next.value !== null) stream.push(next.value);
    else stream.destroy(new TypeError(`Cannot read null from ${component.name} as a stream: it would be its end`));
  };
  return stream;
}
