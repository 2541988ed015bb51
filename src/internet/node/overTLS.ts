// SPDX-License-Identifier: Apache-2.0
import { Duplex } from "node:stream";
import type { TLSSocket } from "node:tls";

/**
 * What TLS within TLS speaks over. Node.js would take the socket itself, and put the end of TCP before the outer TLS's word that it is the end, which the other
 * side takes for an attack; as any stream, it is ended in order.
 */
export class OverTLS extends Duplex {
  readonly #below: TLSSocket;

  constructor(below: TLSSocket) {
    super({ allowHalfOpen: true });
    this.#below = below;
    below.on("data", (bytes: Buffer) => {
      if (!this.push(bytes)) below.pause();
    });
    below.on("end", () => this.push(null));
    below.on("error", (error) => this.destroy(error));
    below.on("close", () => this.destroy());
  }

  override _read(): void {
    this.#below.resume();
  }

  override _write(bytes: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    this.#below.write(bytes, done);
  }

  override _final(done: () => void): void {
    this.#below.end(done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#below.destroy();
    done(error);
  }
}
