// SPDX-License-Identifier: Apache-2.0
import { Duplex } from "node:stream";
import type { Connection, ConnectionEvents } from "../../../axon/index.ts";

type Done = (error?: Error | null) => void;

/** A connection as a stream of Node.js. @internal */
export class ConnectionDuplex extends Duplex {
  /** Whom the connection has to tell. */
  readonly events: ConnectionEvents;
  readonly #connection: Connection;
  #done: Done | undefined;

  constructor(connection: Connection) {
    super();
    this.#connection = connection;
    this.events = {
      opened: () => {},
      data: (bytes) => {
        if (!this.push(bytes)) connection.pause();
      },
      ended: () => void this.push(null),
      drained: () => this.#goOn(),
      finished: () => connection.abort(), // the other side has heard that nothing follows
      closed: (error) => void this.destroy(error),
    };
  }

  override _read(): void {
    this.#connection.resume();
  }

  override _write(piece: Uint8Array, _encoding: BufferEncoding, done: Done): void {
    this.#send([piece], done);
  }

  override _writev(writes: { chunk: Uint8Array }[], done: Done): void {
    this.#send(
      writes.map(({ chunk }) => chunk),
      done,
    );
  }

  override _final(done: Done): void {
    this.#connection.end();
    done();
  }

  override _destroy(error: Error | null, done: Done): void {
    this.#goOn();
    if (error !== null || !this.writableFinished) this.#connection.abort();
    done(error);
  }

  #send(pieces: readonly Uint8Array[], done: Done): void {
    if (this.#connection.write(pieces)) done();
    else this.#done = done;
  }

  #goOn(): void {
    const done = this.#done;
    this.#done = undefined;
    done?.();
  }
}
